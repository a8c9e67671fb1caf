"""What is waited for is told: on a terminal as one line that is redrawn, elsewhere as lines."""

from __future__ import annotations

import io
import threading
from dataclasses import dataclass, field

import pytest
from rich.cells import cell_len

from lambda_migrate.engine.bake import Bake
from lambda_migrate.engine.events import RunEvent
from lambda_migrate.render.progress import Progress
from lambda_migrate.render.terminal import Terminal
from tests.support.waiting import TIMEOUT

HIDDEN, SHOWN = "\x1b[?25l", "\x1b[?25h"
AGAIN = "\r\x1b[2K"
UP = "\r\x1b[1A\x1b[2K"


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


@dataclass
class Stage:
    """A progress whose clock only moves when it waits."""

    err: io.StringIO
    columns: int = 60
    time: float = 0.0
    progress: Progress = field(init=False)

    def __post_init__(self) -> None:
        terminal = Terminal(io.StringIO(), self.err, io.StringIO(), {"TERM": "xterm", "NO_COLOR": "1"}, self.columns)
        self.progress = Progress(terminal, clock=lambda: self.time, pause=self.wait, animated=False)

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
        ("undone", "alias live: 2 → 1", 0.0),
        ("finished", "cutover: every step is done", 0.0),
    ):
        piped.progress(RunEvent(kind, text=text, seconds=seconds))

    assert piped.told() == (
        "cutover: 3 steps\n"
        "  ✓ alias live: none → 1\n"
        "  … waiting for AWS to spread the change: a permission (10 s)\n"
        "  ✓ alias live: 1 → 2\n"
        "  … watching: alias live: 1 → 2 (15 min)\n"
        "  ✓ pass: 30 invocations\n"
        "  ↶ alias live: 2 → 1\n"
    )


def test_a_step_that_takes_long_is_mentioned_once(piped: Stage) -> None:
    piped.progress(RunEvent("start", text="mapping: orders → orders:live"))
    for _ in range(10):
        piped.progress.sleep(1.0)

    assert piped.told() == "  … mapping: orders → orders:live\n"


def test_what_is_quick_is_not_announced(piped: Stage) -> None:
    piped.progress.begin("looking")
    piped.progress.sleep(1.0)
    piped.progress.end()

    assert piped.told() == ""


def test_what_takes_long_is_mentioned_again_and_again(piped: Stage) -> None:
    piped.progress(RunEvent("bake", text="alias live: 1 → 2", seconds=150.0))
    piped.progress.sleep(150.0)

    assert piped.told() == (
        "  … watching: alias live: 1 → 2 (2 min 30 s)\n"
        "  … watching: alias live: 1 → 2 (1 min 30 s)\n"
        "  … watching: alias live: 1 → 2 (30 s)\n"
    )


def test_each_minute_tells_the_latest_numbers(piped: Stage) -> None:
    piped.progress(RunEvent("bake", text="alias live: 1 → 2", seconds=150.0))
    for glance in range(1, 6):
        piped.progress.sleep(30.0)
        piped.progress(RunEvent("seen", text=f"{glance * 5} invocations (20 needed), 5xx 0"))
    piped.progress(RunEvent("verdict", text="pass: 25 invocations"))

    assert piped.told() == (
        "  … watching: alias live: 1 → 2 (2 min 30 s)\n"
        "  … watching: alias live: 1 → 2 (1 min 30 s): 5 invocations (20 needed), 5xx 0\n"
        "  … watching: alias live: 1 → 2 (30 s): 15 invocations (20 needed), 5xx 0\n"
        "  ✓ pass: 25 invocations\n"
    )


def test_what_is_known_meanwhile_is_told_once(piped: Stage) -> None:
    piped.progress(RunEvent("bake", text="alias live: 1 → 2", seconds=150.0))
    for _ in range(3):
        piped.progress.note("3 of 20 invocations, 0 failed")

    assert piped.told() == (
        "  … watching: alias live: 1 → 2 (2 min 30 s)\n"
        "  … watching: alias live: 1 → 2 (2 min 30 s): 3 of 20 invocations, 0 failed\n"
    )


