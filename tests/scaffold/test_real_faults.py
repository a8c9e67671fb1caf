"""What went wrong with real projects, F1 to F18, one row for each: what `analyze` and `init` make of it now.

A row names what differs from the plainest project; everything else is compared with what that comes to.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.errors import MigrateError
from lambda_migrate.scaffold import FunctionFacts, Options, survey
from lambda_migrate.workflow import declared_function
from tests.scaffold.real_faults import ASSUMED, PINNED, PLAIN, SERVES, Fault
from tests.scaffold.real_faults_later import FAULTS
from tests.support.screen import call

if TYPE_CHECKING:
    from lambda_migrate.scaffold.survey import Survey

BASE: dict[str, Any] = {
    "init": ("main:app", "main.handler", "3.12", "assumed"),
    "lifted": {"main.py"},
    "requires": PINNED,
    "variables": {},
    "placeholders": {},
    "around": False,
    "warnings": ASSUMED,
    "analyze": ("main.handler", [SERVES]),
}
WORDED = "LM012"
"""A rule whose words the tests of rules compare."""


def init(folder: Path, fault: Fault) -> dict[str, Any]:
    """Return what `init --offline` finds out, or why it refuses."""
    described = declared_function.described(folder / fault.code, "shop")
    told = declared_function.facts("shop", described.deployment)
    facts = FunctionFacts("shop", **fault.facts) if fault.facts else told
    options = Options(Path("unused"), root=described.root, baseline=False, **fault.options)
    try:
        found = survey(declared_function.source(described), facts, options)
    except MigrateError as error:
        return {"refused": (error.message, error.hint)}
    return _seen(found)


def _seen(found: Survey) -> dict[str, Any]:
    application = found.application
    service = {line for line in found.needed.lines if line.startswith(("boto3==", "uvicorn=="))}
    return {
        "init": (application.app, application.handler, found.python, found.python_origin),
        "lifted": set(found.contents),
        "requires": set(found.needed.lines) - service,
        "variables": {each.name: each.fate for each in found.variables},
        "placeholders": found.placeholders,
        "around": found.around,
        "warnings": found.warnings,
    }


def analyze(folder: Path, fault: Fault) -> tuple[str | None, list[tuple[str, str, str]]]:
    """Return the handler and the findings of `analyze --json`."""
    data = json.loads(call("analyze", str(folder / fault.code), "--json").out)["data"]
    seen = [(each["severity"], each["code"], each["message"]) for each in data["findings"]]
    return data["handler"], [(*each[:2], "") if each[1] == WORDED else each for each in seen]


@pytest.mark.parametrize("name", FAULTS)
def test_it_goes_right_now(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fault = FAULTS[name]
    for path, text in {".git/HEAD": "", **PLAIN, **fault.files}.items():
        place = tmp_path / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    for path in fault.without:
        (tmp_path / path).unlink()
    monkeypatch.chdir(tmp_path)

    seen = {**init(Path(), fault), "analyze": analyze(Path(), fault)}

    refused = {"refused": fault.expected.get("refused")} if "refused" in fault.expected else None
    expected = {**(refused or BASE), "analyze": BASE["analyze"], **fault.expected}
    assert seen == expected
