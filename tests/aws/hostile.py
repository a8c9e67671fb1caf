"""An AWS that answers every question, by the service's model, and wrongly in one place of one answer."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore.awsrequest import AWSResponse

from lambda_migrate.actions import action_from_dict
from lambda_migrate.aws import cloudwatch, secrets
from lambda_migrate.aws.session import Aws
from lambda_migrate.engine import machines
from lambda_migrate.freeze import attribution, snapshot
from lambda_migrate.inventory import reader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from random import Random

Path_ = tuple[str | int, ...]

HERE = "eu-west-1:123456789012"
FUNCTION = f"arn:aws:lambda:{HERE}:function:orders"
SOURCES = {
    "sns": f"arn:aws:sns:{HERE}:topic",
    "apigateway": f"arn:aws:execute-api:{HERE}:abc/*/*/x",
    "events": f"arn:aws:events:{HERE}:rule/r",
    "s3": "arn:aws:s3:::bucket",
    "elasticloadbalancing": f"arn:aws:elasticloadbalancing:{HERE}:targetgroup/t/1",
    "logs": f"arn:aws:logs:{HERE}:log-group:g:*",
    "cognito-idp": f"arn:aws:cognito-idp:{HERE}:userpool/p",
    "scheduler": f"arn:aws:scheduler:{HERE}:schedule/g/s",
}
PLANS = Path(__file__).parents[1] / "golden" / "plans"


def _statement(service: str, source: str) -> dict[str, Any]:
    named = {"Condition": {"ArnLike": {"AWS:SourceArn": source}}} if source else {}
    allows = {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": FUNCTION}
    return {"Sid": f"{service}{bool(source)}", "Principal": {"Service": f"{service}.amazonaws.com"}, **allows, **named}


POLICY = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [_statement(service, arn) for service, arn in SOURCES.items()]
        + [_statement(service, "") for service in SOURCES],
    }
)

TEXTS = {
    "Policy": POLICY,
    "FunctionArn": FUNCTION,
    "FunctionName": "orders",
    "Endpoint": FUNCTION,
    "Protocol": "lambda",
    "State": "Active",
    "LastUpdateStatus": "Successful",
    "Handler": "app.main.handler",
    "Runtime": "python3.12",
    "PackageType": "Zip",
    "LastModified": "2026-01-01T00:00:00.000+0000",
    "EventSourceArn": f"arn:aws:sqs:{HERE}:queue",
    "IntegrationUri": f"arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/{FUNCTION}/invocations",
    "SecretString": "k1:" + "s" * 40,
    "Name": "live",
    "Version": "$LATEST",
    "FunctionVersion": "1",
}
"""What members of these names hold in a world that is in order."""

WRONG: tuple[Any, ...] = (
    *(None, 1, -1, True, "x", "", "\ud800", "é\0\x1b[31m", b"x", [], {}, [None], [[]], {"a": None}, ["x"], {"x": 1}),
    *(10**30, 1e400, float("nan"), "9" * 5000, "[" * 100_000, "x" * 100_000, "[", "null", "[]", "{}", '"x"', "arn:"),
    *("arn:aws", "arn:aws:sqs", ":" * 40, "../../x", "$LATEST", '{"Statement":5}', '{"Statement":[5]}'),
    '{"Statement":[{"Principal":5,"Action":7,"Effect":[],"Condition":9}]}',
    '{"Statement":[{"Principal":"*","Action":"a","Condition":{"ArnLike":[]}}]}',
    '{"Statement":[{"Principal":{"Service":[5]},"Condition":{"ArnLike":{"AWS:SourceArn":{}}}}]}',
)
"""What stands where something else should."""

DELETED = object()

BODIES = (
    *(b"", b"{}", b"null", b"[]", b"0", b"\xff\xfe{}", b'{"a": "\xff"}', b"\0" * 100, b'{"Configuration": {"Fun'),
    *(b"[" * 500 + b"]" * 500, b'{"Configuration":' * 500 + b"1" + b"}" * 500, b"[" * 200_000, b'{"a":' * 200_000),
    *(b'{"a": ' + b"9" * 5000 + b"}", b'{"Timeout": 1e999}', b"<html></html>", b"<a>" * 500 + b"</a>" * 500),
    *(b"<a>" * 200_000, b"<GetCallerIdentityResponse/>", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', b"<a", b"x" * 99),
    *(b'{"__type": 5, "message": []}', b'{"__type": {}, "message": {"a": 1}}', b'{"Error": [], "Code": null}'),
    *(b"<ErrorResponse><Error><Code/></Error></ErrorResponse>", b"<ErrorResponse>" + b"<Error>" * 99),
)
"""What comes over the wire in place of an answer."""


def fitting(shape: Any, name: str = "", depth: int = 0) -> Any:
    """Return an answer of botocore's shape, as botocore would have parsed it; None for what is left out."""
    if depth > 8 or name == "Error" or "oken" in name or "arker" in name:
        return None
    match shape.type_name:
        case "structure":
            members = {each: fitting(inner, each, depth + 1) for each, inner in shape.members.items()}
            return {each: value for each, value in members.items() if value is not None}
        case "list":
            value = fitting(shape.member, name, depth + 1)
            return [] if value is None else [value]
        case "map":
            value = fitting(shape.value, name, depth + 1)
            return {} if value is None else {"1": value, "Endpoint": value}
        case "string":
            arn = SOURCES["sns"] if name.endswith("Arn") else "text"
            return TEXTS.get(name) or (shape.enum or [arn])[0]
        case kind:
            return {"boolean": False, "timestamp": datetime(2026, 1, 1, tzinfo=UTC), "blob": b"x"}.get(kind, 1)


