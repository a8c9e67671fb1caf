"""The program called in this process, and what it printed."""

from __future__ import annotations

import contextlib
import io
import json
import re
from dataclasses import dataclass
from typing import Any

from lambda_migrate.cli import main
from lambda_migrate.render.terminal import Terminal


class Screen(io.StringIO):
    """A stream with a person at the other end."""

    def isatty(self) -> bool:
        return True


@dataclass(frozen=True)
class Answer:
    """What a call of the program came to."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def error(self) -> str:
        """What stands behind the only ``error:``."""
        return self._only("error")

    @property
    def hint(self) -> str:
        """What stands behind the only ``hint:``."""
        return self._only("hint")

    def _only(self, label: str) -> str:
        (text,) = re.findall(rf"^{label}: (.*)$", self.err, re.MULTILINE)
        return str(text)


def call(*arguments: str, typed: str | None = None, environ: dict[str, str] | None = None, columns: int = 80) -> Answer:
    """Call the program in this process; `typed` is what a person answers, which makes it interactive."""
    stream = io.StringIO if typed is None else Screen
    out, err, into = stream(), stream(), stream(typed or "")
    terminal = Terminal(out, err, into, {"TERM": "dumb", **(environ or {})}, columns)
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(arguments, terminal)
    return Answer(code, out.getvalue(), err.getvalue())
