"""What EventBridge and its Scheduler deliver to functions and to API destinations."""

from __future__ import annotations

import http.client
import json
import time
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ministack.services import eventbridge, lambda_svc, scheduler

from lambda_migrate.sandbox.ministack import lambda_, metrics
from lambda_migrate.sandbox.ministack.permissions import permitted
from lambda_migrate.sandbox.ministack.sns_deliveries import HTTP_RETRY_DELAY

if TYPE_CHECKING:
    from collections.abc import Callable

DESTINATION_ATTEMPTS = 50
"""How often an API destination is tried; on AWS 186 times within a day."""

SCHEDULE_TICK = 1.0
SCHEDULED_MINUTE = 6.0
"""Seconds that a minute of ``rate()`` takes, as for the retries of asynchronous invocations."""

SCHEDULES = "arn:aws:scheduler:"
_rule: ContextVar[str] = ContextVar("rule", default="")


def install() -> None:
    """Add it to the MiniStack of this process."""
    eventbridge._SCHEDULER_TICK_INTERVAL = scheduler._SCHEDULE_TICK_INTERVAL = SCHEDULE_TICK
    eventbridge._parse_rate_seconds = _hastened(eventbridge._parse_rate_seconds)
    eventbridge._invoke_target = _remembering_the_rule(eventbridge._invoke_target)
    eventbridge._dispatch_to_lambda = _dispatch_to_function
    eventbridge._build_api_destination_request = _naming_the_rule(eventbridge._build_api_destination_request)
    eventbridge._deliver_to_api_destination = _deliver_to_api_destination


def _remembering_the_rule(original: Callable[..., Any]) -> Callable[..., Any]:
    def invoke(target: dict[str, Any], event: Any, rule: dict[str, Any], view: Any = None) -> Any:
        token = _rule.set(rule.get("Arn", ""))
        metrics.of_trigger(target, rule)
        if _rule.get().startswith(SCHEDULES) and "Input" in target:
            target = {**target, "Input": _with_context(target["Input"], event)}
        try:
            return original(target, event, rule, view)
        finally:
            _rule.reset(token)

    return invoke


def _with_context(text: str, event: dict[str, Any]) -> str:
    """Return an input with what Scheduler knows of the schedule.

    https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
    """
    scheduled = datetime.fromtimestamp(event["Time"], UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    known = {"execution-id": event["EventId"], "scheduled-time": scheduled, "schedule-arn": event["Resources"][0]}
    for name, value in {**known, "attempt-number": "1"}.items():
        text = text.replace(f"<aws.scheduler.{name}>", value)
    return text


def _naming_the_rule(original: Callable[..., Any]) -> Callable[..., Any]:
    """The request knows the rule that it is sent for, because it is sent by another thread."""

    def build(*arguments: Any) -> dict[str, Any]:
        return {**original(*arguments), "rule": _rule.get()}

    return build


def _hastened(original: Callable[..., Any]) -> Callable[..., Any]:
    def seconds(expression: str) -> float | None:
        duration: int | None = original(expression)
        return None if duration is None else duration * SCHEDULED_MINUTE / 60

    return seconds


def _dispatch_to_function(arn: str, payload: str) -> None:
    """Hand an event of an EventBridge rule to a function."""
    func, config, _ = lambda_svc._get_func_record_for_ref(arn)
    metrics.of_rule(_rule.get(), "InvocationAttempts")
    scheduled = _rule.get().startswith(SCHEDULES)
    if func is None or not (scheduled or permitted(arn, "events.amazonaws.com", _rule.get())):
        lambda_svc.logger.warning("EventBridge %s may not invoke %s, or there is no such function", _rule.get(), arn)
        metrics.of_rule(_rule.get(), "FailedInvocations")
        return
    metrics.of_rule(_rule.get(), "SuccessfulInvocationAttempts")
    lambda_.invoke_asynchronously(lambda_svc._execution_record_for_config(func, config), json.loads(payload))


def _deliver_to_api_destination(name: str, request: dict[str, Any], connection: dict[str, Any], token_key: Any) -> None:
    """Send an event to an API destination, again and again while the answer says that it is worth it.

    What is still to be delivered when the destination is deleted is lost: no retry is made to what no longer exists.
    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html
    """
    retried = {401, 407, 409, 429}
    rule = request["rule"]
    for attempt in range(DESTINATION_ATTEMPTS):
        if attempt:
            time.sleep(HTTP_RETRY_DELAY)
        if name not in eventbridge._api_destinations:
            lambda_svc.logger.warning("API destination %s is gone; its events are lost", name)
            break
        metrics.of_rule(rule, "InvocationAttempts", *(["RetryInvocationAttempts"] if attempt else []))
        try:
            headers = eventbridge._connection_auth_headers(connection, token_key)
            status = eventbridge._api_destination_send_sync(request, headers)
        except (OSError, http.client.HTTPException) as error:
            lambda_svc.logger.warning("API destination %s: %s", name, error)
            continue
        if status not in retried and status < 500:  # noqa: PLR2004  # HTTP's server errors
            lambda_svc.logger.info("API destination %s: %s", name, status)
            taken = status < 300  # noqa: PLR2004  # HTTP's successes
            metrics.of_rule(rule, "SuccessfulInvocationAttempts" if taken else "FailedInvocations")
            return
        lambda_svc.logger.warning("API destination %s: %s", name, status)
    metrics.of_rule(rule, "FailedInvocations")
