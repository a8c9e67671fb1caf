"""What the sandbox adds to MiniStack's deliveries: from SNS, EventBridge and HTTP APIs to functions and services.

Loaded by :mod:`lambda_migrate.sandbox.ministack.additions`.

- **Permissions.** A function is invoked only if the policy of the qualifier that was asked for lets the caller.
- **SNS and EventBridge invoke asynchronously**, with the retries and the dead-letter queue of that. What SNS cannot
  deliver goes to the dead-letter queue of the subscription.
- **Unconfirmed subscriptions** are listed as ``PendingConfirmation``; subscribing once more asks once more.
- **HTTP deliveries are retried** each second: API destinations survive a service that restarts, SNS subscriptions as
  often as their delivery policy says, three times without one.
- **HTTP proxy integrations** answer with the status, headers and body of the service, follow no redirects, and honour
  ``overwrite:path``.
- **Schedules** are looked at each second, not each ten, and a minute of ``rate()`` is 6 s. EventBridge Scheduler
  invokes with its role; no policy of the function is asked.
  Universal targets: :mod:`lambda_migrate.sandbox.ministack.universal_targets`.
- **Metrics** of all of these, as the source publishes them: :mod:`lambda_migrate.sandbox.ministack.metrics`.
"""

from __future__ import annotations

import asyncio
import fnmatch
import http.client
import json
import time
import urllib.error
import urllib.parse
import urllib.request
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from ministack.core.concurrency import run_reentrant
from ministack.core.responses import get_account_id, get_region
from ministack.services import apigateway, eventbridge, lambda_svc, scheduler, sns

from lambda_migrate.sandbox.ministack import lambda_, metrics, universal_targets

if TYPE_CHECKING:
    from collections.abc import Callable

HTTP_RETRY_DELAY = 1.0
DESTINATION_ATTEMPTS = 50
"""How often an API destination is tried; on AWS 186 times within a day."""

NOTIFICATION_RETRIES = 3
"""How often SNS tries a URL again whose subscription has no delivery policy; here each second, on AWS each 20.

https://docs.aws.amazon.com/sns/latest/dg/SendMessageToHttp.retry.html
"""

SCHEDULE_TICK = 1.0
SCHEDULED_MINUTE = 6.0
"""Seconds that a minute of ``rate()`` takes, as for the retries of asynchronous invocations."""

_rule: ContextVar[str] = ContextVar("rule", default="")
_HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade", "proxy-connection"}
_INVOKE_ACTIONS = ("lambda:InvokeFunction", "lambda:*", "*")


def install() -> None:
    """Add everything to the MiniStack of this process."""
    sns._HOST = "127.0.0.1"  # SubscribeURL then begins with the endpoint URL that the sandbox tells
    sns._subscribe = _asking_again(sns._subscribe)
    sns._list_subscriptions = _hiding_unconfirmed(sns._list_subscriptions)
    sns._list_subscriptions_by_topic = _hiding_unconfirmed(sns._list_subscriptions_by_topic)
    sns._deliver_to_lambda = _deliver_to_function
    sns._deliver_to_http = _deliver_to_service
    eventbridge._SCHEDULER_TICK_INTERVAL = scheduler._SCHEDULE_TICK_INTERVAL = SCHEDULE_TICK
    eventbridge._parse_rate_seconds = _hastened(eventbridge._parse_rate_seconds)
    eventbridge._invoke_target = _remembering_the_rule(eventbridge._invoke_target)
    eventbridge._dispatch_to_lambda = _dispatch_to_function
    eventbridge._build_api_destination_request = _naming_the_rule(eventbridge._build_api_destination_request)
    eventbridge._deliver_to_api_destination = _deliver_to_api_destination
    apigateway._invoke_lambda_proxy = _permitted_proxy(apigateway._invoke_lambda_proxy)
    apigateway._invoke_http_proxy = _invoke_service
    apigateway._apply_request_parameter_mappings = _marking_the_path(apigateway._apply_request_parameter_mappings)
    universal_targets.install()
    metrics.install()


