"""Whether what the proxy writes becomes metrics: a verdict is made of them, and silence looks like health.

CloudWatch Logs extracts metrics in the embedded metric format from what reaches a log group (CloudWatch user guide,
"Embedding metrics within logs"). It does not reach one, or is not extracted,

- where the function's role has no ``logs:PutLogEvents``, as is usual beside the log forwarders of Datadog or New Relic;
- where the group's class is Infrequent Access, which has no embedded metrics, or Delivery (CloudWatch Logs user guide,
  "Log classes");
- where the function logs as JSON at a level above INFO: Lambda drops the lines (Lambda guide, "Log-level filtering").
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lambda_migrate.aws.arn import Arn
from lambda_migrate.errors import AwsError, NotAllowed
from lambda_migrate.inventory.invocations import PROXY_NAMESPACE
from lambda_migrate.verify import metrics

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.aws.session import Aws

STANDARD = "STANDARD"
_WRITES = ("logs:CreateLogStream", "logs:PutLogEvents")
_HEARD = ("TRACE", "DEBUG", "INFO")
_ALLOWED = "allowed"


@dataclass(frozen=True)
class LoggingProblem:
    """One reason why the proxy's metrics do not arrive, or why nobody can tell.

    Attributes:
        text: What is in the way.
        hint: What to do about it.
        certain: False where it could not be looked at.
    """

    text: str
    hint: str
    certain: bool = True


def logging_problems(aws: Aws, function: str) -> Iterator[LoggingProblem]:
    """Yield what keeps the proxy's metrics from arriving, and what could not be looked at; reads only.

    Args:
        aws: The session.
        function: The function's name.

    Raises:
        AwsError, NotAllowed: The function's configuration cannot be read.
    """
    configuration = aws.call("lambda", "get_function_configuration", FunctionName=function)
    logging = configuration.get("LoggingConfig") or {}
    group = logging.get("LogGroup") or f"/aws/lambda/{function}"
    level = logging.get("ApplicationLogLevel") or "INFO"
    if logging.get("LogFormat") == "JSON" and level not in _HEARD:
        text = f"the function logs as JSON from level {level} on, so that Lambda drops the proxy's lines"
        yield LoggingProblem(text, "set the application log level to INFO until the migration is done")
    exists = True
    try:
        known = _log_class(aws, group)
        exists = bool(known)
        if known not in ("", STANDARD):
            text = f"log group `{group}` is of class {known}, from which CloudWatch extracts no metrics"
            yield LoggingProblem(text, "name a log group of class Standard in the function's LoggingConfig")
    except (AwsError, NotAllowed) as error:
        text = f"log group `{group}` could not be looked at: {error.message}"
        yield LoggingProblem(text, "allow logs:DescribeLogGroups", certain=False)
    yield from _of_role(aws, configuration, group, exists=exists)


def probes(aws: Aws, function: str, version: str, window: tuple[float, float], period: float) -> int:
    """Return how many of a version's probes CloudWatch has counted; the proxy writes a line for each.

    Args:
        aws: The session.
        function: The function's name.
        version: The proxy version.
        window: From and to, in seconds since the epoch; all of the periods that they are in.
        period: Resolution of the metrics, in seconds.

    Raises:
        AwsError: CloudWatch did not say.
    """
    start, end = math.floor(window[0] / period) * period, (math.floor(window[1] / period) + 1) * period
    dimensions = {"FunctionName": function, "FunctionVersion": version}
    return metrics.total(aws, PROXY_NAMESPACE, "Probes", dimensions, (start, end), period) or 0


def silence(aws: Aws, function: str) -> str:
    """Return the likely reason why the proxy's metrics do not arrive, or "" where AWS shows none."""
    try:
        return "; ".join(each.text for each in logging_problems(aws, function) if each.certain)
    except (AwsError, NotAllowed):
        return ""


def _log_class(aws: Aws, group: str) -> str:
    """Return the class of a log group; "" where it does not exist yet."""
    listed = aws.pages("logs", "describe_log_groups", "logGroups", logGroupNamePrefix=group)
    return next((str(each.get("logGroupClass") or STANDARD) for each in listed if each["logGroupName"] == group), "")


def _of_role(aws: Aws, configuration: dict[str, Any], group: str, *, exists: bool) -> Iterator[LoggingProblem]:
    """Yield what the function's role may not do; IAM's own simulation says (SimulatePrincipalPolicy)."""
    role, function = configuration["Role"], Arn.parse(configuration["FunctionArn"])
    actions = _WRITES if exists else ("logs:CreateLogGroup", *_WRITES)
    stream = str(function.sibling("logs", f"log-group:{group}:log-stream:any"))
    try:
        results = list(
            aws.pages(
                "iam",
                "simulate_principal_policy",
                "EvaluationResults",
                PolicySourceArn=role,
                ActionNames=list(actions),
                ResourceArns=[stream],
            )
        )
    except (AwsError, NotAllowed) as error:
        text = f"whether `{role}` may write logs could not be looked at: {error.message}"
        yield LoggingProblem(
            text, "allow iam:SimulatePrincipalPolicy, or see that it has logs:PutLogEvents", certain=False
        )
        return
    denied = sorted(each["EvalActionName"] for each in results if each["EvalDecision"] != _ALLOWED)
    if denied:
        text = f"role `{role.rpartition('/')[2]}` may not {', '.join(denied)}, so that the function writes no logs"
        yield LoggingProblem(text, f"allow {', '.join(denied)} on `{group}` until the migration is done")
