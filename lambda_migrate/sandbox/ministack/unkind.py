"""Makes MiniStack as unkind as AWS, as far as :class:`~lambda_migrate.sandbox.unkindness.Unkindness` says.

Loaded by :mod:`lambda_migrate.sandbox.ministack.additions` and :mod:`lambda_migrate.sandbox.server`. What AWS always
does needs no setting: a pending subscription cannot be deleted.

https://docs.aws.amazon.com/sns/latest/dg/sns-delete-subscription-topic.html
"""

from __future__ import annotations

import asyncio
import contextvars
import itertools
import json
import os
import threading
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from ministack.services import cloudwatch, lambda_svc, sns

from lambda_migrate.errors import ConfigError
from lambda_migrate.sandbox import request_body
from lambda_migrate.sandbox.load_balancer import LoadBalancer, in_front_of
from lambda_migrate.sandbox.ministack import late, withheld
from lambda_migrate.sandbox.operations import REST, Operation, operation
from lambda_migrate.sandbox.unkindness import KIND, PATH, VARIABLE, Unkindness, parse

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

READ_PREFIXES = ("Get", "List", "Describe", "Head")

_OK, _BAD_REQUEST, _DENIED, _THROTTLED, _UNAVAILABLE = 200, 400, 403, 429, 503
_calls = itertools.count(1)
_changes: dict[str, tuple[dict[str, Any], float]] = {}
"""What each alias was before its last change, and when that was, by the alias's ARN."""


_lost: Counter[str] = Counter()
"""How many requests to confirm each subscription were lost, by its ARN."""


class _Current:
    """The settings in force, and the load balancer that stands in front of the service."""

    unkindness: Unkindness = KIND
    balancer = LoadBalancer()
    in_front = ExitStack()


def install() -> None:
    """Add everything to the MiniStack of this process."""
    late.install(lambda: _Current.unkindness)
    withheld.install(lambda: _Current.unkindness)
    sns._unsubscribe = _keeping_the_unconfirmed(sns._unsubscribe)
    sns._send_subscription_confirmation = _losing_confirmations(sns._send_subscription_confirmation)
    lambda_svc._update_alias = _pruning(_remembering_the_alias(lambda_svc._update_alias))
    lambda_svc._publish_version = _pruning(lambda_svc._publish_version)
    lambda_svc._get_alias = _with_transient_weights(lambda_svc._get_alias)
    cloudwatch.record_metric = _recorded
    become(parse(os.environ.get(VARIABLE, "")))


def become(unkindness: Unkindness) -> None:
    """Behave so from now on; a load balancer is put in front of another port, or taken away."""
    before, _Current.unkindness = _Current.unkindness, unkindness
    if unkindness.load_balancer != before.load_balancer:
        _Current.in_front.close()
        _Current.balancer = LoadBalancer()
        if unkindness.load_balancer:
            _Current.balancer = _Current.in_front.enter_context(in_front_of(unkindness.load_balancer))


def api_lag() -> float:
    """Return how many seconds an HTTP API takes to serve a change."""
    return _Current.unkindness.api_lag


def loses_logs() -> bool:
    """Return whether what functions print is lost."""
    return _Current.unkindness.logs_lost


def record(namespace: str, metric: str, value: float, unit: str, dimensions: dict[str, str], at: float) -> None:
    """Count for a metric at a time, in seconds since the epoch; it can be read at once, or once the lag is over."""
    store = (namespace, metric, dict(dimensions), at, unit, float(value), None, None, None)
    if not _Current.unkindness.metrics_lag:
        cloudwatch._store_datum(*store)
        return
    context = contextvars.copy_context()
    timer = threading.Timer(_Current.unkindness.metrics_lag, context.run, (cloudwatch._store_datum, *store))
    timer.daemon = True
    timer.start()


def _recorded(
    namespace: str, metric: str, value: float, unit: str = "None", dimensions: dict[str, str] | None = None
) -> None:
    """What MiniStack itself counts is counted now."""
    record(namespace, metric, value, unit, dimensions or {}, time.time())


def lagging(alias: dict[str, Any]) -> dict[str, Any]:
    """Return the alias as the data plane has it: what it was before the last change, while that spreads."""
    earlier, changed = _changes.get(alias["AliasArn"], (alias, 0.0))
    return earlier if time.monotonic() < changed + _Current.unkindness.alias_lag else alias


def _remembering_the_alias(original: Callable[..., Any]) -> Callable[..., Any]:
    def update(name: str, alias_name: str, data: dict[str, Any]) -> Any:
        alias = lambda_svc._functions.get(name, {}).get("aliases", {}).get(alias_name, {})
        before = dict(alias)
        answer = original(name, alias_name, data)
        if alias.get("RevisionId") != before.get("RevisionId"):
            _changes[alias["AliasArn"]] = before, time.monotonic()
        return answer

    return update


def _with_transient_weights(original: Callable[..., Any]) -> Callable[..., Any]:
    def get(name: str, alias_name: str) -> Any:
        status, headers, body = original(name, alias_name)
        function = lambda_svc._functions.get(name, {})
        alias = function.get("aliases", {}).get(alias_name, {})
        earlier, changed = _changes.get(alias.get("AliasArn", ""), (alias, 0.0))
        spreading = time.monotonic() < changed + _Current.unkindness.transient_weights
        if spreading and function.get("provisioned_concurrency", {}).get(alias_name):
            weights = {"AdditionalVersionWeights": {alias["FunctionVersion"]: 1.0}}
            shown = {**json.loads(body), "FunctionVersion": earlier["FunctionVersion"], "RoutingConfig": weights}
            body = json.dumps(shown).encode()
        return status, headers, body

    return get