def permitted(function_arn: str, service: str, source_arn: str) -> bool:
    """Return whether the policy of a function (of the qualifier in its ARN) lets a service invoke it.

    Args:
        function_arn: The ARN as the caller has it, qualified or not.
        service: The caller's service principal, for example ``sns.amazonaws.com``.
        source_arn: The topic, rule or route that the event comes from.
    """
    name, _ = lambda_.qualified(function_arn)
    function = lambda_svc._functions.get(name)
    if function is None:
        return False
    with lambda_.policies:
        statements = [one for one in function["policy"]["Statement"] if one["Resource"] == function_arn]
    return any(_allows(statement, service, source_arn) for statement in statements)


def _allows(statement: dict[str, Any], service: str, source_arn: str) -> bool:
    principal, conditions = statement["Principal"], statement.get("Condition", {})
    source_like = conditions.get("ArnLike", {}).get("AWS:SourceArn", "*")
    source_account = conditions.get("StringEquals", {}).get("AWS:SourceAccount", get_account_id())
    return (
        statement["Action"] in _INVOKE_ACTIONS
        and (principal == "*" or principal.get("Service") == service)
        and fnmatch.fnmatchcase(source_arn, source_like.replace("[", "[[]"))
        and bool(source_account == get_account_id())
    )


def _asking_again(original: Callable[..., Any]) -> Callable[..., Any]:
    """Subscribe tells the ARN of what is unconfirmed only if asked to, and sends the confirmation again.

    https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html
    """

    def subscribe(parameters: dict[str, Any]) -> Any:
        topic_arn, endpoint = sns._p(parameters, "TopicArn"), sns._p(parameters, "Endpoint")
        known = _subscription_of(topic_arn, endpoint)
        answer = original(parameters)
        subscription = sns._find_subscription(topic_arn, _subscription_of(topic_arn, endpoint))
        if subscription is None or subscription["confirmed"]:
            return answer
        if known:
            asyncio.ensure_future(sns._send_subscription_confirmation(topic_arn, subscription))  # noqa: RUF006  # as MiniStack does
        told = subscription["arn"] if sns._p(parameters, "ReturnSubscriptionArn") == "true" else "pending confirmation"
        result = f"<SubscribeResult><SubscriptionArn>{told}</SubscriptionArn></SubscribeResult>"
        return sns._xml(200, "SubscribeResponse", result)

    return subscribe


def _hiding_unconfirmed(original: Callable[..., Any]) -> Callable[..., Any]:
    def listed(parameters: dict[str, Any]) -> Any:
        status, headers, body = original(parameters)
        for topic in sns._topics.values():
            for subscription in topic["subscriptions"]:
                if not subscription["confirmed"]:
                    body = body.replace(subscription["arn"].encode(), b"PendingConfirmation")
        return status, headers, body

    return listed


def _deliver_to_function(  # MiniStack calls it so
    endpoint: str,
    envelope: str,
    topic_arn: str,
    subscription_arn: str,
    _message_id: str,
    _message: str,
    _attributes: Any,
) -> None:
    """Hand an SNS notification to a function, or to the dead-letter queue of the subscription."""
    func, config, _ = lambda_svc._get_func_record_for_ref(endpoint)
    notification = json.loads(envelope)
    if func is None or not permitted(endpoint, "sns.amazonaws.com", topic_arn):
        lambda_svc.logger.warning("SNS %s may not invoke %s, or there is no such function", topic_arn, endpoint)
        metrics.of_topic(topic_arn, "NumberOfNotificationsFailed")
        _redrive(topic_arn, subscription_arn, envelope)
        return
    metrics.of_topic(topic_arn, "NumberOfNotificationsDelivered")
    record = {
        "EventVersion": "1.0",
        "EventSubscriptionArn": subscription_arn,
        "EventSource": "aws:sns",
        "Sns": {"Subject": None, "MessageAttributes": {}} | notification,
    }
    lambda_.invoke_asynchronously(lambda_svc._execution_record_for_config(func, config), {"Records": [record]})


def _redrive(topic_arn: str, subscription_arn: str, envelope: str) -> None:
    subscription = sns._find_subscription(topic_arn, subscription_arn) or {}
    policy = subscription.get("attributes", {}).get("RedrivePolicy")
    if policy:
        lambda_.send_to_queue(json.loads(policy)["deadLetterTargetArn"], envelope)


async def _deliver_to_service(endpoint: str, envelope: str) -> None:
    """POST an SNS notification to an HTTP subscriber until it is taken, then give it to the dead-letter queue."""
    await run_reentrant(_post_notification, endpoint, envelope)