def test_how_many_are_done_is_told_now_and_then_where_no_line_can_move(piped: Stage) -> None:
    piped.progress.begin("reading the code")
    for hundreds in range(1, 501):
        piped.wait(0.25)
        piped.progress.at(100 * hundreds, 50_000)
    piped.progress.end()

    assert piped.told().splitlines() == [
        "  … reading the code: 800 of 50,000",
        "  … reading the code: 24,800 of 50,000",
        "  … reading the code: 48,800 of 50,000",
    ]


def test_how_many_are_done_is_on_the_line_that_moves() -> None:
    stage = Stage(Screen(), columns=100)
    stage.progress.begin("reading the code")
    for done in (1, 25_000, 50_000):
        stage.wait(1.0)
        stage.progress.at(done, 50_000)
    stage.progress.end()

    assert "25,000 of 50,000" in stage.told()


def test_how_many_bytes_have_come_is_on_the_line_that_moves() -> None:
    stage = Stage(Screen(), columns=100)
    stage.progress.begin("downloading the image of orders")
    for done in (1, 5 * 2**29, 2**33):
        stage.wait(1.0)
        stage.progress.came(done, 2**33)
    stage.progress.end()

    assert "2.5 GB of 8.0 GB" in stage.told()


def test_a_long_line_wraps_for_a_person_and_stays_one_for_a_log(piped: Stage, seen: Stage) -> None:
    for stage in (piped, seen):
        stage.progress.end("✓", "$LATEST of orders: handler index.handler → lambda_migrate_proxy.handler")

    assert piped.told() == "  ✓ $LATEST of orders: handler index.handler → lambda_migrate_proxy.handler\n"
    assert seen.told() == ("  ✓ $LATEST of orders: handler index.handler →\n    lambda_migrate_proxy.handler\n")


def test_on_a_terminal_one_line_counts_down_and_disappears(seen: Stage) -> None:
    seen.progress(RunEvent("bake", text="alias live: 1 → 2", seconds=900.0))
    seen.progress.sleep(0.2)
    seen.progress(RunEvent("verdict", text="fail: 9 of 10 failed"))

    assert seen.told() == (
        f"{HIDDEN}  ⠋ watching: alias live: 1 → 2 15 min left"
        f"{AGAIN}  ⠙ watching: alias live: 1 → 2 14 min 59 s left"
        f"{AGAIN}  ⠹ watching: alias live: 1 → 2 14 min 59 s left"
        f"{AGAIN}  ⠹ watching: alias live: 1 → 2 14 min 59 s left"
        f"\n{SHOWN}{UP}"
        "  ✗ fail: 9 of 10 failed\n"
    )


def test_beside_json_no_line_moves(seen: Stage) -> None:
    seen.progress.terminal.still = True
    seen.progress(RunEvent("bake", text="alias live: 1 → 2", seconds=150.0, bake=Bake(150.0, 150.0, 50.0)))
    seen.progress.sleep(150.0)

    assert seen.told() == (
        "  … watching: alias live: 1 → 2 (2 min 30 s)\n"
        "  … watching: alias live: 1 → 2 (1 min 30 s)\n"
        "  … watching: alias live: 1 → 2 (30 s)\n"
    )


def test_the_view_of_a_bake_counts_down_and_stands_still_while_it_is_paused() -> None:
    seen = Stage(Screen(), columns=80)
    seen.progress(RunEvent("bake", text="alias live: 1 → 2", seconds=900.0, bake=Bake(900.0, 900.0, 300.0)))
    seen.wait(300.0)
    seen.progress(RunEvent("seen", text="5xx 0", bake=Bake(600.0, 900.0, 300.0, paused=True, seen="5xx 0")))
    seen.progress.sleep(60.0)

    assert seen.told().rpartition(AGAIN)[2].splitlines()[0].endswith("10 min left")
    assert "paused, watching: alias live: 1 → 2" in seen.told().rpartition("\x1b[1A")[2]


