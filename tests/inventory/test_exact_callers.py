"""Bots, contact centers, agents, repositories and distributions: found by what their own service says that they invoke.

Each is looked at where a permission names it; where one is for any, all are looked through.
"""

from __future__ import annotations

from typing import Any

import pytest

from lambda_migrate.errors import AwsError, NotAllowed
from lambda_migrate.triggers import appsync_authorizer, codecommit
from lambda_migrate.triggers.base import Settings, Trigger
from tests.inventory.fake_aws import FUNCTION, FakeAws, statement
from tests.inventory.taking import fake, take

HERE = "eu-west-1:123456789012"
LIVE = f"{FUNCTION}:live"
BOT, INSTANCE = f"arn:aws:lex:{HERE}:bot-alias/B1/A1", f"arn:aws:connect:{HERE}:instance/i1"
AGENT, REPOSITORY = f"arn:aws:bedrock:{HERE}:agent/AG1", f"arn:aws:codecommit:{HERE}:shop"
PRINCIPALS = {
    BOT: "lexv2.amazonaws.com",
    INSTANCE: "connect.amazonaws.com",
    AGENT: "bedrock.amazonaws.com",
    REPOSITORY: "codecommit.amazonaws.com",
}


def language(function: str, *, enabled: bool = True) -> dict[str, Any]:
    hook = {"lambdaCodeHook": {"lambdaARN": function, "codeHookInterfaceVersion": "1.0"}}
    return {"enabled": enabled, "codeHookSpecification": hook}


def repository_trigger(name: str, function: str) -> dict[str, Any]:
    return {"name": name, "destinationArn": function, "branches": ["main"], "events": ["updateReference"]}


def group(agentVersion: str, **_asked: Any) -> dict[str, Any]:  # noqa: N803  # as AWS calls it
    invoked = {"DRAFT": LIVE, "1": FUNCTION}[agentVersion]
    return {"agentActionGroup": {"actionGroupName": "orders", "actionGroupExecutor": {"lambda": invoked}}}


ANSWERS: dict[str, Any] = {
    "lambda:list_aliases": {"Aliases": [{"Name": "live", "FunctionVersion": "1", "AliasArn": LIVE}]},
    "lexv2-models:list_bots": {"botSummaries": [{"botId": "B1"}]},
    "lexv2-models:list_bot_aliases": {"botAliasSummaries": [{"botAliasId": "A1"}]},
    "lexv2-models:describe_bot_alias": {
        "botAliasName": "prod",
        "botAliasLocaleSettings": {
            "de_DE": language(FUNCTION),
            "en_GB": language(FUNCTION),
            "fr_FR": language(f"{FUNCTION}-other"),
            "it_IT": language(FUNCTION, enabled=False),
            "nl_NL": {"enabled": True},
        },
    },
    "connect:list_instances": {"InstanceSummaryList": [{"Arn": INSTANCE}]},
    "connect:list_lambda_functions": {"LambdaFunctions": [LIVE, f"{FUNCTION}-other"]},
    "bedrock-agent:list_agents": {"agentSummaries": [{"agentId": "AG1"}]},
    "bedrock-agent:list_agent_versions": {"agentVersionSummaries": [{"agentVersion": "DRAFT"}, {"agentVersion": "1"}]},
    "bedrock-agent:list_agent_action_groups": {"actionGroupSummaries": [{"actionGroupId": "G1"}]},
    "bedrock-agent:get_agent_action_group": group,
    "codecommit:list_repositories": {"repositories": [{"repositoryName": "shop"}]},
    "codecommit:get_repository": {"repositoryMetadata": {"repositoryId": "7e57"}},
    "codecommit:get_repository_triggers": {
        "triggers": [repository_trigger("tell", FUNCTION), repository_trigger("mail", f"{FUNCTION}-mail")]
    },
}
ADDED = "added to the instance, so that contact flows may invoke it"
FOUND = {
    Trigger("lex", f"{BOT}/$LATEST", "B1/prod", "", Settings(source=BOT, detail="its code hook in de_DE, en_GB")),
    Trigger("connect", f"{INSTANCE}/live", "i1", "live", Settings(source=INSTANCE, detail=ADDED)),
    Trigger("bedrock", f"{AGENT}/$LATEST", "AG1", "", Settings(source=AGENT, detail="action group orders of 1")),
    Trigger("bedrock", f"{AGENT}/live", "AG1", "live", Settings(source=AGENT, detail="action group orders of DRAFT")),
    Trigger(
        "codecommit",
        f"{REPOSITORY}/tell",
        "shop/tell",
        "",
        codecommit.Settings(
            source=REPOSITORY,
            detail="on updateReference",
            repository="shop",
            trigger="tell",
            function=FUNCTION,
            repository_id="7e57",
        ),
    ),
}
LISTINGS = {
    "lexv2-models:list_bots",
    "connect:list_instances",
    "bedrock-agent:list_agents",
    "codecommit:list_repositories",
}


