"""Terminals that are narrow, dumb, poor in characters, closed, full, or not there at all."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.failures.moment import GOES_ON, Moment
from tests.failures.user import Told, refused
from tests.support.waiting import TIMEOUT

if TYPE_CHECKING:
    from tests.failures.user import User
    from tests.support.service import Service

pytestmark = pytest.mark.sandbox

ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
DEPLOY = ("proxy", "deploy", "--yes")
LOOKING = (["status"], ["history"], ["inspect"], ["doctor"], ["plan"])
ESCAPE = "\x1b"


def words(screen: str) -> list[str]:
    """Return the words of a screen, without the lines of its trees and without times that differ."""
    return re.sub(r"[│├└─]|[\d.]+ ms", " ", screen).split()


@pytest.fixture
def deployed(user: User, service: Service) -> User:
    """A user who has something to look at; without the log group, `doctor` would miss the right to make it at first."""
    user.client("logs").create_log_group(logGroupName=f"/aws/lambda/{user.function}")
    user.configure(url=service.url)
    assert user(*DEPLOY).code == 0
    return user


def shell(user: User, command: str) -> subprocess.CompletedProcess[str]:
    """Run the program as a shell does: ``status | head -1``."""
    line = f"{sys.executable} -m lambda_migrate {command}"
    return subprocess.run(
        ["sh", "-c", line], cwd=user.folder, env=user.environ, capture_output=True, text=True, check=False
    )


def test_a_narrow_terminal_breaks_lines_instead_of_losing_them(deployed: User) -> None:
    for command in LOOKING:
        answer = deployed(*command, columns=40, typed="")
        wide = deployed(*command, columns=200, typed="")

        unbreakable = re.compile(r"\S{25,}|  ·  ")
        told = answer.out.splitlines()
        assert [line for line in told if len(line) > 40 and not unbreakable.search(line)] == [], command
        assert words(answer.out) == words(wide.out)


def test_colours_and_redrawn_lines_are_for_terminals_only(deployed: User) -> None:
    coloured = deployed("status", typed="", environ={"TERM": "xterm"})
    assert ESCAPE in coloured.out

    for environ in ({"TERM": "dumb"}, {"TERM": "xterm", "NO_COLOR": "1"}):
        for command in (["status"], ["plan"], ["nothing"]):
            answer = deployed(*command, typed="", environ=environ)
            redrawn = r"\x1b\[(\?25[lh]|2K|1A)" if environ["TERM"] == "xterm" else "nothing"
            assert ESCAPE not in answer.out + re.sub(redrawn, "", answer.err), (environ, command)
    assert ESCAPE not in deployed("doctor", typed="", environ={"TERM": "dumb"}).err


def test_a_locale_without_arrows_and_check_marks(deployed: User) -> None:
    for command in (["status"], ["history"], ["plan"]):
        answer = deployed.process(*command, environ=ASCII)

        assert (answer.code, "Traceback" in answer.err) == (0, False), answer.err
        assert answer.out.isascii()
        assert answer.err.isascii()
    assert "handler index.handler > lambda_migrate_proxy.handler" in " ".join(
        deployed.process("history", environ=ASCII).out.split()
    )
    assert json.loads(deployed.process("plan", "--json", environ=ASCII).out)["status"] == "success"


def test_a_deployment_in_a_locale_without_arrows(user: User) -> None:
    answer = user.process(*DEPLOY, environ=ASCII)

    assert (answer.code, answer.err.isascii()) == (0, True)
    assert f'  v version of {user.function}: publish "lambda-migrate original ' in answer.err
    assert "→" in user.ledger.read_text(encoding="utf-8") or user.story()[-1] == "finished"


@pytest.mark.parametrize("command", ["history", "history --json", "explain", "--help", "schema"])
def test_a_reader_that_leaves_early_sees_no_traceback(command: str, deployed: User) -> None:
    cut = shell(deployed, f"{command} | head -1")

    assert (cut.returncode, len(cut.stdout.splitlines())) == (0, 1)
    assert "Traceback" not in cut.stderr
    assert "Exception ignored" not in cut.stderr


@pytest.mark.parametrize("how", [">&-", "2>&-", "<&-", ">&- 2>&- <&-"])
def test_streams_that_are_closed(how: str, deployed: User) -> None:
    for command in ("status", "history --json"):
        answer = shell(deployed, f"{command} {how}")

        assert (answer.returncode, "Traceback" in answer.stderr) == (0, False), answer.stderr


def test_standard_output_that_takes_no_more(deployed: User) -> None:
    for command in ("status", "history --json"):
        answer = shell(deployed, f"{command} >/dev/full")

        assert (answer.returncode, answer.stdout) == (1, "")
        assert "error: standard output cannot be written: no space left on device\n" in answer.stderr
        assert "Traceback" not in answer.stderr
        assert "Exception ignored" not in answer.stderr


def test_a_run_goes_on_when_nobody_reads_what_it_tells(user: User) -> None:
    answer = shell(user, "proxy deploy --yes 2>&1 | head -1")

    assert (answer.returncode, len(answer.stdout.splitlines())) == (0, 1)
    assert user.story()[-1] == "finished"


def test_a_run_whose_terminal_goes_stops_at_a_clean_point(user: User) -> None:
    answer = Moment(1, "before", only="changes").strike(user, signal.SIGHUP, *DEPLOY)

    assert (answer.code, answer.error, answer.hint) == (130, "stopped at a clean point", GOES_ON)
    assert user(*DEPLOY).code == 0


def test_a_run_that_shall_outlive_its_terminal_does(user: User) -> None:
    """What `nohup` does: the signal is ignored from the start."""

    def ignore() -> None:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)

    reached = False

    def hang_up(call: str) -> None:
        nonlocal reached
        if call == "lambda:PublishVersion" and not reached:
            reached = True
            os.kill(process.pid, signal.SIGHUP)

    user.interceptor.arrived = hang_up
    process = user.start_again(*DEPLOY, preexec_fn=ignore)
    process.communicate(timeout=TIMEOUT)

    assert (process.returncode, reached, user.story()[-1]) == (0, True, "finished")


def test_without_a_terminal_and_without_yes_what_changes_something_is_refused(deployed: User) -> None:
    for command in (["proxy", "deploy", "--events", "non-api"], ["cutover"], ["proxy", "rotate-key"], ["rollback"]):
        words = " ".join(word for word in command if word not in ("--events", "non-api"))
        assert refused(deployed, *command) == Told(
            2,
            "configuration",
            f"`lambda-migrate {words}` changes something, so it asks first, which needs a terminal",
            "look at the plan with `--dry-run`, then pass `--yes`",
        )


def test_an_empty_answer_and_the_end_of_the_input_are_no_yes(deployed: User) -> None:
    aws = deployed.aws()

    said_nothing = deployed("rollback", typed="\n")
    went_away = deployed("rollback", typed="")

    assert said_nothing.code == 1
    assert said_nothing.err.endswith("Roll them back? [y/N] error: cancelled\n\nhint: nothing was changed\n")
    assert (went_away.code, went_away.error) == (130, "stopped by the end of the input")
    assert deployed.aws() == aws