def _pruning(original: Callable[..., Any]) -> Callable[..., Any]:
    def call(name: str, *arguments: Any, **options: Any) -> Any:
        answer = original(name, *arguments, **options)
        if kept := _Current.unkindness.versions_kept:
            function = lambda_svc._functions.get(name, {})
            aliases = function.get("aliases", {}).values()
            named = {alias["FunctionVersion"] for alias in aliases}
            named |= {
                version
                for alias in aliases
                for version in alias.get("RoutingConfig", {}).get("AdditionalVersionWeights", {})
            }
            versions = function.get("versions", {})
            for number in sorted(versions, key=int)[:-kept]:
                if number not in named:
                    del versions[number]
        return answer

    return call


def _keeping_the_unconfirmed(original: Callable[..., Any]) -> Callable[..., Any]:
    def unsubscribe(parameters: dict[str, Any]) -> Any:
        arn = sns._p(parameters, "SubscriptionArn")
        subscriptions = (each for topic in sns._topics.values() for each in topic["subscriptions"])
        if any(each["arn"] == arn and not each["confirmed"] for each in subscriptions):
            return sns._error(
                "InvalidParameter", "Invalid parameter: This operation is not allowed on a pending subscription", 400
            )
        return original(parameters)

    return unsubscribe


def _losing_confirmations(original: Callable[..., Any]) -> Callable[..., Any]:
    async def send(topic_arn: str, subscription: dict[str, Any]) -> None:
        if _lost[subscription["arn"]] < _Current.unkindness.confirmations_lost:
            _lost[subscription["arn"]] += 1
        else:
            await original(topic_arn, subscription)

    return send


def controlled(app: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    """Return MiniStack's application, such that it denies and throttles as it is told, and can be told."""

    async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
        unkindness = _Current.unkindness
        if scope["type"] != "http" or not (scope["path"] == PATH or unkindness.denied or unkindness.throttled):
            await app(scope, receive, send)
            return
        body = await request_body.read(receive)
        if scope["path"] == PATH:
            await _answer(send, *await asyncio.to_thread(_control, scope["method"], body))
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        target = b"?".join(
            part for part in (scope["raw_path"].partition(b"?")[0], scope["query_string"]) if part
        ).decode("latin-1")
        called = operation(scope["method"], target, headers, body)
        refusal = _refusal(called, unkindness)
        if refusal:
            await _answer(send, *refusal)
        else:
            await app(scope, _again(body, receive), send)

    return application


def _control(method: str, body: bytes) -> tuple[int, dict[str, str], bytes]:
    """Take new settings, where there are some, and tell those in force, and where the load balancer is."""
    try:
        if method == "PUT":
            become(parse(body))
    except ConfigError as error:
        return _BAD_REQUEST, {}, f"{error.message}: {error.hint}".encode()
    document = {"unkindness": asdict(_Current.unkindness), "load_balancer": _Current.balancer.url}
    return _OK, {"content-type": "application/json"}, json.dumps(document).encode()


def _refusal(called: Operation, unkindness: Unkindness) -> tuple[int, dict[str, str], bytes] | None:
    verb = called.name.partition(":")[2]
    if called.name in unkindness.denied:
        text = f"User: arn:aws:iam::000000000000:user/operator is not authorized to perform: {called.name}"
        return _refused(called, _DENIED, "AccessDeniedException", text)
    changing = not verb.startswith(READ_PREFIXES) and " " not in verb
    if unkindness.throttled and changing and next(_calls) % unkindness.throttled == 0:
        return _refused(called, *_throttle(called), "Rate exceeded")
    return None


def _throttle(called: Operation) -> tuple[int, str]:
    """Return the status and the code with which a call's service throttles: by its protocol, as in "Common errors"."""
    if called.name.startswith("s3:"):
        return _UNAVAILABLE, "SlowDown"
    if called.xml:
        return _BAD_REQUEST, "Throttling"
    rest = called.name.partition(":")[0] in REST
    return (_THROTTLED, "TooManyRequestsException") if rest else (_BAD_REQUEST, "ThrottlingException")


def _refused(called: Operation, status: int, code: str, text: str) -> tuple[int, dict[str, str], bytes]:
    if called.xml:
        code = code.removesuffix("Exception")
        error = f"<Error><Type>Sender</Type><Code>{code}</Code><Message>{text}</Message></Error>"
        return status, {"content-type": "text/xml"}, f"<ErrorResponse>{error}</ErrorResponse>".encode()
    document = {"__type": code, "message": text, "Message": text}
    headers = {"content-type": "application/json", "x-amzn-errortype": code}
    return status, headers, json.dumps(document).encode()


def _again(body: bytes, receive: Any) -> Callable[[], Awaitable[dict[str, Any]]]:
    """Return what hands a body over that has been read already, and then what the client does."""
    left = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> dict[str, Any]:
        message: dict[str, Any] = left.pop() if left else await receive()
        return message

    return replay


async def _answer(send: Any, status: int, headers: dict[str, str], body: bytes) -> None:
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    raw.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": body})
