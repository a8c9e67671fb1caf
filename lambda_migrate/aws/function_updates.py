"""Waits until no update of a function is in progress: Lambda refuses other changes meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambda_migrate import errors
from lambda_migrate.waiting import wait_until

if TYPE_CHECKING:
    from lambda_migrate.aws.session import Aws

UNSEEN = 10.0
"""Seconds that a version may not be found yet which was published just now: reads lag behind writes."""


SNAPSHOT = 900.0
"""Seconds that a snapshot of a version may take: "a few minutes" ("Activating SnapStart", Lambda developer guide)."""


def wait(aws: Aws, function: str, qualifier: str | None, *, failed_too: bool) -> dict[str, Any]:
    """Wait as :meth:`~lambda_migrate.aws.session.Aws.wait_function_updated` says; return the configuration.

    Args:
        aws: Where the function is.
        function: Its name.
        qualifier: Version or alias; None for ``$LATEST``.
        failed_too: Return also after an update that failed.

    Raises:
        NotFound: It is not there; a version, not for some seconds.
        AwsError: It failed, or takes longer than the deadline.
    """
    missing: list[errors.NotFound] = []

    def look() -> dict[str, Any] | None:
        try:
            return aws.call("lambda", "get_function_configuration", FunctionName=function, Qualifier=qualifier)
        except errors.NotFound as error:
            if qualifier is None:
                raise
            missing.append(error)
            return None

    waited = wait_until(
        look,
        lambda seen: seen is not None and (_at_rest(seen) or ("Failed" in _states(seen) and not failed_too)),
        sleep=aws.sleep,
        deadline=lambda seen: _patience(aws, seen) if seen else UNSEEN,
    )
    configuration = waited.last
    if configuration is None:
        raise missing[-1]
    if "Failed" in _states(configuration) and not failed_too:
        reason = configuration.get("LastUpdateStatusReason") or configuration.get("StateReason") or "no reason given"
        raise errors.AwsError(
            f"the last update of `{function}` failed: {reason}", hint="fix the function, then run again"
        )
    if not waited.in_time:
        raise errors.AwsError(
            f"`{function}` is still being updated after {waited.seconds:.0f} s", hint="run the same command again"
        )
    return configuration


def _patience(aws: Aws, configuration: dict[str, Any]) -> float:
    """Return how many seconds to wait: where a version becomes a snapshot, the function is started for it first."""
    snapshot = (configuration.get("SnapStart") or {}).get("ApplyOn") == "PublishedVersions"
    published = configuration.get("Version", "$LATEST") != "$LATEST"
    return max(aws.deadline, SNAPSHOT) if snapshot and published else aws.deadline


def _states(configuration: dict[str, Any]) -> tuple[str, str]:
    return configuration.get("State", "Active"), configuration.get("LastUpdateStatus", "Successful")


def _at_rest(configuration: dict[str, Any]) -> bool:
    state, update = _states(configuration)
    return state in ("Active", "Inactive", "Failed") and update in ("Successful", "Failed")
