"""Two runs at once: who holds the ledger is named, a dead one is taken over, an evicted one stops."""

from __future__ import annotations

import getpass
import json
import re
import shutil
import signal
import socket
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.failures.intercepting_proxy import Answer
from tests.failures.user import Told, refused
from tests.support.waiting import TIMEOUT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.failures.user import User
    from tests.support.forked import Forked

pytestmark = pytest.mark.sandbox

DEPLOY = ("proxy", "deploy", "--yes")


class Held:
    """A deployment in another process that is held up in the middle of a change."""

    def __init__(self, user: User) -> None:
        self.reached, self.go_on = threading.Event(), threading.Event()

        def hold(call: str) -> None:
            if call == "lambda:UpdateFunctionConfiguration" and not self.reached.is_set():
                self.reached.set()
                self.go_on.wait(TIMEOUT)

        user.interceptor.arrived = hold
        self.process: Forked = user.start(*DEPLOY)
        assert self.reached.wait(TIMEOUT)

    def ended(self) -> tuple[int, str]:
        self.go_on.set()
        _out, err = self.process.communicate(timeout=TIMEOUT)
        return self.process.returncode, err


@pytest.fixture
def held(user: User) -> Iterator[Held]:
    found = Held(user)
    yield found
    found.go_on.set()
    if found.process.poll() is None:
        found.process.kill()
        found.process.communicate()


def test_where_aliases_may_not_be_changed_only_the_ledger_is_locked_and_that_is_said(user: User) -> None:
    assert user(*DEPLOY).code == 0
    user.interceptor.fail("lambda:UpdateAlias", Answer(403, "AccessDeniedException", "not authorized"))

    told = user("proxy", "deploy", "--events", "non-api", "--yes")

    assert told.code == 0, told.err
    assert "no lock between machines: " in told.out + told.err


def test_a_second_run_is_told_who_holds_the_ledger_where_with_what_and_since_when(user: User, held: Held) -> None:
    told = user("rollback", "--yes")
    spoken = user(*DEPLOY, "--json")
    status = user("status", "--json").json["data"]["held_by"]
    first = held.ended()

    whom = (
        rf"{getpass.getuser()} on {re.escape(socket.gethostname())} \(process {held.process.pid}\), "
        r"`proxy deploy`, since \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
    )
    assert re.fullmatch(rf"`ledger.lock` is held by {whom}", told.error)
    assert told.hint == "wait for it; if it is gone for good, `lambda-migrate unlock` evicts it"
    assert (told.code, spoken.code, spoken.json["errors"][0]["code"]) == (6, 6, "locked")
    assert (status["pid"], status["command"]) == (held.process.pid, "proxy deploy")
    assert first[0] == 0, first[1]
    assert user.story()[-1] == "finished"
    assert user.story().count("plan") == 1


def test_unlock_shows_whom_it_evicts_and_the_evicted_run_stops_before_its_next_change(user: User, held: Held) -> None:
    asked = user("unlock", typed="n\n")
    unlocked = user("unlock", "--yes", typed="y\n")
    code, err = held.ended()

    whom = f"(process {held.process.pid}), `proxy deploy`, since "
    assert (asked.code, whom in asked.err) == (1, True)
    assert "It is still working: evicting it lets two runs change AWS at once." in asked.err
    assert (unlocked.code, whom in unlocked.out) == (0, True)
    assert (code, re.findall(r"^error: (.*)$", err, re.MULTILINE)) == (
        6,
        ["this run was evicted from `ledger.yaml` while it worked"],
    )
    assert user.story()[-1] == "evicted"  # nothing was written after it
    assert user(*DEPLOY).code == 0


def test_yes_alone_does_not_evict_a_run_that_lives(user: User, held: Held) -> None:
    told = refused(user, "unlock", "--yes")

    assert (told.code, told.kind) == (6, "locked")
    assert re.fullmatch(r"`ledger.yaml` is held by .*, `proxy deploy`, since .*, which is still working", told.error)
    kill = f"`kill {held.process.pid}` ends it at a clean point"
    assert told.hint == f"wait for it, or {kill}; then the next command carries on"
    assert held.ended()[0] == 0