def account(*statements: dict[str, Any], **answers: Any) -> FakeAws:
    aws = fake(*statements)
    aws.answers |= {**ANSWERS, **answers}
    return aws


def allowed(*, by_name: bool) -> list[dict[str, Any]]:
    return [statement(who[:3], who, source if by_name else "") for source, who in PRINCIPALS.items()]


@pytest.mark.parametrize("by_name", [True, False], ids=["named by the permission", "looked for among all"])
def test_each_is_found_with_what_it_invokes_and_by_what(by_name: bool) -> None:
    aws = account(*allowed(by_name=by_name))

    found = take(aws)

    assert set(found.triggers) == FOUND
    assert found.warnings == ()
    assert set(aws.calls) & LISTINGS == (set() if by_name else LISTINGS)


def test_nothing_of_them_is_asked_for_where_no_permission_lets_them_invoke() -> None:
    aws = account()
    take(aws)

    services = {call.partition(":")[0] for call in aws.calls}
    assert services.isdisjoint({"lexv2-models", "connect", "bedrock-agent", "codecommit", "cloudfront"})


@pytest.mark.parametrize(
    ("source", "call", "name"),
    [
        (BOT, "lexv2-models:describe_bot_alias", "Lex bot alias B1/A1"),
        (INSTANCE, "connect:list_lambda_functions", "Connect instance i1"),
        (AGENT, "bedrock-agent:list_agent_versions", "Bedrock agent AG1"),
        (REPOSITORY, "codecommit:get_repository_triggers", "CodeCommit repository shop"),
    ],
)
@pytest.mark.parametrize(
    "error", [NotAllowed("not allowed"), AwsError("it cannot be reached")], ids=["denied", "absent"]
)
def test_one_that_cannot_be_read_is_unknown_by_its_name(source: str, call: str, name: str, error: Exception) -> None:
    found = take(account(statement("s", PRINCIPALS[source], source), **{call: error}))

    assert [(each.kind, each.name, each.settings.reason) for each in found.triggers] == [("unknown", name, str(error))]
    assert found.warnings == ()


@pytest.mark.parametrize(
    ("source", "call", "name"),
    [
        (BOT, "lexv2-models:list_bots", "Lex bots"),
        (INSTANCE, "connect:list_instances", "Connect instances"),
        (AGENT, "bedrock-agent:list_agents", "Bedrock agents"),
        (REPOSITORY, "codecommit:list_repositories", "CodeCommit repositories"),
    ],
)
def test_a_listing_that_cannot_be_read_is_unknown_too(source: str, call: str, name: str) -> None:
    found = take(account(statement("s", PRINCIPALS[source]), **{call: NotAllowed("not allowed")}))

    assert name in [each.name for each in found.triggers if each.kind == "unknown"]


