"""What the sandbox adds to MiniStack's Lambda, by wrapping functions of it, so that a migration behaves as on AWS.

Loaded into the server process by :mod:`lambda_migrate.sandbox.server`; the deliveries to functions and services
(SNS, EventBridge, HTTP API) are in :mod:`lambda_migrate.sandbox.ministack.deliveries`, the execution environments in
:mod:`lambda_migrate.sandbox.ministack.environments`. Written for MiniStack 1.5.33.

- **Weighted aliases.** ``RoutingConfig`` is honoured at the one point that every invocation passes, whatever invokes;
  an asynchronous retry draws again, as it finds the alias then.
- **Metrics.** ``AWS/Lambda`` gets the dimensions ``Resource`` and ``ExecutedVersion``, and every kind of invocation is
  counted, every attempt once.
- **Asynchronous invocation** keeps its request id across attempts, obeys the settings of the qualifier that was
  invoked, and sends the event itself to a dead-letter queue. One minute of AWS's backoff is 6 s here.
- **Conditions** of PublishVersion (``RevisionId``, ``CodeSha256``).
- **URLs of an alias** are shown as those of the alias.
- **Provisioned concurrency** is listed: MiniStack answers for one qualifier at a time.
- **Mappings change state**: ``Updating``, ``Enabling``, ``Disabling`` can be seen for a moment.
"""

from __future__ import annotations

import contextvars
import json
import random
import threading
import time
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from ministack.core.responses import error_response_json, json_response, new_uuid
from ministack.services import lambda_svc, sqs

from lambda_migrate.sandbox.ministack import environments, unkind

if TYPE_CHECKING:
    from collections.abc import Callable

RETRY_DELAYS = (6.0, 12.0)
"""Seconds before the second and third attempt of an asynchronous invocation; AWS waits one and two minutes."""

FUNCTION_UPDATE_SECONDS = 0.15
"""Seconds that a new or changed function takes until it is active; AWS takes up to some seconds, MiniStack 0.5."""

MAPPING_UPDATE_SECONDS = 0.3
"""Seconds that a changed event source mapping takes; AWS takes up to some minutes."""

HTTP_ERRORS = 400
_executed: ContextVar[list[str] | None] = ContextVar("executed", default=None)
_request_id: ContextVar[str | None] = ContextVar("request_id", default=None)


def install() -> None:
    """Add what is described above to the MiniStack of this process."""
    lambda_svc._effective_func_record_for_qualifier = _naming_the_alias(lambda_svc._effective_func_record_for_qualifier)
    lambda_svc._execute_function = _weighted_and_counted(lambda_svc._execute_function)
    lambda_svc._execute_function_dispatch = _with_request_id(lambda_svc._execute_function_dispatch)
    lambda_svc._invoke = _telling_the_version(lambda_svc._invoke)
    lambda_svc._emit_lambda_metrics = lambda *_arguments, **_options: None
    lambda_svc.invoke_async_with_retry = invoke_asynchronously
    lambda_svc._create_function_url_config = _of_its_qualifier(lambda_svc._create_function_url_config)
    lambda_svc._publish_version = _conditioned(lambda_svc._publish_version)
    lambda_svc._get_provisioned_concurrency = _listing(lambda_svc._get_provisioned_concurrency)
    lambda_svc._update_esm = _updating(lambda_svc._update_esm)
    lambda_svc._LAMBDA_STATE_TRANSITION_DELAY = FUNCTION_UPDATE_SECONDS


def _of_its_qualifier(create: Callable[..., Any]) -> Callable[..., Any]:
    """Have the configuration of an alias's URL name the alias, as ``FunctionArn`` does on AWS."""

    def created(name: str, data: dict[str, Any], qualifier: str | None) -> Any:
        answer = create(name, data, qualifier)
        key = lambda_svc._url_config_key(name, qualifier)
        if answer[0] < HTTP_ERRORS and key != name:
            shown = {**lambda_svc._function_urls[key], "FunctionArn": lambda_svc._func_arn(key)}
            lambda_svc._function_urls[key] = shown
            return json_response(shown, status=answer[0])
        return answer

    return created


def choose_version(alias: dict[str, Any], draw: Callable[[], float] = random.random) -> str:
    """Return the version that an alias sends one invocation to.

    Args:
        alias: The alias document, with ``RoutingConfig`` where it has weights.
        draw: Returns a number from 0 to 1, 1 excluded.
    """
    point = draw()
    for version, weight in alias.get("RoutingConfig", {}).get("AdditionalVersionWeights", {}).items():
        if point < weight:
            return str(version)
        point -= weight
    return str(alias["FunctionVersion"])