def test_a_wide_terminal_shows_a_bar_and_what_is_known_meanwhile() -> None:
    seen = Stage(Screen(), columns=80)
    seen.progress(RunEvent("bake", text="alias live: 1 → 2", seconds=900.0))
    seen.wait(450.0)
    seen.progress.note("12 of 20 invocations, 0 failed")

    assert seen.told().rpartition(AGAIN)[2] == (
        "  ⠴ watching: alias live: 1 → 2 ━━━━━━━━━━           7 min 30 s left\n    12 of 20 invocations, 0 failed"
    )


def test_a_line_that_is_too_long_for_the_terminal_is_cut(seen: Stage) -> None:
    for text in ("x" * 200, "注文" * 100):
        seen.progress.begin(text)

        line = seen.told().replace(HIDDEN, AGAIN).rpartition(AGAIN)[2]
        assert cell_len(line) in (59, 60)
        assert line.endswith("… 0 s")


def test_what_happens_meanwhile_stays_on_the_terminal(seen: Stage) -> None:
    seen.progress.begin("environment orders-service: v1 → v2")

    for text in ("Batch 1 of 2 is starting.", "Command failed on instance."):
        seen.progress.event(text)

    doing = "  ⠋ environment orders-service: v1 → v2 0 s"
    assert seen.told() == (
        f"{HIDDEN}{doing}{AGAIN}{doing}\n{SHOWN}{UP}"
        "    Batch 1 of 2 is starting.\n"
        f"{HIDDEN}{doing}{AGAIN}{doing}\n{SHOWN}{UP}"
        "    Command failed on instance.\n"
        f"{HIDDEN}{doing}"
    )


def test_what_aws_says_meanwhile_commands_no_terminal(piped: Stage, seen: Stage) -> None:
    for stage in (piped, seen):
        stage.progress.event("Batch\x1b[2J\n✓ done")
        stage.progress.note("deploying \x1b]0;title\x07\u202e")
        stage.progress.end("✓", "deployed\r[red]")

    assert piped.told() == (
        "    Batch\\x1b[2J\\x0a✓ done\n  … deploying \\x1b]0;title\\x07\\u202e\n  ✓ deployed\\x0d[red]\n"
    )
    doing = "  ⠋ deploying \\x1b]0;title\\x07\\u202e 0 s"
    assert seen.told() == (
        f"    Batch\\x1b[2J\\x0a✓ done\n{HIDDEN}{doing}{AGAIN}{doing}\n{SHOWN}{UP}  ✓ deployed\\x0d[red]\n"
    )


def test_a_terminal_that_is_gone_stops_nothing() -> None:
    class Gone(Screen):
        def write(self, _text: str) -> int:
            raise OSError(5, "Input/output error")

    stage = Stage(Gone())
    stage.progress(RunEvent("bake", text="alias live: 1 → 2", seconds=900.0))
    stage.progress.sleep(0.2)
    stage.progress.end("✓", "done")

    assert stage.told() == ""


def test_a_line_moves_by_itself_while_a_call_takes_long() -> None:
    class DeploymentWatch(Screen):
        def write(self, text: str) -> int:
            if "⠙" in text:
                moved.set()
            return super().write(text)

    moved = threading.Event()
    progress = Progress(Terminal(io.StringIO(), DeploymentWatch(), io.StringIO(), {"TERM": "xterm"}, 60))
    progress.begin("a call")

    assert moved.wait(TIMEOUT)
    progress.end()


def test_a_look_at_many_things_says_how_far_it_is_now_and_then(piped: Stage) -> None:
    piped.progress.begin("looking at orders and everything that can invoke it")
    for done in range(1, 1401):
        piped.wait(0.0625)
        piped.progress.counted("S3 buckets", done, 2000)

    assert piped.told() == (
        "  … looking at orders and everything that can invoke it: S3 buckets: 32 of 2,000\n"
        "  … looking at orders and everything that can invoke it: S3 buckets: 992 of 2,000\n"
    )


def test_a_look_at_many_things_moves_a_line_on_a_terminal(seen: Stage) -> None:
    seen.progress.begin("looking at orders")
    seen.progress.counted("REST APIs", 120, 300)
    seen.progress.end()

    assert "REST APIs: 120 of 300" in seen.told()
