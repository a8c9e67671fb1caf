"""The demo on a terminal: told line by line, with how the traffic is below, and at the end what it came to."""

from __future__ import annotations

import contextlib
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from lambda_migrate.errors import MigrateError
from lambda_migrate.render.drawing import Waiting, columns, hanging, live
from lambda_migrate.render.format import duration
from lambda_migrate.render.result import Result
from lambda_migrate.render.terminal import is_terminal, repainted
from lambda_migrate.sandbox.demo.story import Demo
from lambda_migrate.sandbox.standing import require_installed
from lambda_migrate.sandbox.unkindness import ALL, BEARABLE, KIND, named

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lambda_migrate.sandbox.demo.outcome import StoryOutcome
    from lambda_migrate.workflow.context import Context

OWN = "Next, a function of your own, in an empty folder; none of this changes it:"
"""What comes after the demo."""


def shown(context: Context, keep: Path | None, *, unkind: bool) -> Result:
    """Show the whole migration.

    Args:
        context: Of the command.
        keep: Where everything that is written is left; None to leave nothing.
        unkind: Whether the AWS is as unkind as the real one.

    Raises:
        ConfigError: The sandbox is not installed.
        MigrateError: A command of the story did not end as it should.
    """
    require_installed()
    paint = context.paint
    with _directory(keep) as directory:
        unkindness = named([ALL], BEARABLE) if unkind else KIND
        bold, show = partial(_bold, context), running_line(context)
        outcome = Demo(directory, _teller(context), bold, paint.width, unkindness, show, paint.colour).run()
    text = _summary(outcome, paint.width)
    if not outcome.sound:
        return Result(outcome.to_dict(), text, error=_unsound(outcome))
    own = "\n".join(hanging(OWN, paint.width))
    return Result(outcome.to_dict(), f"{text}\n\n{own}", ("inspect FUNCTION", "init FUNCTION --store-secrets"))


def _teller(context: Context) -> Callable[[str], None]:
    """Return what writes a line of the story: it is what was asked for, unless that is the JSON document."""
    terminal = context.terminal
    stream, write = (terminal.err, terminal.say) if context.options.json else (terminal.out, terminal.write)
    width = terminal.paint(stream).width
    wraps = is_terminal(stream) or terminal.environ.get("COLUMNS", "").isdecimal()

    def tell(line: str) -> None:
        painted = repainted(line, context.paint)
        for part in hanging(painted, width) if wraps else [painted]:
            write(part)

    return tell


def _bold(context: Context, text: str) -> str:
    return context.paint(text, "bold")


def running_line(context: Context) -> Callable[[str, str], None] | None:
    """Return what shows the traffic at the bottom of the terminal; None where no line can move."""
    terminal = context.terminal
    if context.options.json or not (terminal.lively and is_terminal(terminal.out)):
        return None
    shown = [Waiting("", "")]

    def show(elapsed: str, text: str) -> None:
        shown[0] = Waiting(text, elapsed)
        if terminal.live:
            terminal.live.refresh()
        else:
            terminal.live = live(terminal, lambda: shown[0], time.monotonic, animated=False)

    return show


@contextlib.contextmanager
def _directory(keep: Path | None) -> Iterator[Path]:
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        yield keep.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="lambda-migrate-demo-") as name:
        yield Path(name)


def _summary(outcome: StoryOutcome, width: int) -> str:
    requests, events = outcome.summary.requests, outcome.summary.events
    answered = f"{requests.by_function} answered by the function, {requests.by_service} by the service"
    handled = f"{events.by_function} handled by the function, {events.by_service} by the service"
    counts = f"{events.sent} sent, {events.delivered} delivered, {events.lost} lost, {events.duplicated} twice"
    rows = [
        ("requests", f"{requests.sent} sent, {requests.failed} failed; {answered}"),
        ("events", f"{counts}; {handled}"),
        *(("", f"{source}: {why}") for source, why in outcome.summary.duplicates.items()),
        ("function", "deleted, after its backup was read back" if outcome.retired else "still there"),
        ("time", duration(outcome.seconds)),
    ]
    return "\n".join(["", *columns(rows, width, indent=0)])


def _unsound(outcome: StoryOutcome) -> MigrateError:
    requests, events = outcome.summary.requests, outcome.summary.events
    retired = "" if outcome.retired else ", and the function is still there"
    return MigrateError(
        f"{requests.failed} requests failed and {events.lost} events were lost{retired}",
        hint="the story above shows where; run it with `--keep FOLDER` to look at what was written",
    )
