"""What the adapter was told by the function's variables: ports, paths, and how it answers."""

from __future__ import annotations

from ..characters import DIGITS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

PORTS = ("AWS_LWA_PORT", "PORT")
_DEFAULT_PORT = 8080
_LONGEST_PORT = 5
_OK = 200


class AdapterSettings:
    """How the adapter reaches the application.

    Attributes:
        port: Where the adapter sends requests.
        readiness_port: Where it asks whether the application is ready.
        readiness_path: The path that it asks for.
        by_connecting: It only connects, and asks for nothing.
        healthy: The statuses by which it knows that the application is ready.
        ready_status: One of them.
        events_path: Where it posts events that are not HTTP requests.
        streams: It hands on answers while they come.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        def told(*names: str) -> str:
            return next((environment[name].strip() for name in names if environment.get(name, "").strip()), "")

        self.port = _port(told(*PORTS), _DEFAULT_PORT)
        self.readiness_port = _port(told("AWS_LWA_READINESS_CHECK_PORT", "READINESS_CHECK_PORT"), self.port)
        self.readiness_path = _path(told("AWS_LWA_READINESS_CHECK_PATH", "READINESS_CHECK_PATH") or "/")
        protocol = told("AWS_LWA_READINESS_CHECK_PROTOCOL", "READINESS_CHECK_PROTOCOL")
        self.by_connecting = protocol.lower() == "tcp"
        unhealthy = told("AWS_LWA_READINESS_CHECK_MIN_UNHEALTHY_STATUS")
        healthy = told("AWS_LWA_READINESS_CHECK_HEALTHY_STATUS") or f"100-{_port(unhealthy, 500) - 1}"
        self.healthy = {status for part in healthy.split(",") for status in _statuses(part.strip())}
        self.ready_status = _OK if _OK in self.healthy else max(self.healthy, default=_OK)
        self.events_path = _path(told("AWS_LWA_PASS_THROUGH_PATH") or "/events")
        self.streams = told("AWS_LWA_INVOKE_MODE").lower() == "response_stream"


def _port(value: str, otherwise: int) -> int:
    return int(value) if value and DIGITS.issuperset(value) and len(value) <= _LONGEST_PORT else otherwise


def _statuses(part: str) -> range:
    first, dash, last = part.partition("-")
    return range(_port(first, 1), _port(last if dash else first, 0) + 1)


def _path(value: str) -> str:
    return value if value.startswith("/") else f"/{value}"
