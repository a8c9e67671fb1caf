"""Who changed the function, when and by which call: what CloudTrail keeps for 90 days."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Literal

from lambda_migrate.aws.answers import document
from lambda_migrate.aws.arn import function_name
from lambda_migrate.errors import AwsError, NotAllowed

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from lambda_migrate.aws.session import Aws

Source = Literal["human", "pipeline", "aws", "unknown"]

CHANGES = re.compile(
    r"^(Update(Function|Alias|EventSourceMapping)|PublishVersion|(Create|Delete)(Alias|Function)|AddPermission"
    r"|RemovePermission|Put(Function|Resource|Provisioned|Runtime)|TagResource|UntagResource)"
)
"""Calls of Lambda that change a function; CloudTrail appends the API's version: ``UpdateFunctionCode20150331v2``."""

MOST = 1000
"""Calls that are looked at for each question: CloudTrail gives fifty at once, twice a second, and keeps every read."""

OURS = "lambda-migrate"
"""In the user agent of every call of this tool."""

_MACHINES = re.compile(
    r"pipeline|codebuild|codedeploy|cloudformation|github|gitlab|bitbucket|jenkins|circleci|terraform|pulumi|cdk"
    r"|serverless|deploy|\bci\b|-ci\b|\bci-|cicd",
    re.IGNORECASE,
)
_AWS_SERVICES = re.compile(r"^(cloudformation|codepipeline|codebuild|codedeploy|codestar)[\w-]*\.amazonaws\.com$")
_PEOPLE = re.compile(r"AWSReservedSSO_|signin\.amazonaws\.com|console\.amazonaws\.com|aws-cli|Mozilla|AWS Toolkit")


@dataclass(frozen=True)
class Attribution:
    """One call that changed the function.

    Attributes:
        who: ARN or name of the caller.
        when: ISO 8601, UTC.
        call: ``UpdateFunctionCode``.
        source: Whether a ``human``, a ``pipeline`` or ``aws`` itself made it; ``unknown`` where nothing tells.
        why: What that was told by.
        event: CloudTrail's id of the call.
    """

    who: str
    when: str
    call: str
    source: Source
    why: str = ""
    event: str = ""

    def __str__(self) -> str:
        kind = {"human": "a person", "pipeline": "a pipeline", "aws": "AWS itself"}.get(
            self.source, "nobody knows what"
        )
        return f"{self.call} by {self.who} ({kind}{f': {self.why}' if self.why else ''}) at {self.when}"

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON-able data."""
        return asdict(self)


def lookup(aws: Aws, function_arn: str, since: datetime | None = None) -> tuple[tuple[Attribution, ...], str]:
    """Return the calls that changed a function, the latest first, without those of this tool.

    CloudTrail names a function in its events by name or by ARN, and shows a call some minutes after it was made.

    Args:
        aws: Where to look; reads only.
        function_arn: The function's ARN, unqualified.
        since: From when on; None for the 90 days that CloudTrail keeps.

    Returns:
        The calls; and why they may not be all, or "".
    """
    name = function_name(function_arn)
    questions = [("ResourceName", name), ("ResourceName", function_arn), ("EventSource", "lambda.amazonaws.com")]
    calls: dict[str, Attribution] = {}
    seen = 0
    try:
        for key, value in questions:
            if calls and key == "EventSource":
                break  # what names no function is only looked for where nothing else has told
            asked = {"AttributeKey": key, "AttributeValue": value}
            events = list(islice(_events(aws, asked, since), MOST))
            seen = max(seen, len(events))
            made = [each for event in events if (each := _attributed(event, name, function_arn))]
            calls |= {each.event: each for each in made}
    except (AwsError, NotAllowed) as error:
        return _latest_first(calls), error.message
    unknown = f"CloudTrail keeps more than {MOST:,} calls, and none of the latest changed it"
    return _latest_first(calls), "" if calls or seen < MOST else unknown


def _latest_first(calls: dict[str, Attribution]) -> tuple[Attribution, ...]:
    return tuple(sorted(calls.values(), key=lambda call: call.when, reverse=True))


def _events(aws: Aws, attribute: dict[str, str], since: datetime | None) -> Iterable[dict[str, Any]]:
    events: Iterable[dict[str, Any]] = aws.pages(
        "cloudtrail", "lookup_events", "Events", LookupAttributes=[attribute], StartTime=since
    )
    return events


def _attributed(event: dict[str, Any], name: str, arn: str) -> Attribution | None:
    """Read one event; None where it changed nothing, another function, or was made by this tool."""
    call = str(event.get("EventName", ""))
    if not CHANGES.match(call):
        return None
    try:
        read = document(event.get("CloudTrailEvent") or "{}", "cloudtrail:LookupEvents", "CloudTrailEvent")
    except AwsError:
        read = {}
    detail: dict[str, Any] = read if isinstance(read, dict) else {}
    if OURS in str(detail.get("userAgent", "")) or detail.get("errorCode"):
        return None
    target = str((detail.get("requestParameters") or {}).get("functionName", ""))
    about = {str(each.get("ResourceName", "")) for each in event.get("Resources") or ()} | {target}
    if not any(each in (name, arn) or each.startswith((f"{name}:", f"{arn}:")) for each in about):
        return None
    identity = detail.get("userIdentity") or {}
    source, why = classify(identity, str(detail.get("userAgent", "")))
    who = str(identity.get("arn") or identity.get("invokedBy") or event.get("Username") or "somebody")
    when = str(detail.get("eventTime") or event["EventTime"])
    return Attribution(who, when, re.sub(r"\d{8}(v\d)?$", "", call), source, why, str(event.get("EventId", "")))


def classify(identity: dict[str, Any], agent: str) -> tuple[Source, str]:
    """Tell a person from a pipeline from AWS.

    Args:
        identity: CloudTrail's ``userIdentity``.
        agent: CloudTrail's ``userAgent``.

    Returns:
        What it was, and what tells it.
    """
    invoked, arn = str(identity.get("invokedBy", "")), str(identity.get("arn", ""))
    service = next((each for each in (invoked, agent) if _AWS_SERVICES.match(each)), "")
    by_aws = identity.get("type") == "AWSService" or invoked.endswith(".amazonaws.com")
    role, tool = _PEOPLE.search(arn), _PEOPLE.search(agent)
    machine = _MACHINES.search(arn) or _MACHINES.search(agent)
    signs: tuple[tuple[Source, str], ...] = (
        ("pipeline", service),
        ("aws", (invoked or "an AWS service") if by_aws else ""),
        ("human", role[0].rstrip("_") if role else ""),
        ("pipeline", machine[0] if machine else ""),
        ("human", tool[0] if tool else ""),
        ("human", "a user of its own" if identity.get("type") in ("IAMUser", "Root") else ""),
    )
    return next(((source, why) for source, why in signs if why), ("unknown", ""))
