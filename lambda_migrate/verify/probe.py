"""Asks a proxy version, from inside Lambda, whether it reaches the service."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lambda_migrate.function.documents import variables

if TYPE_CHECKING:
    from lambda_migrate.aws.session import Aws

EVENT: dict[str, Any] = {"lambda-migrate": {"probe": 1}}


@dataclass(frozen=True)
class Probe:
    """What one probe found.

    Attributes:
        version: The version of the function that answered.
        reached: Whether it reached the service and the service accepted its signature.
        milliseconds: How long the service took, seen from inside Lambda.
        events: The events that this version passes on: ``none``, ``non-api``, ``api``, ``all``.
        problem: What is wrong, or "".
        service: What the service said of itself: ``{"service", "version", "started", "consumers"}``.
        answered: Whether the answer was that of a proxy.
    """

    version: str
    reached: bool
    milliseconds: float = 0.0
    events: str = ""
    problem: str = ""
    service: dict[str, Any] = field(default_factory=dict)
    answered: bool = True

    @property
    def consumers(self) -> frozenset[str]:
        """Queues (ARN or URL) that the service is polling."""
        consumers = self.service.get("consumers") or []
        return frozenset(str(consumer.get("queue", "")) for consumer in consumers if consumer.get("polling"))

    @property
    def notified(self) -> frozenset[str]:
        """ARNs of the queues that the service is polling for notifications: of topics, of buckets, of schedules."""
        consumers = self.service.get("consumers") or []
        polled = [each for each in consumers if each.get("polling") and each.get("notifications")]
        return frozenset(str(each.get("queue", "")) for each in polled)

    @property
    def require(self) -> str:
        """What the service asks of requests that do not come from the proxy: ``open``, ``header``, ``signed``."""
        return str((self.service.get("door") or {}).get("require") or "open")


def settings_of(aws: Aws, function: str, version: str) -> dict[str, str]:
    """Return the variables that a version was published with.

    Raises:
        NotAllowed, NotFound: As AWS answered.
    """
    return variables(aws.call("lambda", "get_function_configuration", FunctionName=function, Qualifier=version))


def probe(aws: Aws, function: str, version: str) -> Probe:
    """Invoke one version with the probe event.

    Args:
        aws: The session; an invocation is a read here, because a proxy answers a probe by itself.
        function: The function's name.
        version: A numbered proxy version: an original would take the probe for a real event.

    Raises:
        NotAllowed, NotFound: As AWS answered.
    """
    answer = aws.call("lambda", "invoke", FunctionName=function, Qualifier=version, Payload=json.dumps(EVENT).encode())
    payload = answer["Payload"].read()
    try:
        said = json.loads(payload)
    except ValueError:
        said = None
    if answer.get("FunctionError") or not isinstance(said, dict) or "lambda-migrate" not in said:
        kind = said.get("errorType", "") if isinstance(said, dict) else ""
        problem = f"version {version} does not answer probes {kind}".rstrip()
        return Probe(version, reached=False, problem=problem, answered=False)
    report = said["lambda-migrate"]
    status = report.get("status")
    problem = str(report.get("error") or "")
    if not problem and not report.get("reached"):
        problem = f"the service answered {status}: it does not accept the signing key" if status else "not reached"
    return Probe(
        version=str(report.get("version", version)),
        reached=bool(report.get("reached")),
        milliseconds=float(report.get("milliseconds") or 0.0),
        events=str(report.get("events") or ""),
        problem=problem,
        service=report.get("service") or {},
    )
