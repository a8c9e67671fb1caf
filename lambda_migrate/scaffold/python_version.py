"""Which version of Python the service runs on, and what else is assumed because nobody has said it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lambda_migrate.errors import MigrateError
from lambda_migrate.scaffold.facts import DEFAULT_PYTHON, OLDEST_MINOR

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.scaffold.facts import FunctionFacts, Options


def chosen(facts: FunctionFacts, options: Options) -> tuple[str, str]:
    """Return the version of Python that the service is to run on, and where it is said.

    Raises:
        MigrateError: The function is not in Python 3, or the version is none, or too old.
    """
    if facts.runtime and not facts.python:
        raise MigrateError(f"`{facts.name}` runs on `{facts.runtime}`", hint="only Python 3 functions can be lifted")
    python = options.python or facts.python or DEFAULT_PYTHON
    version = re.fullmatch(r"3\.(\d{1,2})", python)
    if version is None:
        raise MigrateError(f"`{python}` is not a Python version", hint="write it like `--python 3.12`")
    if int(version[1]) < OLDEST_MINOR:
        raise MigrateError(
            f"`{facts.name}` runs on Python {python}, and a service needs 3.{OLDEST_MINOR} or later",
            hint="lift it to a later one, `--python 3.12`, and run its tests there",
        )
    return python, "--python" if options.python else facts.origin("runtime") if facts.python else "assumed"


def assumed(origin: str, python: str, facts: FunctionFacts) -> Iterator[str]:
    """Yield what nobody has said, and is therefore assumed."""
    if origin == "assumed":
        yield f"Python {python} is assumed: the project does not name a version; set it with `--python 3.x`"
    limits = {"timeout": f"time-out {facts.timeout:g} s", "memory": f"memory {facts.memory} MB"}
    unsaid = [text for key, text in limits.items() if facts.origin(key) == "assumed"]
    if unsaid:
        verb = "are" if len(unsaid) > 1 else "is"
        yield f"{' and '.join(unsaid)} {verb} assumed: AWS was not asked, and the project does not say"
