"""GraphQL and Event APIs of AppSync: data sources, which invoke by a role, and authorizers, which need a permission."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from lambda_migrate.actions.appsync.point_api_authorizer import authorizers
from lambda_migrate.inventory.finders import named
from lambda_migrate.inventory.finders.one_by_one import Named, look_at_each
from lambda_migrate.inventory.finders.unlooked import looked
from lambda_migrate.triggers import appsync_authorizer, base, policy
from lambda_migrate.triggers.appsync import KIND, Settings
from lambda_migrate.triggers.base import Trigger

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.function.model import Function
    from lambda_migrate.inventory.grants import Grants

PRINCIPALS = ("appsync.amazonaws.com",)
LISTING = "AppSync"
CALLS = ("appsync:ListGraphqlApis", "appsync:ListApis", "appsync:ListDataSources")
"""What it calls, from which the policies of IAM are made."""


def find_by_role(aws: Aws, function: Function, grants: Grants) -> Iterator[Trigger[base.Settings]]:
    """Yield what of AppSync invokes the function; nothing is listed where neither a role nor a permission lets it."""
    by_role = any(grants.through(principal) for principal in PRINCIPALS)
    if by_role or policy.sources(function, PRINCIPALS):
        yield from looked(LISTING, partial(_find, aws, function, by_role=by_role))


def _find(aws: Aws, function: Function, *, by_role: bool) -> Iterator[Trigger[base.Settings]]:
    graphql = aws.pages("appsync", "list_graphql_apis", "graphqlApis")
    events = aws.pages("appsync", "list_apis", "apis")
    apis = [
        *((each, each["apiId"], each.get("arn", "")) for each in graphql),
        *((each, each["apiId"], each.get("apiArn", "")) for each in events),
    ]
    for api, identity, arn in apis:
        yield from _authorizers(function, api, identity, arn)
    yield from look_at_each(
        aws,
        "AppSync APIs",
        apis if by_role else (),
        partial(_data_sources, aws, function),
        lambda listed: Named(f"AppSync API {listed[0]['name']}", listed[2]),
    )


def _authorizers(function: Function, api: dict[str, Any], identity: str, arn: str) -> Iterator[Trigger[base.Settings]]:
    """Yield an API once for each qualifier that decides who may use it."""
    by_qualifier: dict[str, dict[str, str]] = {}
    for place, uri in authorizers(api).items():
        qualifier = function.qualifier_of(uri)
        if qualifier is not None:
            by_qualifier.setdefault(qualifier, {})[place] = uri
    for qualifier, functions in sorted(by_qualifier.items()):
        settings = appsync_authorizer.Settings(
            source=arn, api=identity, events="eventConfig" in api, functions=functions
        )
        called = f"{identity}/authorizer/{qualifier or '$LATEST'}"
        yield Trigger(appsync_authorizer.KIND, called, api["name"], qualifier, settings)


def _data_sources(
    aws: Aws, function: Function, listed: tuple[dict[str, Any], str, str]
) -> Iterator[Trigger[base.Settings]]:
    about, identity, _ = listed
    for source in aws.pages("appsync", "list_data_sources", "dataSources", apiId=identity):
        uri = (source.get("lambdaConfig") or {}).get("lambdaFunctionArn") or ""
        qualifier = named.qualifier(function, uri)
        if qualifier is not None:
            arn = source.get("dataSourceArn") or f"{identity}/{source['name']}"
            settings = Settings(
                source=arn,
                detail=f"data source {source['name']}",
                api=identity,
                data_source=source["name"],
                function=uri,
                role=source.get("serviceRoleArn") or "",
            )
            yield Trigger(KIND, arn, f"{about['name']}/{source['name']}", qualifier, settings)
