"""Kinds that are found and named, and that this version cannot re-point: one line each.

One that can be moved gets a file of its own, and its line goes from here to the registry.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambda_migrate.triggers.kind import TriggerKind

if TYPE_CHECKING:
    from lambda_migrate.triggers.kind import Traffic

PERMISSION = "its permission"


def _kind(name: str, label: str, stays: str, *principals: str, traffic: Traffic = "events", **more: Any) -> TriggerKind:
    documentation = f"{label[:1].upper()}{label[1:]}: found and named, not re-pointed: {stays}."
    about = {"found": PERMISSION, "principals": principals, "stays": stays, **more}
    return TriggerKind(name=name, label=label, traffic=traffic, documentation=documentation, **about)


def _unchanged(what: str) -> str:
    return f"this version does not change {what}"


_SOMEBODY = "only its permission is known, not where it is called from"

UNKNOWN = _kind("unknown", "unknown caller", _SOMEBODY, caller=True)
"""What nothing is known of but that it may invoke, or that could not be looked at."""

DETECTED: tuple[TriggerKind, ...] = (
    _kind("account", "account or role", _SOMEBODY, "arn:*", "AROA*", "AIDA*", "[0-9]*", caller=True),
    _kind("alexa", "Alexa skill", "the skill names its function at Amazon, outside of AWS", "alexa-*.amazon.com"),
    _kind(
        "bedrock",
        "Bedrock agent",
        "its action group is part of a version of the agent; change the draft, prepare it and make a new version",
        "bedrock.amazonaws.com",
        found="the permission, and the action groups of each version of an agent",
    ),
    _kind(
        "cloudformation",
        "CloudFormation stack",
        "its custom resources need a function to be changed and deleted; change their ServiceToken in the template",
        "cloudformation.amazonaws.com",
        found="the permission, and the templates of its own stack and of those that are given its ARN",
    ),
    _kind(
        "cloudtrail",
        "caller in CloudTrail",
        "only its calls are known; whoever owns that role or user has to change them",
        found="the last day's data events, where a trail sends them to a log group",
    ),
    _kind(
        "codepipeline",
        "pipeline",
        "whoever owns the pipeline deploys it; change the FunctionName of its action there",
        found="the actions of all pipelines, where a role of CodePipeline may invoke the function",
    ),
    _kind("cognito_sync", "Cognito Sync identity pool", _unchanged("an identity pool"), "cognito-sync.amazonaws.com"),
    _kind(
        "connect",
        "Connect instance",
        "its contact flows name the function; let the instance use the alias, and change the flows there",
        "connect.amazonaws.com",
        found="the permission, and the functions that are added to the instance",
    ),
    _kind(
        "edge",
        "Lambda@Edge distribution",
        "CloudFront accepts only numbered versions, and runs them without layers and environment variables",
        found="the behaviors of all distributions, where the function is in us-east-1",
        traffic="requests",
    ),
    _kind(
        "function",
        "function",
        "it invokes from its own code",
        found="the environment of all functions, and the policies of their roles",
    ),
    _kind(
        "lex",
        "Lex bot",
        "each language of a bot's alias names the function; change it there",
        "lex.amazonaws.com",
        "lexv2.amazonaws.com",
        found="the permission, and the code hooks in each language of a bot's alias",
    ),
    _kind("public", "anonymous caller", "its permission lets everybody invoke", "[*]", caller=True),
    _kind("transfer", "Transfer Family server", _unchanged("a server"), "transfer.amazonaws.com"),
    UNKNOWN,
)
"""In the order of their names, which is the order in which they are shown."""
