"""Leads an origin of a CloudFront distribution to another host."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

from lambda_migrate.actions.cloudfront import origins
from lambda_migrate.actions.cloudfront.origins import CONFIG, DOMAIN, KEYED, PRIVATE
from lambda_migrate.actions.document import PointInDocument
from lambda_migrate.aws import secrets
from lambda_migrate.aws.documents import read_or_none
from lambda_migrate.aws.permissions import calls
from lambda_migrate.errors import Drifted

if TYPE_CHECKING:
    from lambda_migrate.actions.base import Observed
    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws

URL_OF = "function-url:"
"""How the domain of a side begins that is the URL of an alias, which AWS draws: ``function-url:orders:live``."""


@dataclass(frozen=True)
class PointOrigin(PointInDocument):
    """Replace where an origin leads; its behaviors, all other origins and the rest of the distribution stay.

    UpdateDistribution takes the whole configuration, on condition of its ETag (CloudFront API reference): what somebody
    else writes between our read and our write makes it fail. A change is everywhere once the distribution is
    ``Deployed``.

    Attributes:
        name: The distribution's id.
        before: ``{"DomainName", "OriginAccessControlId", "OriginProtocolPolicy", "HTTPPort", "HTTPSPort", "Keyed"}``;
            ``Keyed`` lists the headers of `secrets` that CloudFront adds to requests. Where one side is a VPC origin,
            both have ``CustomOriginConfig`` and ``VpcOriginConfig`` whole, one of them None, in place of protocol and
            ports.
        after: As before.
        origin: The origin's id.
        secrets: Headers whose values are secrets, and the references of those. They are read when the action runs, and
            kept nowhere but in the distribution.
    """

    kind: ClassVar[str] = "point_origin"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "→"
    timeout: ClassVar[float] = 1800.0
    set_by_aws: ClassVar[frozenset[str]] = frozenset({"ETag", "Status"})
    origin: str
    secrets: dict[str, str] = field(default_factory=dict)

    def describe(self) -> str:
        """Return one line for a person."""
        return f"distribution {self.name}, origin {self.origin}: {self.before[DOMAIN]} → {self.after[DOMAIN]}"

    def observe(self, aws: Aws) -> Observed:
        """Return where the origin leads; MOVING while CloudFront spreads a change."""
        return PointInDocument.observe(self._known(aws), aws)

    def write(self, aws: Aws, side: dict[str, Any]) -> None:
        """Put a side in the place of the other.

        Raises:
            Drifted: The alias has no URL, or what is not ours is not as it was sent.
            PreconditionFailed: It is not the other side that stands there, or somebody else wrote; nothing was written.
        """
        known = self._known(aws)
        wanted = known.after if side == self.after else known.before
        if wanted[DOMAIN].startswith(URL_OF):
            named = wanted[DOMAIN].removeprefix(URL_OF)
            raise Drifted(f"`{named}` has no function URL", hint="it was deleted; run `lambda-migrate plan` again")
        PointInDocument.write(known, aws, wanted)

    def _known(self, aws: Aws) -> PointOrigin:
        """Return it with the hosts of URLs, as far as there are such URLs, in the place of what refers to them."""
        return replace(self, before=_resolved(aws, self.before), after=_resolved(aws, self.after))

    def read(self, aws: Aws) -> Document | None:
        """Return the distribution's configuration, without the values of our headers."""
        return origins.read(aws, self.name, [self.origin], self.secrets)

    def moving(self, document: Document) -> bool:
        """Return whether CloudFront is still spreading a change."""
        return bool(document["Status"] != "Deployed")

    def ours(self, document: Document) -> Any:
        """Return where the origin leads; None if it is gone, or has no settings of its own."""
        origin = origins.named(document[CONFIG], self.origin)
        return origins.leads(origin, document[KEYED][self.origin], private=PRIVATE in self.after)

    def merged(self, document: Document, side: dict[str, Any]) -> Document:
        """Return the configuration with a side in our origin."""
        changed = deepcopy(document)
        origin = origins.named(changed[CONFIG], self.origin)
        if origin is not None:
            origins.lead(origin, side)
        return {**changed, KEYED: {self.origin: list(side[KEYED])}}

    def send(self, aws: Aws, document: Document) -> None:
        """Write the configuration, if nobody has written since it was read."""
        origins.send(aws, self.name, document, self.secrets)

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        urls = [side[DOMAIN].split(":")[1:] for side in (self.before, self.after) if side[DOMAIN].startswith(URL_OF)]
        return (
            *calls("cloudfront", "GetDistribution UpdateDistribution", Id=self.name),
            *(
                call
                for name, alias in urls
                for call in calls("lambda", "GetFunctionUrlConfig", FunctionName=name, Qualifier=alias)
            ),
            *(call for each in self.secrets.values() for call in secrets.calls_of(each, "read")),
        )

    def current(self, aws: Aws) -> str:
        """Return what is there now, in one line."""
        document = self.read(aws)
        ours = self.ours(document) if document else None
        return f"origin {self.origin} leads to {ours[DOMAIN]}" if ours else f"no origin {self.origin}"


def _resolved(aws: Aws, side: dict[str, Any]) -> dict[str, Any]:
    if not side[DOMAIN].startswith(URL_OF):
        return side
    name, _, alias = side[DOMAIN].removeprefix(URL_OF).partition(":")
    url = read_or_none(aws, "lambda", "get_function_url_config", FunctionName=name, Qualifier=alias)
    return {**side, DOMAIN: urlsplit(str(url["FunctionUrl"])).hostname} if url else side
