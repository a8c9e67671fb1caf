"""Prints, as one line of JSON, what the proxy makes of every event and answer, so that interpreters can be compared.

Standard library only, run as a script; `PYTHONPATH` names the unpacked layer and the project. Arguments are folders of
recorded events.
"""

from __future__ import annotations

import base64
import importlib
import json
import sys
import zlib
from hashlib import sha256
from pathlib import Path
from typing import Any

from tests.events import non_http, requests

ANSWERS = [
    (200, [("content-type", "application/json"), ("x-a", "é"), ("x-a", "2")], b'{"f": 1e22, "n": NaN, "i": 10}'),
    (200, [("set-cookie", "a=1"), ("set-cookie", "b=2"), ("date", "now"), ("server", "uvicorn")], '"é☕"'.encode()),
    (200, [("content-type", "text/plain; charset=latin-1")], "é".encode("latin-1")),
    (200, [("content-type", "application/json"), ("content-encoding", "gzip")], b"\x1f\x8b\x08 packed"),
    (204, [("x-thing", "1")], b""),
    (304, [("etag", '"1"'), ("content-length", "7")], b""),
    (502, [("content-type", "application/json")], b'{"errorType": "Lost", "errorMessage": [17]}'),
]
LOGGED = ("message", "level", "kind", "status", "error", "reason", "Proxied", "Failed")


class Context:
    function_version = "7"
    aws_request_id = "8a6f2c1e-3b7d-4f60-9a51-0c2d4e6f8a90"


class Mirror:
    """Stands in for the service: keeps what it is asked, and gives the answer that it was told to give."""

    def __init__(self) -> None:
        self.answer = ANSWERS[0]
        self.seen: list[Any] = []

    def exchange(self, message: Any, _deadline: float, _most: int, *_read: Any) -> Any:
        lines = message.render().decode().split("\r\n")
        told = [line for line in lines if not line.startswith("x-lambda-migrate-")]
        packed = next(line for line in lines if line.startswith("x-lambda-migrate-context")).partition(": ")[2]
        context = packed
        if not packed.startswith("{"):
            context = zlib.decompress(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4))).decode()
        self.seen.append([told, context, message.body.hex()])
        return importlib.import_module("lambda_migrate_proxy.message").Answer(*self.answer)


def events(folders: list[str]) -> dict[str, Any]:
    """Return every event at hand, and requests that are hard to write."""
    found: dict[str, Any] = {f"other {name}": event for name, event in non_http.OTHERS.items()}
    found["other constants"] = [float("nan"), -0.0, 1e22, 2**80, "\ud800", "é"]
    for name, make in {**requests.FRONT_DOORS, "edge": requests.edge}.items():
        found[name] = make()
        if name != "edge":
            found[f"{name} hard"] = make("PUT", "/☕ é/%2F%zz//..", body="é\u2028☕")
            found[f"{name} binary"] = make("POST", body="/+8=", isBase64Encoded=True)
            found[f"{name} broken"] = make("POST", body="/+8", isBase64Encoded=True)
    for folder in folders:
        for path in sorted(Path(folder).rglob("*.json")):
            found[path.relative_to(folder).as_posix()] = json.loads(path.read_text(encoding="utf-8"))
    return found


def outcomes(folders: list[str]) -> dict[str, str]:
    """Return a digest of what was asked, answered and logged for each event."""
    part = {
        name: importlib.import_module(f"lambda_migrate_proxy.{name}") for name in ("proxy", "settings", "telemetry")
    }
    settings = part["settings"].ProxySettings(events="all", host="service.internal", base_path="/api")
    service, logged = Mirror(), []
    handle = part["proxy"].Proxy(settings, service, None, part["telemetry"].Telemetry("parcels", logged.append))
    digests = {}
    for name, event in events(folders).items():
        results = []
        for service.answer in ANSWERS:
            try:
                results.append(handle(event, Context()))
            except Exception as raised:  # noqa: BLE001  # its name and words are what the caller sees
                results.append([type(raised).__name__, str(raised)])
        told = [[line.get(key) for key in LOGGED] for line in map(json.loads, logged)]
        digests[name] = sha256(json.dumps([service.seen, results, told]).encode()).hexdigest()
        service.seen.clear()
        logged.clear()
    return digests


if __name__ == "__main__":
    sys.stdout.write(json.dumps(outcomes(sys.argv[1:])) + "\n")
