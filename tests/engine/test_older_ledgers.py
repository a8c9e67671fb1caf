"""Plans that an older version wrote, in ledgers and in saved files, are read and carried on with."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.engine.ledger import Ledger
from lambda_migrate.engine.plan import Plan
from lambda_migrate.engine.runs import open_run
from lambda_migrate.errors import ConfigError
from tests.engine.world import FUNCTION, plan

if TYPE_CHECKING:
    from tests.engine.world import Stage

pytestmark = pytest.mark.usefixtures("stage")

OLDER: dict[str, Any] = {
    "id": "e7b51414fe97",
    "schema": 1,
    "phase": "cutover",
    "function": FUNCTION,
    "fingerprint": "f" * 64,
    "steps": [
        {
            "id": "01-set_value",
            "action": {"kind": "set_value", "name": "a", "before": "1", "after": "2"},
            "settle": 90.0,
        },
        {"id": "02-set_value", "action": {"kind": "set_value", "name": "b", "before": "1", "after": "2"}},
    ],
    "blockers": [],
    "warnings": [],
    "summary": {},
}
"""As it was written when `propagation` was called `settle`."""


def _today() -> Plan:
    made = plan("a:1:2", "b:1:2")
    return replace(made, steps=(replace(made.steps[0], propagation=90.0), made.steps[1]))


def test_a_plan_with_the_older_name_of_a_field_is_read() -> None:
    body = {name: value for name, value in OLDER.items() if name != "id"}
    assert OLDER["id"] == hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()[:12]

    assert Plan.from_dict(OLDER) == _today()
    assert _today().to_dict()["steps"][0]["propagation"] == 90.0


def test_an_older_plan_that_was_changed_is_refused() -> None:
    changed = json.loads(json.dumps(OLDER).replace("90.0", "1.0"))

    with pytest.raises(ConfigError, match="the plan was changed after it was made"):
        Plan.from_dict(changed)


def test_the_run_of_an_older_ledger_is_finished_and_undone(stage: Stage) -> None:
    executor = stage.open()
    with executor.ledger as ledger:
        ledger.note("plan", plan=OLDER)
        run = open_run(ledger)
        assert run is not None
        started = stage.clock.time
        assert executor.run(run.plan).complete

    assert stage.world.written == ["a=2", "b=2"]
    assert stage.clock.time - started == 90.0
    assert stage.rollback() == ["02-set_value", "01-set_value"]
    assert Ledger.read(stage.path).records[1].note == {"kind": "plan", "plan": OLDER}
