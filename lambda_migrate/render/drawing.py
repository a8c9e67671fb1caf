"""What rich draws: columns, paragraphs, trees, and the line that moves while something is waited for.

The only module that imports rich, and late: `--help`, `--version`, `status` and JSON come without it. Text goes in and
comes out as :class:`Paint` marks it; rich sees it escaped, and never as markup. Lines break between words, by the cells
that characters take. A word that is wider than its room stays whole: an ARN that is cut cannot be copied.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast, get_args

from lambda_migrate.render.terminal import PIPE_WIDTH, Colour, Live, Paint, Terminal, spans
from lambda_migrate.render.typed import named

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import TextIO

    from rich.console import Console, RenderableType
    from rich.spinner import Spinner
    from rich.style import Style
    from rich.text import Text

LEAST = 34
"""Cells that the last column needs beside the others; where there are fewer, it goes below."""
BAR, BAR_FROM = 20, 80
"""Cells of a bar, and of the narrowest terminal that shows one."""
_UNLIMITED = 100_000
"""Cells of what rich draws on: lines are broken before, since it would cut what sticks out."""
_WIDE = "\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\U00020000-\U0003fffd"
"""Characters of Chinese, Japanese and Korean, between which a line may break."""
_NUMBER = r"\b\d[\d.]* (?=(?:s|min|[hd%]|[KM]?B)(?:\W|$))"
"""A number before its unit, between which it may not."""
GUIDE = 4
"""Cells that :func:`tree` draws before what it holds."""
_PAINT = Paint(colour=True)


def columns(rows: Iterable[Sequence[str]], width: int, *, indent: int = 2, gap: int = 2) -> list[str]:
    """Lay rows out so that columns line up; the last one wraps.

    Args:
        rows: Cells, as many in each row.
        width: Of the terminal, in cells.
        indent: Spaces before each row.
        gap: Spaces between columns.
    """
    from rich.padding import Padding  # noqa: PLC0415  # rich is slow to import, and owned here
    from rich.table import Table  # noqa: PLC0415  # as above

    cells = [[_text(cell) for cell in row] for row in rows]
    heads = [max(cell.cell_len for cell in column) for column in list(zip(*cells, strict=True))[:-1]]
    room = width - indent - sum(heads) - gap * len(heads)
    beside = room >= LEAST or all(row[-1].cell_len <= room for row in cells)
    deeper = indent + (heads[0] + gap if len(heads) > 1 else 4)
    table = Table.grid(padding=(0, gap, 0, 0))
    lines: list[str] = []
    for *head, last in cells:
        if beside:
            table.add_row(*head, _wrapped(last, room))
        else:
            lines += _lines(Padding(_joined(head, " " * gap), (0, 0, 0, indent), expand=False))
            lines += _lines(Padding(_wrapped(last, width - deeper), (0, 0, 0, deeper), expand=False))
    return _lines(Padding(table, (0, 0, 0, indent), expand=False)) if cells and beside else lines


def paragraph(text: str, width: int, *, first: str = "", rest: str = "") -> list[str]:
    """Wrap a sentence, `first` before its first line and `rest` before the others; line feeds in it are spaces."""
    flowing = _text(re.sub(r"\s*\n\s*", " ", text))
    lines = _lines(_wrapped(flowing, width - len(rest), taken=_text(first).cell_len - len(rest)))
    return [f"{rest if number else first}{line}" for number, line in enumerate(lines)]


def hanging(line: str, width: int) -> list[str]:
    """Wrap a line; where it goes on, it is indented a little more than where it begins."""
    text = line.lstrip(" ")
    pad = " " * (len(line) - len(text))
    return paragraph(text, width, first=pad, rest=f"{pad}  ")


def page(text: str, width: int) -> str:
    """Wrap the paragraphs of a page; what is laid out already (code, lists, tables, headings) stays as it is.

    A page is read, also where it is piped to a pager: its lines are never as long as those that are searched.
    """
    width = min(width, PIPE_WIDTH)
    blocks: list[tuple[bool, str]] = []
    fenced = False
    for line in text.splitlines():
        fence = line.startswith("```")
        flows = not fenced and not fence and re.match(r"[^\W\d]|[`*(]", line) is not None
        fenced ^= fence
        if flows and blocks and blocks[-1][0]:
            blocks[-1] = (True, f"{blocks[-1][1]} {line}")
        else:
            blocks.append((flows, line))
    return "\n".join(line for flows, block in blocks for line in (paragraph(block, width) if flows else [block]))


def tree(root: str, leaves: Iterable[Sequence[str]], paint: Paint, *, indent: int = 2) -> list[str]:
    """Draw a heading and what belongs to it.

    Args:
        root: The heading.
        leaves: The lines of each thing; :data:`GUIDE` cells wide is what is drawn before them.
        paint: Whether it is coloured.
        indent: Spaces before all of it.
    """
    from rich.padding import Padding  # noqa: PLC0415  # as above
    from rich.tree import Tree  # noqa: PLC0415  # as above

    drawn = Tree(_text(root), guide_style="dim" if paint.colour else "none")
    for leaf in leaves:
        drawn.add(_joined([_text(line) for line in leaf], "\n"))
    return _lines(Padding(drawn, (0, 0, 0, indent), expand=False))


@dataclass(frozen=True)
class Waiting:
    """What is being waited for.

    Attributes:
        text: What.
        times: How long it has taken, or still takes.
        share: How much of it is over, 0 to 1; None where nobody knows.
        detail: What is known meanwhile, or "".
        below: More lines, painted, each no wider than the terminal.
    """

    text: str
    times: str
    share: float | None = None
    detail: str = ""
    below: tuple[str, ...] = ()


def live(terminal: Terminal, now: Callable[[], Waiting], clock: Callable[[], float], *, animated: bool) -> Live:
    """Show what is being waited for on standard error, on a line that moves; return what takes it away.

    Args:
        terminal: Where.
        now: Says what is being waited for.
        clock: Seconds, from any start.
        animated: Whether the line moves by itself; else only when it is refreshed.
    """
    from rich.live import Live as Moving  # noqa: PLC0415  # as above
    from rich.spinner import Spinner  # noqa: PLC0415  # as above

    paint, stream = terminal.paint(terminal.err), terminal.err
    quiet = SimpleNamespace(write=terminal.tell, flush=lambda: None, encoding=getattr(stream, "encoding", None))
    console = _console(
        file=cast("TextIO", quiet),
        width=paint.width,
        force_terminal=True,
        color_system="standard" if paint.colour else None,
        get_time=clock,
        _environ=terminal.environ,
    )
    spinner = Spinner("dots" if console.encoding.startswith("utf") else "line", style="cyan")
    moving = Moving(
        console=console,
        get_renderable=lambda: _moving(now(), spinner, paint.width),
        auto_refresh=animated,
        refresh_per_second=10,
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    )
    moving.start(refresh=True)
    return moving


def _moving(waiting: Waiting, spinner: Spinner, width: int) -> RenderableType:
    from rich.console import Group  # noqa: PLC0415  # as above
    from rich.padding import Padding  # noqa: PLC0415  # as above
    from rich.progress_bar import ProgressBar  # noqa: PLC0415  # as above
    from rich.table import Table  # noqa: PLC0415  # as above
    from rich.text import Text  # noqa: PLC0415  # as above

    bar = (
        []
        if waiting.share is None or width < BAR_FROM
        else [ProgressBar(1.0, waiting.share, BAR, style="dim", complete_style="cyan", finished_style="cyan")]
    )
    line, text, detail = Table.grid(padding=(0, 1, 0, 0)), _text(waiting.text), _text(waiting.detail)
    text.truncate(width - len(waiting.times) - 5 - (BAR + 1) * len(bar), overflow="ellipsis")
    detail.truncate(width - 5, overflow="ellipsis")
    line.add_row(" ", spinner, text, *bar, Text(waiting.times, "dim"))
    parts: list[RenderableType] = [line, *map(_text, waiting.below)]
    if waiting.detail:
        parts.insert(1, Padding(detail, (0, 0, 0, 4), expand=False))
    return Group(*parts)


def _text(painted: str) -> Text:
    """Return a painted text as rich wants it: escaped, the colours beside it; command lines have what was typed."""
    from rich.text import Text  # noqa: PLC0415  # as above

    text = Text()
    for piece, colours in spans(named(painted)):
        text.append(piece, " ".join(colours))
    return text


def _wrapped(text: Text, room: int, taken: int = 0) -> Text:
    """Break a text into lines of so many cells: between words, and within a command in backticks only if it must.

    Args:
        text: A line.
        room: Cells of each line.
        taken: Cells of the first one that are taken.
    """
    from rich.cells import cell_len  # noqa: PLC0415  # as above

    whole = rf"`[^`]{{1,{max(room - 4, 1)}}}`|{_NUMBER}"
    cuts, used = [0], taken
    for word in re.finditer(rf"[{_WIDE}]\s*|(?:{whole}|[^{_WIDE}\s])+\s*", text.plain):
        if word.start() > cuts[-1] and used + cell_len(word[0].rstrip()) > room:
            cuts.append(word.start())
            used = 0
        used += cell_len(word[0])
    lines = text.divide(cuts[1:])
    for line in lines:
        line.rstrip()
    return _joined(lines, "\n")


def _joined(texts: Iterable[Text], between: str) -> Text:
    from rich.text import Text  # noqa: PLC0415  # as above

    return Text(between).join(texts)


def _lines(drawn: RenderableType) -> list[str]:
    """Return what was drawn as painted lines."""
    lines = _console(file=io.StringIO(), width=_UNLIMITED, _environ={}).render_lines(drawn, pad=False)
    return ["".join(_PAINT(part.text, *_colours(part.style)) for part in line).rstrip() for line in lines]


def _colours(style: Style | None) -> list[Colour]:
    named = [] if style is None else [style.bold and "bold", style.dim and "dim", style.color and style.color.name]
    return [colour for colour in get_args(Colour) if colour in named]


def _console(**options: Any) -> Console:
    from rich.console import Console  # noqa: PLC0415  # as above

    return Console(markup=False, emoji=False, highlight=False, legacy_windows=False, **options)