def places(value: Any, at: Path_ = ()) -> Iterator[Path_]:
    """Yield every place in an answer."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, item in inner:
        yield (*at, name)
        yield from places(item, (*at, name))


def damaged(answer: Any, place: Path_, wrong: Any) -> Any:
    """Return an answer with something else in one place, or nothing."""
    *way, last = place
    inner = answer
    for step in way:
        inner = inner[step]
    if wrong is DELETED:
        del inner[last]
    else:
        inner[last] = wrong
    return answer


class _Raw:
    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self, *_ignored: object, **_also: object) -> Iterator[bytes]:
        yield self._body

    def read(self, *_ignored: object) -> bytes:
        return self._body


class Hostile:
    """A session whose answers never leave this process.

    Attributes:
        aws: The session.
        calls: The calls so far, ``lambda:GetAlias``, with a good answer to each.
        harm: Takes a call and its good answer, and returns what is answered; None lets `body` come over the wire.
        body: Status and body of what comes over the wire.
    """

    def __init__(self) -> None:
        self.calls: dict[str, Any] = {}
        self.harm: Callable[[str, Any], Any] = lambda _call, answer: answer
        self.body = (200, b"")
        self.aws = Aws(region="eu-west-1", endpoint_url="http://127.0.0.1:9", sleep=lambda _seconds: None)
        self.aws.session.events.register("before-call", self._answer)
        self.aws.session.events.register("before-send", self._send)

    def _answer(self, model: Any, **_ignored: Any) -> Any:
        call = f"{model.service_model.service_name}:{model.name}"
        if call not in self.calls:
            self.calls[call] = fitting(model.output_shape) if model.output_shape else {}
        answer = self.harm(call, copy.deepcopy(self.calls[call]))
        return None if answer is None else (AWSResponse("", 200, {}, _Raw(b"")), answer)

    def _send(self, request: Any, **_ignored: Any) -> AWSResponse:
        status, body = self.body
        return AWSResponse(request.url, status, {"content-type": "application/json"}, _Raw(body))

    def questions(self) -> dict[str, Callable[[], Any]]:
        """What is asked of it: everything that reads, by name."""
        asked: dict[str, Callable[[], Any]] = {
            "inventory": self._take,
            "freeze": lambda: snapshot.read(self.aws, "orders"),
            "who changed it": lambda: attribution.lookup(self.aws, FUNCTION),
            "lock": lambda: machines.read(self.aws, "orders"),
            "secret": lambda: secrets.read(self.aws, "secretsmanager:keys"),
            "parameter": lambda: secrets.read(self.aws, "ssm:keys"),
            "metrics": self._metrics,
            "who am I": self._identity,
        }
        for plan in sorted(PLANS.glob("*.json")):
            for step in json.loads(plan.read_text())["steps"]:
                document = step["action"]
                if "uuid" in document:
                    document["uuid"] = "14e0db71-5d35-4eb5-b481-8945cf9d10c2"
                action = action_from_dict(document)
                asked.setdefault(
                    action.kind, lambda action=action: (action.observe(self.aws), action.current(self.aws))
                )
        return asked

    def _take(self) -> Any:
        found = reader.take(self.aws, "orders", alias="live")
        return found.fingerprint, reader.Inventory.from_dict(found.to_dict())

    def _metrics(self) -> Any:
        metric = {"Metric": {}, "Period": 60, "Stat": "Sum"}
        start = datetime(2026, 1, 1, tzinfo=UTC)
        return cloudwatch.values(self.aws, [{"Id": "text", "MetricStat": metric}], start, datetime.now(UTC))

    def _identity(self) -> Any:
        vars(self.aws).pop("identity", None)
        return self.aws.account


def damage(dice: Random, answer: Any) -> tuple[Path_, Any]:
    """Choose a place in an answer and what is wrong there; one in four is missing."""
    place = dice.choice(list(places(answer)))
    return place, DELETED if dice.random() < 0.25 else dice.choice(WRONG)