def test_a_source_of_another_account_is_not_looked_for_in_this_one() -> None:
    there = BOT.replace("123456789012", "999999999999")
    found = take(account(statement("s", PRINCIPALS[BOT], there)))

    reason = f"`{there}` is in another account or region"
    assert {(each.kind, each.settings.reason) for each in found.triggers} == {("unknown", reason)}


def test_a_permission_of_bedrock_that_is_not_an_agent_s_is_named_as_it_stands() -> None:
    flow = f"arn:aws:bedrock:{HERE}:flow/F1"
    found = take(account(statement("s", PRINCIPALS[AGENT], flow)))

    assert [(each.kind, each.name, each.settings.detail) for each in found.triggers] == [
        ("bedrock", "flow/F1", "only its permission is known")
    ]


def test_authorizers_of_graphql_and_event_apis_are_found_by_their_places() -> None:
    arn = f"arn:aws:appsync:{HERE}:apis/"
    lambda_ = {"lambdaAuthorizerConfig": {"authorizerUri": FUNCTION}}
    more = [{"authenticationType": "API_KEY"}, {"lambdaAuthorizerConfig": {"authorizerUri": LIVE}}, lambda_]
    graphql = {"apiId": "g1", "name": "shop", "arn": f"{arn}g1", "additionalAuthenticationProviders": more}
    events = {"apiId": "e1", "name": "live", "apiArn": f"{arn}e1", "eventConfig": {"authProviders": [lambda_]}}
    aws = account(
        statement("s", "appsync.amazonaws.com"),
        **{"appsync:list_graphql_apis": {"graphqlApis": [graphql]}, "appsync:list_apis": {"apis": [events]}},
    )

    def trigger(api: str, name: str, qualifier: str, place: str) -> Trigger[Any]:
        functions = {place: LIVE if qualifier else FUNCTION}
        settings = appsync_authorizer.Settings(source=f"{arn}{api}", api=api, events=api == "e1", functions=functions)
        identity = f"{api}/authorizer/{qualifier or '$LATEST'}"
        return Trigger("appsync_authorizer", identity, name, qualifier, settings)

    assert set(map(str, take(aws).triggers)) == {
        str(trigger("g1", "shop", "live", "0")),
        str(trigger("g1", "shop", "", "1")),
        str(trigger("e1", "live", "", "0")),
    }


def test_lambda_at_edge_is_found_by_the_behaviors_of_distributions_and_only_in_its_region() -> None:
    there = FUNCTION.replace("eu-west-1", "us-east-1")
    associated = {"Items": [{"LambdaFunctionARN": f"{there}:7", "EventType": "viewer-request"}]}
    distribution = {
        "Id": "E1",
        "ARN": "arn:aws:cloudfront::123456789012:distribution/E1",
        "DefaultCacheBehavior": {"LambdaFunctionAssociations": associated},
        "CacheBehaviors": {"Items": [{"PathPattern": "/img/*", "LambdaFunctionAssociations": associated}]},
    }
    pages = {
        None: {"DistributionList": {"Items": [{"Id": "E0", "ARN": "arn:other"}], "NextMarker": "E1"}},
        "E1": {"DistributionList": {"Items": [distribution]}},
    }
    aws = fake(FunctionArn=there)
    aws.answers["cloudfront:list_distributions"] = lambda Marker=None: pages[Marker]  # noqa: N803  # as AWS calls it
    settings = Settings(
        source=str(distribution["ARN"]), detail="Lambda@Edge, viewer-request of *, viewer-request of /img/*"
    )
    expected = Trigger("edge", f"{distribution['ARN']}/7", "E1", "7", settings)

    assert take(aws).triggers == (expected,)

    aws.answers["cloudfront:list_distributions"] = NotAllowed("not allowed")
    (unknown,) = take(aws).triggers
    assert (unknown.kind, unknown.name) == ("unknown", "Lambda@Edge of CloudFront")