def qualified(arn: str) -> tuple[str, str | None]:
    """Return the function name and the qualifier of a function ARN."""
    name, qualifier = lambda_svc._lambda_function_name_and_qualifier_from_arn(arn)
    return name, qualifier


def _naming_the_alias(original: Callable[..., Any]) -> Callable[..., Any]:
    """What was asked for by alias carries the ARN of the alias: that is how the execution knows of the alias."""

    def resolve(func: dict[str, Any] | None, qualifier: str | None) -> tuple[Any, Any]:
        record, config = original(func, qualifier)
        alias = (func or {}).get("aliases", {}).get(qualifier)
        if record is None or alias is None:
            return record, config
        config = {**config, "FunctionArn": alias["AliasArn"]}
        return {**record, "config": config}, config

    return resolve


def _record_to_execute(record: dict[str, Any]) -> tuple[dict[str, Any], bool]:
    """Return a snapshot of what to execute, and whether weights chose it.

    That is the version that the alias chooses, or the record itself.
    """
    config = dict(record.get("config") or record)
    name, qualifier = qualified(config["FunctionArn"])
    function = lambda_svc._functions.get(name) or {}
    alias = function.get("aliases", {}).get(qualifier)
    if alias is None:
        return {**record, "config": config}, False
    known = unkind.lagging(alias)
    weighted = bool(known.get("RoutingConfig", {}).get("AdditionalVersionWeights"))
    version = choose_version(known)
    chosen = function if version == "$LATEST" else function["versions"].get(version, record)
    concurrency = function.get("concurrency")
    config = {**chosen["config"], "FunctionArn": alias["AliasArn"]}
    return {**chosen, "concurrency": concurrency, "config": config}, weighted


def _weighted_and_counted(original: Callable[..., Any]) -> Callable[..., Any]:
    def execute(func: dict[str, Any], event: Any) -> Any:
        if lambda_svc._function_config_scope_mismatch(func.get("config") or func):
            return original(func, event)  # comes back here, in the account and region of the function
        record, weighted = _record_to_execute(func)
        if (executed := _executed.get()) is not None:
            executed.append(record["config"].get("Version", "$LATEST"))
        environments.milliseconds.set(0.0)
        began = time.time()
        result = original(record, event)
        _count(record["config"], began, environments.milliseconds.get(), result, weighted=weighted)
        return result

    return execute


def _count(config: dict[str, Any], at: float, milliseconds: float, result: dict[str, Any], *, weighted: bool) -> None:
    """Record one attempt under each set of dimensions that AWS publishes; the version's only of an alias with weights.

    It stands at the time when the function was invoked, and can be read once it has ended.
    https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-view.html
    """
    name, qualifier = qualified(config["FunctionArn"])
    resource = f"{name}:{qualifier}" if qualifier else name
    sets = [{"FunctionName": name}, {"FunctionName": name, "Resource": resource}]
    if weighted:
        sets.append({"FunctionName": name, "Resource": resource, "ExecutedVersion": config["Version"]})
    throttled = bool(result.get("throttle"))
    counts = {"Throttles": int(throttled)}
    if not throttled:
        counts |= {"Invocations": 1, "Errors": int(bool(result.get("error")))}
    for dimensions in sets:
        for metric, count in counts.items():
            unkind.record("AWS/Lambda", metric, count, "Count", dimensions, at)
        if not throttled:
            unkind.record("AWS/Lambda", "Duration", milliseconds, "Milliseconds", dimensions, at)


def _telling_the_version(original: Callable[..., Any]) -> Callable[..., Any]:
    """The answer to Invoke names the version that the weights chose."""

    async def invoke(*arguments: Any, **options: Any) -> Any:
        executed: list[str] = []
        token = _executed.set(executed)
        try:
            status, headers, body = await original(*arguments, **options)
        finally:
            _executed.reset(token)
        if executed and "X-Amz-Executed-Version" in headers:
            headers["X-Amz-Executed-Version"] = executed[0]
        return status, headers, body

    return invoke


def _with_request_id(original: Callable[..., Any]) -> Callable[..., Any]:
    def dispatch(func: Any, config: Any, event: Any, request_id: str, started: float) -> Any:
        return original(func, config, event, _request_id.get() or request_id, started)

    return dispatch


def invoke_asynchronously(func: dict[str, Any], event: Any) -> None:
    """Invoke a function as AWS does for asynchronous callers: accepted at once, retried, then dead-lettered.

    Args:
        func: The function record, whose ``FunctionArn`` says how the function was asked for.
        event: What the handler receives.
    """
    context = contextvars.copy_context()
    threading.Thread(target=context.run, args=(_attempt_asynchronously, func, event), daemon=True).start()


