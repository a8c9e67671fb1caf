"""Stands in for a service that no emulator has: answers are made here, and held to the service's own model.

botocore checks what is asked against the model before it gets here; what is answered is checked here, so that a test
cannot rest on a field that AWS does not have.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from botocore.validate import ParamValidator

if TYPE_CHECKING:
    from lambda_migrate.aws.session import Aws


MARK = "stand-in"


class Refused(Exception):
    """AWS says no; `told` are members of the error besides its message."""

    def __init__(self, code: str, message: str, **told: Any) -> None:
        super().__init__(message)
        self.code = code
        self.told = told


@dataclass
class StandIn:
    """Answers the calls of some services in place of AWS.

    Attributes:
        calls: What was asked, ``("elasticbeanstalk:CreateApplication", {...})``, reads included.
    """

    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    services: tuple[str, ...] = ()

    def attach(self, aws: Aws) -> None:
        """Answer the calls of a session from now on, in place of any other that did before."""
        for service in self.services:
            events = aws.client(service).meta.events
            events.register("before-parameter-build", _remember, unique_id=f"{MARK}-parameters")
            # Last, so that whatever else listens (a crash, a recorder) hears of the call first.
            events.unregister("before-call", unique_id=MARK)
            events.register_last("before-call", self._answer, unique_id=MARK)

    @staticmethod
    def detach(aws: Aws, service: str) -> None:
        """Have a service answer by itself again: sessions are shared, and whoever came before may have left one."""
        aws.client(service).meta.events.unregister("before-call", unique_id=MARK)

    def _answer(self, model: Any, context: dict[str, Any], **_ignored: Any) -> Any:
        service = model.service_model.service_name
        parameters = context["stand_in"]
        self.calls.append((f"{service}:{model.name}", parameters))
        try:
            answer = getattr(self, f"{service.replace('-', '_')}_{model.name}")(**parameters) or {}
        except Refused as refused:
            error = {"Error": {"Code": refused.code, "Message": str(refused)}, "ResponseMetadata": {}, **refused.told}
            if refused.told:
                shape = model.service_model.shape_for_error_code(refused.code)
                report = ParamValidator().validate(refused.told, shape)
                assert not report.has_errors(), report.generate_report()
            return SimpleNamespace(status_code=400, raw=None), error
        if model.output_shape is not None:
            report = ParamValidator().validate(answer, model.output_shape)
            assert not report.has_errors(), report.generate_report()
        return SimpleNamespace(status_code=200, raw=None), {**answer, "ResponseMetadata": {"HTTPStatusCode": 200}}

    def called(self, *words: str) -> list[str]:
        """Return the changing calls, by name."""
        reads = words or ("Describe", "List", "Get", "BatchGet", "Head")
        return [name for name, _ in self.calls if not name.partition(":")[2].startswith(reads)]


def _remember(params: dict[str, Any], context: dict[str, Any], **_ignored: Any) -> None:
    context["stand_in"] = dict(params)
