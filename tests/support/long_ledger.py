"""A ledger of any length: canaries that were tried and rolled back again and again, the last of which stands."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from lambda_migrate.engine.ledger import Identity, Ledger
from lambda_migrate.engine.record import Event, Record, encode

ORDERS = Identity("123456789012", "eu-west-1", "arn:aws:lambda:eu-west-1:123456789012:function:orders")
PLAN = Path(__file__).parents[1] / "golden" / "plans" / "cutover-of-half-a-canary.json"
AT, BY = "2026-03-01T12:00:00.000Z", "arn:aws:sts::123456789012:assumed-role/Developer/alice"
LAST = 20


def write(path: Path, count: int) -> int:
    """Write a ledger of at least `count` records at once, without its index; return how many there are."""
    Ledger.open(path, ORDERS, command="benchmark", by=BY).close()
    path.with_suffix(".index").unlink()
    plan: dict[str, Any] = json.loads(PLAN.read_text())
    last, seq = hashlib.sha256(path.read_bytes()).hexdigest(), 1
    with path.open("ab") as file:

        def add(event: Event, step: str, run: int, *, action: Any = None, note: Any = None) -> None:
            nonlocal last, seq
            seq += 1
            document = encode(Record(seq, step, event, AT, BY, action, last, run, note))
            file.write(document)
            last = hashlib.sha256(document).hexdigest()

        while seq < count:
            add("note", "", 0, note={"kind": "plan", "plan": plan})
            run = seq
            for step in plan["steps"]:
                add("intent", step["id"], run, action=step["action"])
                add("applied", step["id"], run)
                note = {"kind": "verdict", "result": "pass", "reasons": ["300 invocations, 0 errors"]}
                add("note", step["id"], run, note=note)
            if seq >= count - LAST:
                add("note", "", run, note={"kind": "finished"})
                continue
            for step in reversed(plan["steps"]):
                add("undo-intent", step["id"], run, action=step["action"])
                add("undone", step["id"], run)
            add("note", "", run, note={"kind": "rolled-back"})
    return seq
