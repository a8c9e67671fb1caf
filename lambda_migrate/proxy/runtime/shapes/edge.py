"""Lambda@Edge requests, which are refused: functions at the edge have no environment, no layers and no VPC."""

from __future__ import annotations

from ..message import Parts
from .shape import Shape, grouped, mapping

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..message import Event, Reply

_REASON = "Lambda@Edge cannot be proxied: functions at the edge have no environment variables, no layers and no VPC"


def _recognises(event: Event, _request_context: dict[str, Any]) -> bool:
    records = event.get("Records")
    first = records[0] if isinstance(records, list) and records else None
    cloudfront = mapping(mapping(first).get("cf"))
    return isinstance(cloudfront.get("request"), dict) and "response" not in cloudfront


def _read(_event: Event) -> Parts:
    return Parts(method=None, path=None, query="", headers=[], body=None, encoded=False, client=None)


def _write(reply: Reply, _event: Event) -> dict[str, Any]:
    headers = {
        name: [{"key": name, "value": value} for value in values] for name, values in grouped(reply.headers).items()
    }
    return {"status": str(reply.status), "headers": headers, "body": reply.body, "bodyEncoding": "text"}


SHAPE = Shape("lambda-edge", _recognises, _read, _write, refusal=_REASON)
