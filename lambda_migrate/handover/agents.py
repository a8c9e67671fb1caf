"""Which tool changed a function last, by the user agents that CloudTrail keeps for 90 days: a guess at best."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lambda_migrate.aws.answers import document
from lambda_migrate.errors import AwsError, NotAllowed
from lambda_migrate.handover.model import Owner

if TYPE_CHECKING:
    from lambda_migrate.aws.session import Aws

CALLS = ("cloudtrail:LookupEvents",)
MOST = 50
"""Events that are looked at: one page of CloudTrail's."""

CONSOLE = "console"
"""Not a tool: somebody has changed the function by hand."""

AGENTS = (
    ("pulumi", re.compile(r"pulumi", re.IGNORECASE)),
    ("terraform", re.compile(r"terraform|opentofu", re.IGNORECASE)),
    ("cloudformation", re.compile(r"^cloudformation\.amazonaws\.com")),
    ("chalice", re.compile(r"aws-chalice", re.IGNORECASE)),
    (CONSOLE, re.compile(r"^AWS[- ]Console|console\.amazonaws\.com|^Mozilla", re.IGNORECASE)),
)
"""Tools, and what their user agents have. Pulumi's provider is made from Terraform's, and says so: it comes first.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
"""

_CHANGES = re.compile(r"^(CreateFunction|UpdateFunction(Code|Configuration)|PublishVersion|(Create|Update)Alias)")
_OURS = "lambda-migrate"


def last_tool(aws: Aws, function: str) -> Owner | None:
    """Return the tool that changed a function last; None where nobody can tell, or where CloudTrail may not be asked.

    Args:
        aws: Where to look; one call.
        function: The function's name.
    """
    asked = [{"AttributeKey": "ResourceName", "AttributeValue": function}]
    try:
        events = aws.call("cloudtrail", "lookup_events", LookupAttributes=asked, MaxResults=MOST)["Events"]
        for event in events:
            call, agent = str(event.get("EventName", "")), _agent(event.get("CloudTrailEvent"))
            if _CHANGES.match(call) and agent and _OURS not in agent:
                tool = next((name for name, pattern in AGENTS if pattern.search(agent)), "")
                name = re.sub(r"\d{8}(v\d)?$", "", call)
                return Owner(tool, (f"CloudTrail: {name} by {tool}",)) if tool else None
    except (AwsError, NotAllowed):
        return None
    return None


def _agent(written: object) -> str:
    try:
        told = document(str(written or "{}"), CALLS[0], "CloudTrailEvent")
    except AwsError:
        return ""
    return str(told.get("userAgent", "")) if isinstance(told, dict) else ""
