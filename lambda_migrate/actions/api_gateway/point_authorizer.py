"""Re-points an authorizer of an API to another qualifier of the function."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from lambda_migrate.actions.api_gateway.deployments import under_way
from lambda_migrate.actions.api_gateway.gateway import GATEWAYS, LABELS, REST, calls_of
from lambda_migrate.actions.base import Observed, Replace
from lambda_migrate.actions.event_source.mapping import short

if TYPE_CHECKING:
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws


@dataclass(frozen=True)
class PointAuthorizer(Replace):
    """Change the URI of an authorizer; all else about it stays.

    Attributes:
        protocol: ``REST``, ``HTTP`` or ``WEBSOCKET``.
        api_id: The API.
        authorizer_id: The authorizer.
        name: What a person calls it.
        before: URI of the authorizer.
        after: As before.
    """

    kind: ClassVar[str] = "point_authorizer"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "→"
    protocol: str
    api_id: str
    authorizer_id: str
    name: str
    before: str
    after: str

    def describe(self) -> str:
        """Return one line for a person."""
        before, after = (
            short(uri.removesuffix("/invocations").rpartition("/functions/")[2]) for uri in (self.before, self.after)
        )
        return f"{LABELS[self.protocol]} {self.api_id}, authorizer {self.name}: {before} → {after}"

    def observe(self, aws: Aws) -> Observed:
        """Return which URI the authorizer has; MOVING until stages that deploy by themselves have done so."""
        uri = GATEWAYS[self.protocol].authorizer(aws, self.api_id, self.authorizer_id)
        seen = {self.after: Observed.AFTER, self.before: Observed.BEFORE}.get(str(uri), Observed.DRIFT)
        if self.protocol != REST and seen is not Observed.DRIFT and under_way(aws, self.api_id):
            return Observed.MOVING
        return seen

    def write(self, aws: Aws, side: str) -> None:
        """Point it to a side."""
        GATEWAYS[self.protocol].point_authorizer(aws, self.api_id, self.authorizer_id, side)

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        return (
            *calls_of(self.protocol, self.api_id, "authorizer", authorizer=self.authorizer_id),
            *calls_of(self.protocol, self.api_id, "under way"),
        )

    def current(self, aws: Aws) -> str:
        """Return what is there now, in one line."""
        uri = GATEWAYS[self.protocol].authorizer(aws, self.api_id, self.authorizer_id)
        return "no such authorizer" if uri is None else uri or "no URI"
