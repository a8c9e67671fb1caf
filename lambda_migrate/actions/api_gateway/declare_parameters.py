"""Declares path parameters of a REST API's method, which an integration can only pass on once they are declared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from lambda_migrate.actions.base import Observed
from lambda_migrate.aws.documents import read_or_none
from lambda_migrate.aws.permissions import calls

if TYPE_CHECKING:
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws


@dataclass(frozen=True)
class DeclareParameters:
    """Add request parameters to a method; those that it has stay. Nobody is served it until it is deployed.

    Attributes:
        api_id: The REST API.
        resource_id: The resource.
        verb: The method, ``ANY`` for all.
        name: What a person calls it: ``ANY /{proxy+}``.
        parameters: What is declared besides: ``["method.request.path.proxy"]``.
    """

    kind: ClassVar[str] = "declare_parameters"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "+"
    undeployed: ClassVar[bool] = True
    api_id: str
    resource_id: str
    verb: str
    name: str
    parameters: list[str]

    def describe(self) -> str:
        """Return one line for a person."""
        return f"rest api {self.api_id}, {self.name}: declare {', '.join(self.parameters)}"

    def describe_back(self) -> str:
        """Return what undoing it does, in one line for a person."""
        return f"rest api {self.api_id}, {self.name}: stop declaring {', '.join(self.parameters)}"

    def observe(self, aws: Aws) -> Observed:
        """Return whether they are declared; some of them are neither side."""
        declared = self._declared(aws)
        if declared is None:
            return Observed.DRIFT
        there = [each for each in self.parameters if each in declared]
        if len(there) == len(self.parameters):
            return Observed.AFTER
        return Observed.DRIFT if there else Observed.BEFORE

    def _declared(self, aws: Aws) -> dict[str, bool] | None:
        method = read_or_none(aws, "apigateway", "get_method", **self._which())
        return None if method is None else method.get("requestParameters") or {}

    def _which(self) -> dict[str, str]:
        return {"restApiId": self.api_id, "resourceId": self.resource_id, "httpMethod": self.verb}

    def apply(self, aws: Aws) -> None:
        """Declare them."""
        self._patch(
            aws, [{"op": "add", "path": f"/requestParameters/{each}", "value": "true"} for each in self.parameters]
        )

    def undo(self, aws: Aws) -> None:
        """Take them out."""
        self._patch(aws, [{"op": "remove", "path": f"/requestParameters/{each}"} for each in self.parameters])

    def _patch(self, aws: Aws, operations: list[dict[str, str]]) -> None:
        aws.call("apigateway", "update_method", **self._which(), patchOperations=operations)

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        return calls("apigateway", "GetMethod UpdateMethod", **self._which())

    def current(self, aws: Aws) -> str:
        """Return what is there now, in one line."""
        declared = self._declared(aws)
        return "no such method" if declared is None else ", ".join(sorted(declared)) or "no request parameters"
