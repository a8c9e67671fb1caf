"""The page of a function's settings: `python -m lambda_migrate.function.documentation docs/function-settings.md`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from lambda_migrate.function.settings import BESIDE_IT, FATES, OF_A_VERSION

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lambda_migrate.function.settings import Setting

INTRODUCTION = """\
# What becomes of a function's settings

A version is a copy of `$LATEST` at the moment at which it is published. The proxy version is published from a `$LATEST`
on which one call has set the handler, the layers and the variables, and which is restored right after. What else is
set there is in the proxy version too, including what this page does not know; a setting that is new to this version of
lambda-migrate is named in `inspect` and in the plan.

Wrappers stay as well: OpenTelemetry, Datadog, New Relic and Sentry go on tracing. Decorators of Powertools run whenever
the function's own handler does, and only then: for what is passed through, and where the proxy falls back. What the
service has had, or may have had, is not run a second time by the original. Its record of handled events is another one
unless its keys are made alike: [`idempotency-keys`](rules.md#lm510-idempotency-keys).
"""


def document() -> str:
    """Return the page."""
    return "\n".join(
        [
            INTRODUCTION,
            "## In the configuration",
            "",
            *_table(OF_A_VERSION),
            "",
            "## Beside the configuration",
            "",
            *_table(BESIDE_IT),
            "",
        ]
    )


def _table(settings: Iterable[Setting]) -> Iterator[str]:
    yield from ("| setting | what becomes of it | to know |", "| --- | --- | --- |")
    yield from (f"| `{each.name}` | {FATES[each.fate]} | {each.how} |" for each in settings)


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(document(), encoding="utf-8")
