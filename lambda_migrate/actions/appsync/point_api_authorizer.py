"""Re-points the Lambda authorizers of an AppSync API."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from lambda_migrate.actions.document import Path, PointInDocument, at, put
from lambda_migrate.actions.event_source.mapping import short
from lambda_migrate.aws.documents import read_or_none
from lambda_migrate.aws.permissions import calls, passed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws

CONFIG, URI = "lambdaAuthorizerConfig", "authorizerUri"


@dataclass(frozen=True)
class PointApiAuthorizer(PointInDocument):
    """Replace the functions of an API's authorizers; their TTL and everything else of the API stays.

    UpdateGraphqlApi and UpdateApi replace the API's settings, and take no condition (AppSync API reference). A side has
    the functions by the place among the API's Lambda authorizers, ``"0"`` for the first.

    Attributes:
        api: The API's id.
        events: Whether it is an Event API; else a GraphQL API.
    """

    kind: ClassVar[str] = "point_api_authorizer"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "→"
    api: str
    events: bool

    def describe(self) -> str:
        """Return one line for a person."""
        before, after = (", ".join(sorted({short(arn) for arn in side.values()})) for side in (self.before, self.after))
        return f"AppSync API {self.name}, authorizer: {before} → {after}"

    def read(self, aws: Aws) -> Document | None:
        """Return the API's settings."""
        operation, member = ("get_api", "api") if self.events else ("get_graphql_api", "graphqlApi")
        answer = read_or_none(aws, "appsync", operation, apiId=self.api)
        return answer[member] if answer else None

    def ours(self, document: Document) -> Any:
        """Return the functions at our places; None where one of them is gone."""
        there = authorizers(document)
        return {place: there[place] for place in self.before} if self.before.keys() <= there.keys() else None

    def merged(self, document: Document, side: dict[str, str]) -> Document:
        """Return the settings with a side as the functions of the authorizers."""
        paths = [path for path, _uri in _places(document)]
        return put(document, {paths[int(place)]: function for place, function in side.items()})

    def send(self, aws: Aws, document: Document) -> None:
        """Replace the API's settings."""
        operation = "update_api" if self.events else "update_graphql_api"
        aws.call("appsync", operation, **aws.taken("appsync", operation, document))

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        names = "GetApi UpdateApi" if self.events else "GetGraphqlApi UpdateGraphqlApi"
        return (*calls("appsync", names, apiId=self.api), passed("", "appsync.amazonaws.com"))


def authorizers(api: Document) -> dict[str, str]:
    """Return the functions that decide who may use an API, by the place among its Lambda authorizers.

    Args:
        api: The settings of a GraphQL API or of an Event API.
    """
    return {str(place): uri for place, (_path, uri) in enumerate(_places(api))}


def _places(api: Document) -> Iterator[tuple[Path, str]]:
    lists: tuple[Path, ...] = (("additionalAuthenticationProviders",), ("eventConfig", "authProviders"))
    holders: list[Path] = [(), *((*path, place) for path in lists for place in range(len(at(api, path) or ())))]
    for holder in holders:
        path: Path = (*holder, CONFIG, URI)
        uri = at(api, path)
        if uri:
            yield path, str(uri)