def _attempt_asynchronously(func: dict[str, Any], event: Any) -> None:
    config = func.get("config") or func
    account, region = lambda_svc._account_region_from_function_config(config)
    lambda_svc._request_account_id.set(account)
    lambda_svc._request_region.set(region)
    _executed.set(None)
    _request_id.set(new_uuid())
    name, qualifier = qualified(config["FunctionArn"])
    function = lambda_svc._functions.get(name) or func
    settings = lambda_svc._event_invoke_config(function, None if qualifier == "$LATEST" else qualifier) or {}
    expires = time.monotonic() + settings.get("MaximumEventAgeInSeconds", 21600)
    attempts = 1 + settings.get("MaximumRetryAttempts", 2)
    while attempts:
        if not lambda_svc._function_qualifier_exists(lambda_svc._functions.get(name) or func, qualifier):
            return  # what waits for a retry goes with its alias
        result = lambda_svc._execute_function(func, event)
        if not result.get("error"):
            return
        attempts -= not result.get("throttle")  # a throttled event goes back to the queue, and is not an attempt
        delay = RETRY_DELAYS[0] if attempts > 1 else RETRY_DELAYS[1]
        if not attempts or time.monotonic() + delay > expires:
            break
        time.sleep(delay)
    destination = settings.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")
    dead_letters = config.get("DeadLetterConfig", {}).get("TargetArn")
    if destination:
        lambda_svc._route_async_failure(destination, name, event, result)
    if dead_letters:
        send_to_queue(dead_letters, json.dumps(event))


def send_to_queue(arn: str, body: str) -> None:
    """Put a message into an SQS queue; a queue that does not exist is logged."""
    queue = sqs._queue_by_arn(arn)
    if queue is None:
        lambda_svc.logger.warning("dead-letter queue %s does not exist", arn)
        return
    message = {"id": new_uuid(), "body": body}
    sqs._ensure_msg_fields(message)
    queue["messages"].append(message)


def _conditioned(original: Callable[..., Any]) -> Callable[..., Any]:
    """PublishVersion obeys its two conditions, and waits for nothing: an update in progress is a conflict."""

    def publish(name: str, data: dict[str, Any]) -> Any:
        config = (lambda_svc._functions.get(name) or {}).get("config", {})
        if data.get("CodeSha256") and data["CodeSha256"] != config.get("CodeSha256"):
            message = f"CodeSHA256 ({data['CodeSha256']}) is different from current CodeSHA256 in $LATEST."
            return error_response_json("InvalidParameterValueException", message, 400)
        if data.get("RevisionId") and (refused := lambda_svc._check_revision(config, data)):
            return refused
        if config.get("LastUpdateStatus") == "InProgress":
            message = f"The operation cannot be performed at this time. An update is in progress for resource: {name}"
            return error_response_json("ResourceConflictException", message, 409)
        return original(name, data)

    return publish


def _listing(original: Callable[..., Any]) -> Callable[..., Any]:
    """Without a qualifier it is the list of all (ListProvisionedConcurrencyConfigs)."""

    def get(name: str, qualifier: str | None) -> Any:
        function = lambda_svc._functions.get(name)
        if qualifier or function is None:
            return original(name, qualifier)
        arn = function["config"]["FunctionArn"]
        kept = function.get("provisioned_concurrency", {})
        listed = [{**document, "FunctionArn": f"{arn}:{each}"} for each, document in sorted(kept.items())]
        return json_response({"ProvisionedConcurrencyConfigs": listed})

    return get


def _updating(original: Callable[..., Any]) -> Callable[..., Any]:
    """A changed mapping passes through a transitional state, in which it cannot be changed again."""

    def update(mapping_id: str, data: dict[str, Any]) -> Any:
        mapping = lambda_svc._esms.get(mapping_id)
        if mapping and mapping["State"] not in ("Enabled", "Disabled"):
            message = "Cannot update the event source mapping because it is in use."
            return error_response_json("ResourceInUseException", message, 400)
        before = mapping["Enabled"] if mapping else None
        answer = original(mapping_id, data)
        if not mapping or answer[0] >= 400:  # noqa: PLR2004  # HTTP's errors
            return answer
        reached, after = mapping["State"], mapping["Enabled"]
        mapping["State"] = "Updating" if before == after else "Enabling" if after else "Disabling"
        threading.Timer(MAPPING_UPDATE_SECONDS, mapping.update, [{"State": reached}]).start()
        return lambda_svc.json_response(lambda_svc._esm_response(mapping), 202)

    return update