def _post_notification(endpoint: str, envelope: str) -> None:
    topic_arn = _field(envelope, "TopicArn")
    subscription = _subscription_of(topic_arn, endpoint)
    headers = {
        "Content-Type": "text/plain; charset=UTF-8",
        "User-Agent": "Amazon Simple Notification Service Agent",
        "x-amz-sns-message-type": "Notification",
        "x-amz-sns-message-id": _field(envelope, "MessageId"),
        "x-amz-sns-topic-arn": topic_arn,
        "x-amz-sns-subscription-arn": subscription,
    }
    request = urllib.request.Request(endpoint, envelope.encode(), headers, method="POST")  # noqa: S310  # http or https
    for attempt in range(1 + _retries(topic_arn, subscription)):
        if attempt:
            time.sleep(HTTP_RETRY_DELAY)
        try:
            with urllib.request.urlopen(request, timeout=15):  # noqa: S310  # subscriptions are http or https
                metrics.of_topic(topic_arn, "NumberOfNotificationsDelivered")
                return
        except urllib.error.HTTPError as error:
            lambda_svc.logger.warning("SNS delivery to %s: %s", endpoint, error.code)
            metrics.of_topic(topic_arn, "NumberOfNotificationsFailed")
            if error.code < 500 and error.code != 429:  # noqa: PLR2004  # HTTP's server errors, too many requests
                break
        except (OSError, http.client.HTTPException) as error:
            lambda_svc.logger.warning("SNS delivery to %s: %s", endpoint, error)
            metrics.of_topic(topic_arn, "NumberOfNotificationsFailed")
    _redrive(topic_arn, subscription, envelope)


def _retries(topic_arn: str, subscription_arn: str) -> int:
    """Return how often the delivery policy of a subscription has SNS try again."""
    subscription = sns._find_subscription(topic_arn, subscription_arn) or {}
    policy = json.loads(subscription.get("attributes", {}).get("DeliveryPolicy") or "{}")
    return int((policy.get("healthyRetryPolicy") or {}).get("numRetries", NOTIFICATION_RETRIES))


def _field(envelope: str, name: str) -> str:
    """Return a field of an SNS envelope, or nothing where delivery is raw."""
    try:
        return str(json.loads(envelope).get(name, ""))
    except (ValueError, AttributeError):
        return ""


def _subscription_of(topic_arn: str, endpoint: str) -> str:
    topic = sns._topic_by_arn_any_scope(topic_arn) or {"subscriptions": []}
    return next((one["arn"] for one in topic["subscriptions"] if one["endpoint"] == endpoint), "")


def _remembering_the_rule(original: Callable[..., Any]) -> Callable[..., Any]:
    def invoke(target: Any, event: Any, rule: dict[str, Any], view: Any = None) -> Any:
        token = _rule.set(rule.get("Arn", ""))
        metrics.of_trigger(target, rule)
        try:
            return original(target, event, rule, view)
        finally:
            _rule.reset(token)

    return invoke


def _naming_the_rule(original: Callable[..., Any]) -> Callable[..., Any]:
    """The request knows the rule that it is sent for, because it is sent by another thread."""

    def build(*arguments: Any) -> dict[str, Any]:
        return {**original(*arguments), "rule": _rule.get()}

    return build


def _hastened(original: Callable[..., Any]) -> Callable[..., Any]:
    def seconds(expression: str) -> float | None:
        found: int | None = original(expression)
        return None if found is None else found * SCHEDULED_MINUTE / 60

    return seconds


def _dispatch_to_function(arn: str, payload: str) -> None:
    """Hand an event of an EventBridge rule to a function."""
    func, config, _ = lambda_svc._get_func_record_for_ref(arn)
    metrics.of_rule(_rule.get(), "InvocationAttempts")
    scheduled = _rule.get().startswith("arn:aws:scheduler:")
    if func is None or not (scheduled or permitted(arn, "events.amazonaws.com", _rule.get())):
        lambda_svc.logger.warning("EventBridge %s may not invoke %s, or there is no such function", _rule.get(), arn)
        metrics.of_rule(_rule.get(), "FailedInvocations")
        return
    metrics.of_rule(_rule.get(), "SuccessfulInvocationAttempts")
    lambda_.invoke_asynchronously(lambda_svc._execution_record_for_config(func, config), json.loads(payload))


