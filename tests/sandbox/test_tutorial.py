"""The tutorial, typed from an empty folder: every block of the page, in one shell, as a newcomer would."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
import threading
from pathlib import Path
from typing import NamedTuple

import pytest

from lambda_migrate.render.terminal import NARROWEST

pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(600)]

PAGE = Path(__file__).parents[2] / "docs" / "tutorial.md"
COLUMNS = 80
HALF = "lambda-migrate plan\n"
"""The last command that is typed on a terminal: nothing after it asks, or is drawn in another way."""


class Block(NamedTuple):
    """A block of the page: what is typed, or the file that is written."""

    file: str
    text: str


def blocks() -> list[Block]:
    page = PAGE.read_text(encoding="utf-8")
    pattern = r'(<!-- not typed: .*? -->\n)?^```(\w+)(?: title="(.*?)")?\n(.*?)^```'
    found = re.findall(pattern, page, re.MULTILINE | re.DOTALL)
    return [Block(file, text) for skipped, _kind, file, text in found if not skipped]


def script(folder: Path) -> tuple[str, str]:
    """Write the page's files and return what is typed: on the terminal, and after that."""
    lines = ["set -e -o pipefail"]
    for block in blocks():
        if block.file:
            (folder / block.file).parent.mkdir(exist_ok=True)
            (folder / block.file).write_text(block.text)
        else:
            lines.append(block.text)
    terminal, last, rest = "\n".join(lines).partition(HALF)
    return terminal + last, rest


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Return a newcomer's: no AWS configured, the program on the path."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "LAMBDA_MIGRATE", "COLUMNS"))
    }
    here = Path(sys.executable).parent
    return {**kept, "PATH": f"{here}{os.pathsep}{kept['PATH']}", "HOME": str(tmp_path)}


@pytest.fixture
def folder(tmp_path: Path, environment: dict[str, str]) -> object:
    """Return an empty folder; whatever was started from it is stopped."""
    place = tmp_path / "first"
    place.mkdir()
    yield place
    for words in (["service", "stop", "--yes"], ["sandbox", "down"]):
        command = [sys.executable, "-m", "lambda_migrate", *words]
        subprocess.run(command, cwd=place, env=environment, check=False, capture_output=True)


@pytest.mark.long(100)
def test_the_tutorial_works_as_it_is_typed_and_its_first_half_fits_a_terminal_of_80_columns(
    tmp_path: Path, folder: Path, environment: dict[str, str]
) -> None:
    terminal, rest = script(folder)
    out, err = tmp_path / "out", tmp_path / "err"

    code, screen = on_a_terminal(
        f"stty cols {COLUMNS} rows 40\n{terminal}\n"
        f"exec </dev/null >{out} 2>{err}; export COLUMNS={COLUMNS}; unset TERM\n{rest}",
        folder,
        environment | {"TERM": "xterm"},
    )

    told, complaints = screen + (out.read_text() if out.exists() else ""), err.read_text() if err.exists() else ""
    assert code == 0, told[-3000:] + complaints[-3000:]
    greeting = '{"greeting":"Hello Ada","signed":"32"}'
    answers = (folder / "answers").read_text()
    assert set(answers.replace("}{", "}\n{").splitlines()) == {greeting}
    assert told.count(greeting) == 2  # from the function at first, and from the service at the end
    assert "9f8e7d6c5b4a39281706f5e4d3c2b1a0" not in told + complaints
    assert "Traceback" not in screen + complaints
    assert [line for line in (screen + complaints).splitlines() if "error:" in line] == []
    wide = [line for line in re.split(r"[\r\n]+", screen) if len(line) > COLUMNS]
    wrapped = [line for line in wide if not re.match(r"\S+:\d+:\d+: ", line)]  # what editors jump to is one line
    assert [line for line in wrapped if max(map(len, line.split())) < NARROWEST] == []
    assert "Plan: " in screen


def on_a_terminal(text: str, folder: Path, environment: dict[str, str]) -> tuple[int, str]:
    """Have a shell run a text on a terminal of its own; return its exit code, and what the terminal showed."""
    master, slave = pty.openpty()
    process = subprocess.Popen(
        ["bash", "-c", text], cwd=folder, env=environment, stdin=slave, stdout=slave, stderr=slave
    )
    os.close(slave)
    shown: list[bytes] = []
    reader = threading.Thread(target=_read, args=(master, shown))
    reader.start()
    code = process.wait()
    reader.join(10)
    return code, re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", b"".join(shown).decode("utf-8", "replace"))


def _read(master: int, shown: list[bytes]) -> None:
    while True:
        try:
            piece = os.read(master, 4096)
        except OSError:  # the terminal is gone with the last process that had it open
            return
        if not piece:
            return
        shown.append(piece)
