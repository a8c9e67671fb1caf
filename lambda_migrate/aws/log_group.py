"""The log group of a function: where it is, how long it keeps what is written, and what encrypts that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.aws.session import Aws

STANDARD = "STANDARD"


@dataclass(frozen=True)
class LogGroup:
    """A log group.

    Attributes:
        name: Its name.
        exists: Whether it is there.
        kind: Its class, ``STANDARD`` or ``INFREQUENT_ACCESS``.
        days: How long it keeps what is written; 0 for ever.
        key: ARN of the key that encrypts it; "" for CloudWatch's own.
    """

    name: str
    exists: bool = False
    kind: str = STANDARD
    days: int = 0
    key: str = ""


def log_group(aws: Aws, function: str) -> LogGroup:
    """Return the log group of a function.

    Raises:
        NotFound: The function is not there.
        AwsError, NotAllowed: It cannot be read.
    """
    configuration = aws.call("lambda", "get_function_configuration", FunctionName=function)
    name = str((configuration.get("LoggingConfig") or {}).get("LogGroup") or f"/aws/lambda/{function}")
    for each in aws.pages("logs", "describe_log_groups", "logGroups", logGroupNamePrefix=name):
        if each["logGroupName"] == name:
            kind, key = str(each.get("logGroupClass") or STANDARD), str(each.get("kmsKeyId") or "")
            return LogGroup(name, exists=True, kind=kind, days=int(each.get("retentionInDays") or 0), key=key)
    return LogGroup(name)


def lines(aws: Aws, group: str, pattern: str, since: float, until: float) -> Iterator[str]:
    """Yield the lines of a log group that a pattern finds; AWS takes no money for that.

    Args:
        aws: The session.
        group: Its name.
        pattern: As FilterLogEvents takes it.
        since: Seconds since the epoch.
        until: Likewise, exclusive.
    """
    window = {"startTime": round(since * 1000), "endTime": round(until * 1000) - 1}
    for event in aws.pages("logs", "filter_log_events", "events", logGroupName=group, filterPattern=pattern, **window):
        yield str(event["message"])
