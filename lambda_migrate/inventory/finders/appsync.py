"""GraphQL and Event APIs of AppSync: data sources, which invoke by a role, and authorizers, which need a permission."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from lambda_migrate.inventory.finders import named
from lambda_migrate.inventory.finders.one_by_one import Named, look_at_each
from lambda_migrate.inventory.finders.unlooked import looked
from lambda_migrate.triggers import base, policy
from lambda_migrate.triggers.appsync import KIND, Settings
from lambda_migrate.triggers.base import Trigger

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.function.model import Function
    from lambda_migrate.inventory.grants import Grants

AUTHORIZER = "appsync_authorizer"
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
    apis = [
        *(
            (each, each["apiId"], each.get("arn", ""))
            for each in aws.pages("appsync", "list_graphql_apis", "graphqlApis")
        ),
        *((each, each["apiId"], each.get("apiArn", "")) for each in aws.pages("appsync", "list_apis", "apis")),
    ]
    for api, identity, arn in apis:
        for uri in _authorizers(api):
            qualifier = function.qualifier_of(uri)
            if qualifier is not None:
                settings = base.Settings(source=arn)
                yield Trigger(AUTHORIZER, f"{identity}/authorizer", api["name"], qualifier, settings)
    yield from look_at_each(
        aws,
        "AppSync APIs",
        apis if by_role else (),
        partial(_data_sources, aws, function),
        lambda listed: Named(f"AppSync API {listed[0]['name']}", listed[2]),
    )


def _authorizers(api: dict[str, Any]) -> Iterator[str]:
    """Yield the functions that decide who may use an API."""
    events = (api.get("eventConfig") or {}).get("authProviders") or []
    for holder in (api, *(api.get("additionalAuthenticationProviders") or []), *events):
        config = holder.get("lambdaAuthorizerConfig") or {}
        if config.get("authorizerUri"):
            yield str(config["authorizerUri"])


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
