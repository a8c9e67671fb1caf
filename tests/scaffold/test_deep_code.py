"""Code that Python itself gives up on, as generators write it: refused in one line, whatever the version of Python."""

from __future__ import annotations

import pytest

from lambda_migrate.errors import MigrateError
from lambda_migrate.scaffold import applications, handlers
from lambda_migrate.scaffold.source import Source

SUM = "+".join(["1"] * 100_000)
BRACKETS = "(" * 5000 + "1" + ")" * 5000


@pytest.mark.parametrize("value", [SUM, BRACKETS], ids=["sum", "brackets"])
def test_code_that_cannot_be_parsed_is_refused(value: str) -> None:
    contents = {"app.py": f"x = {value}\napp = 1\ndef handler(event, context): ...\n".encode()}

    with pytest.raises(MigrateError, match=r"`app\.py"):
        handlers.check_code("app.handler", contents, Source("the zip", ("app.py",), lambda _: b""), "3.9")
    with pytest.raises(MigrateError, match=r"`app\.py`"):
        applications.check("app:app", contents)
