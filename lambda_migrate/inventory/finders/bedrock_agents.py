"""Agents of Bedrock with an action group that the function carries out, in the draft or in a version.

The permission of a flow or of another thing of Bedrock is named as it stands in the policy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambda_migrate.aws.arn import Arn
from lambda_migrate.inventory.finders.one_by_one import Listing, look_at_permitted
from lambda_migrate.triggers import base
from lambda_migrate.triggers.base import Trigger

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.function.model import Function

KIND = "bedrock"
PRINCIPALS = ("bedrock.amazonaws.com",)
LISTING = "Bedrock agents"
CALLS = (
    "bedrock-agent:ListAgents",
    "bedrock-agent:ListAgentVersions",
    "bedrock-agent:ListAgentActionGroups",
    "bedrock-agent:GetAgentActionGroup",
)
"""What it calls, from which the policies of IAM are made."""


def find(aws: Aws, function: Function) -> Iterator[Trigger[base.Settings]]:
    """Return the agents that invoke the function; all are looked through where its policy names none."""

    def listed() -> Iterator[str]:
        here = Arn.parse(function.arn)
        agents = aws.pages("bedrock-agent", "list_agents", "agentSummaries")
        yield from (str(here.sibling("bedrock", f"agent/{each['agentId']}")) for each in agents)

    return look_at_permitted(
        aws,
        function,
        PRINCIPALS,
        Listing(LISTING, listed),
        _invoked,
        lambda arn: f"Bedrock {Arn.parse(arn).resource.replace('/', ' ', 1)}",
    )


def _invoked(aws: Aws, function: Function, arn: str) -> Iterator[Trigger[base.Settings]]:
    """Yield an agent once for each qualifier that its action groups invoke."""
    agent = Arn.parse(arn).below("agent")
    if not agent:
        detail = "only its permission is known"
        yield Trigger(KIND, arn, Arn.parse(arn).resource, "", base.Settings(source=arn, detail=detail))
        return
    groups: dict[str, list[str]] = {}
    for version in aws.pages("bedrock-agent", "list_agent_versions", "agentVersionSummaries", agentId=agent):
        for name, invoked in _action_groups(aws, agent, str(version["agentVersion"])):
            qualifier = function.qualifier_of(invoked)
            if qualifier is not None:
                groups.setdefault(qualifier, []).append(f"{name} of {version['agentVersion']}")
    for qualifier, named in sorted(groups.items()):
        settings = base.Settings(source=arn, detail=f"action group {', '.join(named)}")
        yield Trigger(KIND, f"{arn}/{qualifier or '$LATEST'}", agent, qualifier, settings)


def _action_groups(aws: Aws, agent: str, version: str) -> Iterator[tuple[str, str]]:
    """Yield the action groups of a version, each with the function that carries it out, "" where none does."""
    of = {"agentId": agent, "agentVersion": version}
    for listed in aws.pages("bedrock-agent", "list_agent_action_groups", "actionGroupSummaries", **of):
        answer = aws.call("bedrock-agent", "get_agent_action_group", actionGroupId=listed["actionGroupId"], **of)
        group: dict[str, Any] = answer["agentActionGroup"]
        yield str(group["actionGroupName"]), str((group.get("actionGroupExecutor") or {}).get("lambda") or "")