def test_the_lock_of_a_process_that_died_is_taken_over_and_that_is_written_down(user: User, held: Held) -> None:
    held.process.send_signal(signal.SIGKILL)
    held.process.communicate()
    held.go_on.set()
    assert (user.folder / "ledger.lock").exists()
    user.interceptor.quiet()

    answer = user(*DEPLOY)

    assert (answer.code, user.story()[-1]) == (0, "finished")
    assert "lock-taken-over" in user.story()
    assert not (user.folder / "ledger.lock").exists()


def test_a_lock_of_another_machine_is_never_taken_over(user: User) -> None:
    holder = {"who": "anna", "host": "lab", "pid": 1, "command": "cutover", "since": "2026-03-01T12:00:00Z"}
    (user.folder / "ledger.lock").write_text(json.dumps(holder))

    assert refused(user, *DEPLOY) == Told(
        6,
        "locked",
        "`ledger.lock` is held by anna on lab (process 1), `cutover`, since 2026-03-01T12:00:00Z",
        "wait for it; if it is gone for good, `lambda-migrate unlock` evicts it",
    )


@pytest.mark.parametrize("content", ["", "{"])
def test_a_lock_that_a_crash_left_empty_or_cut_is_taken_over(content: str, user: User) -> None:
    (user.folder / "ledger.lock").write_text(content)

    assert user(*DEPLOY).code == 0
    assert not (user.folder / "ledger.lock").exists()


def elsewhere(user: User) -> User:
    """Return the same person in another folder, as on another machine: another ledger, another lock file."""
    folder = user.folder.parent / f"{user.folder.name}-elsewhere"
    shutil.copytree(user.folder, folder, ignore=shutil.ignore_patterns("ledger.*"))
    return replace(user, folder=folder)


def test_two_folders_of_one_function_have_one_holder(user: User, held: Held) -> None:
    other = elsewhere(user)

    told = other.process(*DEPLOY)
    first = held.ended()
    after = other.process("proxy", "deploy", "--events", "non-api", "--yes")
    back = other.process("rollback", "--yes")

    whom = rf"{getpass.getuser()} on {re.escape(socket.gethostname())} \(process {held.process.pid}\), `proxy deploy`"
    assert re.fullmatch(rf"`{user.function}` is held by {whom}, for 1[45] min more", told.error), told.err
    assert (told.code, first[0]) == (6, 0), first[1]
    lacking = r"`ledger.yaml` ends at record \d+, and AWS knows of record \d\d about `" + user.function + "`"
    assert [re.fullmatch(lacking, each.error) is not None for each in (after, back)] == [True, True], after.err
    assert user("history", "--verify").code == 0


def test_a_run_that_was_killed_elsewhere_on_this_machine_is_taken_over(user: User, held: Held) -> None:
    held.process.send_signal(signal.SIGKILL)
    held.process.communicate()
    held.go_on.set()
    user.interceptor.quiet()

    assert user(*DEPLOY).code == 0


def test_unlock_evicts_a_run_in_another_folder(user: User, held: Held) -> None:
    other = elsewhere(user)

    unlocked = other.process("unlock", "--yes")

    assert unlocked.code == 0
    assert f"(process {held.process.pid}), `proxy deploy`" in unlocked.out
    assert held.ended()[0] in (0, 6)  # it may have had nothing left to change when it looked


def test_a_broken_ledger_can_be_unlocked_and_the_rest_is_told(user: User) -> None:
    user.ledger.write_text("function: orders\n")
    (user.folder / "ledger.lock").write_text("{")

    answer = user("unlock", "--yes", "--json")

    assert (answer.code, answer.json["status"], answer.json["data"]) == (1, "partial", {"evicted": {}})
    assert answer.json["errors"][0]["message"] == "`ledger.yaml` is not a ledger"
    assert not (user.folder / "ledger.lock").exists()


def test_nobody_to_ask_is_no_yes(user: User) -> None:
    (user.folder / "ledger.lock").write_text("{")

    told = refused(user, "unlock")

    assert (told.code, told.error) == (
        2,
        "`lambda-migrate unlock` changes something, so it asks first, which needs a terminal",
    )
    assert told.hint == "say `--yes`"