def _deliver_to_api_destination(name: str, request: dict[str, Any], connection: dict[str, Any], token_key: Any) -> None:
    """Send an event to an API destination, again and again while the answer says that it is worth it.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html
    """
    retried = {401, 407, 409, 429}
    rule = request["rule"]
    for attempt in range(DESTINATION_ATTEMPTS):
        if attempt:
            time.sleep(HTTP_RETRY_DELAY)
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


def _permitted_proxy(original: Callable[..., Any]) -> Callable[..., Any]:
    """An HTTP API answers 500 where the function's policy does not name it, as on AWS."""

    async def invoke(integration: dict[str, Any], api_id: str, stage: str, *arguments: Any, **options: Any) -> Any:
        reference = apigateway._extract_lambda_ref_from_integration_uri(integration.get("integrationUri", ""))
        route_key = arguments[5] if len(arguments) > 5 else options.get("route_key", "$default")  # noqa: PLR2004
        route = "$default" if route_key == "$default" else route_key.replace(" ", "", 1).replace("ANY", "*", 1)
        source = f"arn:aws:execute-api:{get_region()}:{get_account_id()}:{api_id}/{stage}/{route}"
        if not permitted(reference, "apigateway.amazonaws.com", source):
            lambda_svc.logger.warning("%s may not invoke %s", source, reference)
            return 500, {"Content-Type": "application/json"}, b'{"message":"Internal Server Error"}'
        return await original(integration, api_id, stage, *arguments, **options)

    return invoke


class _WholePath(str):
    """A path that replaces the path of the integration URI, where any other is appended to it."""

    __slots__ = ()


def _marking_the_path(original: Callable[..., Any]) -> Callable[..., Any]:
    def apply(integration: dict[str, Any], **options: Any) -> Any:
        options["context_vars"] = {**options["context_vars"], "request.path": options["request_path"]}
        headers, query, path = original(integration, **options)
        overwritten = "overwrite:path" in (integration.get("requestParameters") or {})
        return headers, query, _WholePath(path) if overwritten else path

    return apply


async def _invoke_service(  # MiniStack calls it so
    integration: dict[str, Any], path: str, method: str, headers: dict[str, str], body: bytes, query: dict[str, Any]
) -> Any:
    """Pass a request through to the service of an HTTP proxy integration, and its answer back."""
    uri = urllib.parse.urlsplit(integration.get("integrationUri", ""))
    whole = path if isinstance(path, _WholePath) else uri.path.rstrip("/") + path
    target = urllib.parse.quote(whole, safe="/:@!$&'()*+,;=~%")
    if query:
        target += "?" + urllib.parse.urlencode(query, doseq=True)
    sent = {
        name: value for name, value in headers.items() if name.lower() not in _HOP_BY_HOP | {"host", "content-length"}
    }
    sent["forwarded"] = f"for=127.0.0.1;host={headers.get('host', '')};proto=http"
    timeout = integration.get("timeoutInMillis", 30000) / 1000
    try:
        return await run_reentrant(_exchange, uri, method, target, body, sent, timeout)
    except TimeoutError:
        return 504, {"Content-Type": "application/json"}, b'{"message":"Gateway Timeout"}'
    except (OSError, http.client.HTTPException) as error:
        lambda_svc.logger.warning("HTTP API integration %s: %s", integration.get("integrationUri"), error)
        return 503, {"Content-Type": "application/json"}, b'{"message":"Service Unavailable"}'


def _exchange(  # one HTTP exchange has this many parts
    uri: urllib.parse.SplitResult, method: str, target: str, body: bytes, headers: dict[str, str], timeout: float
) -> tuple[int, dict[str, Any], bytes]:
    kind = http.client.HTTPSConnection if uri.scheme == "https" else http.client.HTTPConnection
    connection = kind(uri.hostname or "", uri.port, timeout=timeout)
    try:
        connection.request(method, target, body or None, headers)
        answer = connection.getresponse()
        content = answer.read()
        received: dict[str, Any] = {}
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                received.setdefault("Set-Cookie", []).append(value)
            elif name.lower() not in _HOP_BY_HOP | {"content-length"}:
                received[name] = value
    finally:
        connection.close()
    return answer.status, received, content
