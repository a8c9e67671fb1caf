"""Code that is nested deeper than Python follows by recursion: an error of the file, never one of ours."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from lambda_migrate.analyzer import analyze
from lambda_migrate.scaffold import requirements

if TYPE_CHECKING:
    from pathlib import Path

APP = "from fastapi import FastAPI\nfrom mangum import Mangum\napp = FastAPI()\nasgi = Mangum(app)\n"
HANDLER = "def handler(event, context):\n    if event == 0: pass\n%s    return asgi(event, context)\n"
DEEP = "it is nested too deeply"


@pytest.mark.parametrize("count", [100, 300, 2500])
def test_hundreds_of_branches_in_a_handler(count: int, tmp_path: Path) -> None:
    branches = "".join(f"    elif event.get('x') == {at}: return {at}\n" for at in range(count))
    (tmp_path / "app.py").write_text(APP + HANDLER % branches)
    limit = sys.getrecursionlimit()
    found = analyze(tmp_path, "app.handler").findings
    errors = [each.message for each in found if each.code == "LM000"]

    assert sys.getrecursionlimit() == limit
    assert "LM003" in {each.code for each in found}
    # how deep an interpreter goes is its own business: 3.12 gives up sooner than 3.11 and 3.13
    assert errors in (([],) if count == 100 else ([], [f"cannot be analysed: {DEEP}"]))


def test_a_deep_test_of_an_import_is_no_reason_to_stop() -> None:
    deep = "+".join(["'a'"] * 600)
    code = f"if x == {deep}:\n    import money\nif TYPE_CHECKING:\n    import types_only\n"
    code += "if typing.TYPE_CHECKING:\n    import types_too\nif not TYPE_CHECKING:\n    import needed\n"

    assert requirements.imports({"app.py": code.encode()}, {"app"}) == ("money", "needed")
