"""Runs the demo and draws what it told, shortened to its thread, as a picture for the README.

``python scripts/record_demo.py docs/demo.svg`` runs it; ``--from FILE`` draws what an earlier run has printed.
"""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text

COLUMNS = 80
TOLD = re.compile(
    r"^(\$ |# |✓ look|→ look|    [✓✗↶] (pass|fail|alias|http|version)|  error:|requests|events|function|time)"
)
"""Lines that carry the story; plans, files and hints are left out."""

TRAFFIC = re.compile(r"^# \d+:\d\d  ")
"""The running line; of several that follow each other closely one is enough."""

FROM_ELSEWHERE = re.compile(r"\s*@font-face \{.*?\}|\s*<!--.*?-->", re.DOTALL)
"""What rich would have a reader's browser fetch from other people's servers: the picture asks nobody."""

STYLES = {"$ ": "bold cyan", "# ": "dim", "✓ l": "bold green", "→ l": "bold green", "  ✗": "red", "  ↶": "yellow"}


def thread(story: str) -> list[str]:
    """Return the lines of a story that are drawn; the running line only every fourth time."""
    told = [_short(line) for line in story.splitlines() if TOLD.match(line)]
    running = 0
    lines: list[str] = []
    for line in told:
        running += bool(TRAFFIC.match(line))
        if not TRAFFIC.match(line) or running % 4 == 1:
            lines += ["", line] if line[2:6] == "look" else [line]
    return lines


def _short(line: str) -> str:
    """Return a line without where the sources are on this machine, no wider than the picture."""
    return re.sub(r"--source \S+", "--source orders", line)[:COLUMNS].rstrip()


def draw(lines: list[str]) -> str:
    """Return lines as the picture of a terminal."""
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True)
    for line in lines:
        style = next((style for start, style in STYLES.items() if line.startswith(start)), "")
        console.print(Text(line, style=style), soft_wrap=True)
    drawn = console.export_svg(title="lambda-migrate demo", unique_id="demo", font_aspect_ratio=0.61)
    return FROM_ELSEWHERE.sub("", drawn).replace("Fira Code", "ui-monospace, Menlo, Consolas")


def told() -> str:
    """Run the demo and return what it told.

    Raises:
        CalledProcessError: It did not end well.
    """
    command = [sys.executable, "-m", "lambda_migrate", "demo"]
    environment = {**os.environ, "COLUMNS": str(COLUMNS)}
    return subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout  # noqa: S603  # our own


if __name__ == "__main__":
    earlier = sys.argv[sys.argv.index("--from") + 1] if "--from" in sys.argv else ""
    text = Path(earlier).read_text(encoding="utf-8") if earlier else told()
    Path(sys.argv[1]).write_text(draw(thread(text)), encoding="utf-8")
