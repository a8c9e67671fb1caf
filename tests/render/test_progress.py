"""What is waited for is told: on a terminal as one line that is redrawn, elsewhere as lines."""

from __future__ import annotations

import io
from dataclasses import dataclass, field

import pytest

from lambda_migrate.engine.events import Moment
from lambda_migrate.render.progress import Progress
from lambda_migrate.render.terminal import Terminal


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


@dataclass
class Stage:
    """A progress whose clock only moves when it waits."""

    err: io.StringIO
    time: float = 0.0
    progress: Progress = field(init=False)

    def __post_init__(self) -> None:
        terminal = Terminal(io.StringIO(), self.err, io.StringIO(), {"TERM": "xterm", "NO_COLOR": "1"}, columns=60)
        self.progress = Progress(terminal, clock=lambda: self.time, pause=self.wait)

    def wait(self, seconds: float) -> None:
        self.time += seconds

    def told(self) -> str:
        return self.err.getvalue()


@pytest.fixture
def piped() -> Stage:
    return Stage(io.StringIO())


@pytest.fixture
def seen() -> Stage:
    return Stage(Screen())


def test_a_run_is_told_line_by_line(piped: Stage) -> None:
    for kind, text, seconds in (
        ("plan", "cutover: 3 steps", 0.0),
        ("start", "alias live: none → 1", 0.0),
        ("done", "alias live: none → 1", 0.0),
        ("wait", "a permission", 10.0),
        ("start", "alias live: 1 → 2", 0.0),
        ("done", "alias live: 1 → 2", 0.0),
        ("bake", "alias live: 1 → 2", 900.0),
        ("verdict", "pass: 30 invocations", 0.0),
        ("undone", "alias live: 1 → 2", 0.0),
        ("finished", "cutover: every step is done", 0.0),
    ):
        piped.progress(Moment(kind, text=text, seconds=seconds))

    assert piped.told() == (
        "cutover: 3 steps\n"
        "  ✓ alias live: none → 1\n"
        "  … waiting for AWS to spread the change: a permission (10 s)\n"
        "  ✓ alias live: 1 → 2\n"
        "  … watching: alias live: 1 → 2 (15 min)\n"
        "  ✓ pass: 30 invocations\n"
        "  ↶ alias live: 1 → 2 (taken back)\n"
    )


def test_a_step_that_takes_long_is_mentioned_once(piped: Stage) -> None:
    piped.progress(Moment("start", text="mapping: orders → orders:live"))
    for _ in range(10):
        piped.progress.sleep(1.0)

    assert piped.told() == "  … mapping: orders → orders:live\n"


def test_what_is_quick_is_not_announced(piped: Stage) -> None:
    piped.progress.begin("looking")
    piped.progress.sleep(1.0)
    piped.progress.end()

    assert piped.told() == ""


def test_on_a_terminal_one_line_counts_down_and_disappears(seen: Stage) -> None:
    seen.progress(Moment("bake", text="alias live: 1 → 2", seconds=900.0))
    seen.progress.sleep(0.2)
    seen.progress(Moment("verdict", text="fail: 9 of 10 failed"))

    assert seen.told() == (
        "\r\x1b[K  ⠙ watching: alias live: 1 → 2  15 min left"
        "\r\x1b[K  ⠹ watching: alias live: 1 → 2  14 min 59 s left"
        "\r\x1b[K  ⠸ watching: alias live: 1 → 2  14 min 59 s left"
        "\r\x1b[K  ✗ fail: 9 of 10 failed\n"
    )


def test_a_line_that_is_too_long_for_the_terminal_is_cut(seen: Stage) -> None:
    seen.progress.begin("x" * 200)

    (line,) = seen.told().split("\r\x1b[K")[1:]
    assert len(line) <= 60
    assert "…" in line


def test_what_happens_meanwhile_stays_on_the_terminal(seen: Stage) -> None:
    seen.progress.begin("environment orders-service: v1 → v2")

    for text in ("Batch 1 of 2 is starting.", "Command failed on instance."):
        seen.progress.event(text)

    written = seen.told().split("\r\x1b[K")
    assert [line for line in written if line.endswith("\n")] == [
        "    Batch 1 of 2 is starting.\n",
        "    Command failed on instance.\n",
    ]
    assert written[-1].endswith("environment orders-service: v1 → v2  0 s")
