"""A function that records, and a recorder whose log waits where a test wants it to."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from typing import Any

from lambda_migrate.proxy.runtime.recording.recorder import Recorder
from lambda_migrate.proxy.runtime.recording.settings import RecordSettings
from lambda_migrate.proxy.runtime.telemetry import Telemetry
from tests.proxy.service import Context, Function, function
from tests.support.waiting import eventually

LATER = 4_000_000_000


def recording_of(url: str = "http://127.0.0.1:1", events: str = "none", **settings: Any) -> Function:
    record = json.dumps({"until": LATER, "rate": 1, **settings})
    return function(url, events=events, fallback="connect", breaker_refusals="1", record=record)


def records(handle: Function, count: int) -> list[dict[str, Any]]:
    """Return the records once there are so many; they are written by a thread of their own."""
    found: list[dict[str, Any]] = []

    def all_there() -> bool:
        found[:] = [line for line in handle.lines if line.get("LambdaMigrateRecord")]
        return len(found) >= count

    eventually(all_there)
    return found


@dataclass
class Held:
    """A recorder whose sink waits where a test wants it to."""

    lines: list[dict[str, Any]] = field(default_factory=list)
    counts: list[dict[str, Any]] = field(default_factory=list)
    open: threading.Event = field(default_factory=threading.Event)
    now: float = 1_000_000.0
    patient: bool = False

    def write(self, line: str) -> None:
        if self.patient:
            self.open.wait(10)
        self.lines.append(json.loads(line))

    @property
    def written(self) -> int:
        return len(self.lines)

    def flush(self) -> float | None:
        return None

    def recorder(self, mirror: Any = None, **settings: Any) -> Recorder:
        telemetry = Telemetry("parcels", lambda line: self.counts.append(json.loads(line)))
        wanted = RecordSettings(**{"until": LATER, "rate": 1, **settings})
        return Recorder(wanted, self, telemetry, "7", mirror, lambda: self.now)

    @property
    def counted(self) -> dict[str, int]:
        return {name: sum(line[name] for line in self.counts) for name in ("Recorded", "RecordsDropped")}


def ok(_event: Any, _context: Any) -> dict[str, Any]:
    return {"statusCode": 200}


def invoke(recorder: Recorder, *events: Any) -> None:
    for event in events:
        assert recorder.through(ok, event, Context()) == {"statusCode": 200}
