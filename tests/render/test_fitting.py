"""Sentences are broken where they do not fit a terminal; columns, code and what is piped stay as they are."""

from __future__ import annotations

import io

import pytest

from lambda_migrate.render.fitting import fitted
from lambda_migrate.render.terminal import Terminal

DONE = "\nDone: 6 steps of proxy, in 1 s. `lambda-migrate rollback --last` undoes it."
LAID_OUT = (
    "  ✓  service   it is well, whatever anybody says of it, and that is told at some length here.\n+ resource = 1."
)


class Screen(io.StringIO):
    """A stream that a person looks at."""

    def isatty(self) -> bool:
        """Return that one does."""
        return True


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (DONE, "\nDone: 6 steps of proxy, in 1 s.\n`lambda-migrate rollback --last` undoes it."),
        ("This deletes function `orders` and its 2 versions?  [y/N]", None),
        (
            "Delete function `orders` and its 22 versions now? [y/N]",
            "Delete function `orders` and its 22 versions now?\n[y/N]",
        ),
        (LAID_OUT, None),
    ],
)
def test_sentences_fit(text: str, shown: str | None) -> None:
    screen, pipe = Screen(), io.StringIO()
    terminal = Terminal(screen, pipe, io.StringIO(), columns=50)

    assert fitted(text, terminal, screen) == (text if shown is None else shown)
    assert fitted(text, terminal, pipe) == text
