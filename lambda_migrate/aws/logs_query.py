"""Asks CloudWatch Logs Insights one question, and waits for the answer. AWS takes money for each GB that is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambda_migrate.errors import AwsError

if TYPE_CHECKING:
    from lambda_migrate.aws.session import Aws

PAUSE = 1.0
LONGEST = 900.0
"""Seconds that an answer is waited for; a query of CloudWatch ends after an hour at the latest."""

_RUNNING = ("Scheduled", "Running", "Unknown")


def ask(aws: Aws, group: str, query: str, since: float, until: float) -> list[dict[str, str]]:
    """Return the rows of the answer, each its fields by name.

    Args:
        aws: The session.
        group: The log group's name.
        query: In the language of Logs Insights.
        since: Seconds since the epoch.
        until: Likewise.

    Raises:
        NotFound: The group does not exist.
        AwsError: It failed, or takes too long.
    """
    started = aws.call(
        "logs", "start_query", logGroupName=group, startTime=int(since), endTime=int(until), queryString=query
    )
    identifier, begun = started["queryId"], aws.now()
    while True:
        answer = aws.call("logs", "get_query_results", queryId=identifier)
        if answer["status"] == "Complete":
            return [{field["field"]: field["value"] for field in row} for row in answer["results"]]
        if answer["status"] not in _RUNNING or aws.now() - begun > LONGEST:
            raise _failed(group, answer)
        aws.sleep(PAUSE)


def _failed(group: str, answer: dict[str, Any]) -> AwsError:
    return AwsError(
        f"the query of `{group}` did not finish: {answer['status']}",
        operation="logs:GetQueryResults",
        aws_code=answer["status"],
        hint="ask for fewer days, or leave `--logs` out",
    )
