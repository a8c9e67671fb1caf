"""What AWS refuses and MiniStack accepts: the sandbox refuses it too, always.

Loaded by :mod:`lambda_migrate.sandbox.ministack.additions`. Codes and statuses are those of the API references of
Lambda, EventBridge and API Gateway V2.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any
from uuid import UUID

from ministack.core.responses import error_response_json, get_account_id, get_region
from ministack.services import apigateway, eventbridge, lambda_svc

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_LATEST = "$LATEST"
_BUSY = "The operation cannot be performed at this time. An update is in progress for resource: "


def install() -> None:
    """Add everything to the MiniStack of this process."""
    for name in ("_update_config", "_update_code"):
        setattr(lambda_svc, name, _waiting_for_nobody(getattr(lambda_svc, name)))
    lambda_svc._create_alias = _to_versions_that_exist(lambda_svc._create_alias)
    lambda_svc._update_alias = _to_versions_that_exist(lambda_svc._update_alias)
    lambda_svc._put_provisioned_concurrency = _without_weights(lambda_svc._put_provisioned_concurrency)
    lambda_svc._delete_function = _keeping_what_weights_name(lambda_svc._delete_function)
    lambda_svc._get_policy = _with_a_revision(lambda_svc._get_policy)
    lambda_svc._add_permission = _conditioned(lambda_svc._add_permission, lambda _name, data, *_rest: data)
    lambda_svc._remove_permission = _conditioned(
        lambda_svc._remove_permission, lambda _name, _sid, query, *_rest: query
    )
    lambda_svc._create_esm = _once(lambda_svc._create_esm)
    lambda_svc._put_event_invoke_config = _to_somewhere(lambda_svc._put_event_invoke_config)
    eventbridge._delete_rule = _without_targets(eventbridge._delete_rule)
    apigateway._delete_integration = _unused(apigateway._delete_integration)
    apigateway._create_route = _of_its_own_key(apigateway._create_route)


def _conflict(message: str) -> Any:
    return error_response_json("ResourceConflictException", message, 409)


def _invalid(message: str) -> Any:
    return error_response_json("InvalidParameterValueException", message, 400)


def _waiting_for_nobody(original: Callable[..., Any]) -> Callable[..., Any]:
    """A function that is being updated is not updated again."""

    def update(name: str, data: dict[str, Any]) -> Any:
        config = (lambda_svc._functions.get(name) or {}).get("config", {})
        if config.get("LastUpdateStatus") == "InProgress" or config.get("State") == "Pending":
            return _conflict(_BUSY + config["FunctionArn"])
        return original(name, data)

    return update


def _to_versions_that_exist(original: Callable[..., Any]) -> Callable[..., Any]:
    """An alias names versions that exist; with weights it names none that changes, and has nothing provisioned."""

    def write(name: str, *arguments: Any) -> Any:
        function, data = lambda_svc._functions.get(name), arguments[-1]
        if function is None:
            return original(name, *arguments)
        alias = {"FunctionVersion": None, **function.get("aliases", {}).get(arguments[0] if arguments[1:] else "", {})}
        wanted = alias | data
        weights = (wanted.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}
        named = [str(version) for version in (wanted["FunctionVersion"], *weights) if version]
        for version in named:
            if version != _LATEST and version not in function.get("versions", {}):
                arn = f"{function['config']['FunctionArn']}:{version}"
                return error_response_json("ResourceNotFoundException", f"Function not found: {arn}", 404)
        if weights and _LATEST in named:
            return _invalid(f"{_LATEST} is not supported for an alias pointing to more than 1 version")
        if weights and function.get("provisioned_concurrency", {}).get(wanted.get("Name")):
            return _invalid("Alias with weights can not be used with Provisioned Concurrency")
        return original(name, *arguments)

    return write


def _without_weights(original: Callable[..., Any]) -> Callable[..., Any]:
    """Nothing is provisioned for an alias with weights, nor for what is not published."""

    def put(name: str, qualifier: str, data: dict[str, Any]) -> Any:
        alias = (lambda_svc._functions.get(name) or {}).get("aliases", {}).get(qualifier, {})
        if (alias.get("RoutingConfig") or {}).get("AdditionalVersionWeights"):
            return _invalid("Alias with weights can not be used with Provisioned Concurrency")
        if _LATEST in (qualifier, alias.get("FunctionVersion")):
            return _invalid("Provisioned Concurrency Configs cannot be applied to unpublished function versions.")
        return original(name, qualifier, data)

    return put


def _keeping_what_weights_name(original: Callable[..., Any]) -> Callable[..., Any]:
    """A version is not deleted while the weights of an alias name it; MiniStack looks at its main version alone."""

    def delete(name: str, query: dict[str, Any], in_path: str | None = None) -> Any:
        version = lambda_svc._qualifier_from_path_or_query(in_path, query)
        aliases = (lambda_svc._functions.get(name) or {}).get("aliases", {})
        naming = [
            alias
            for alias, document in aliases.items()
            if version in ((document.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {})
        ]
        if version and naming:
            return _conflict(f"Unable to delete version because the following aliases reference it: {naming}")
        return original(name, query, in_path)

    return delete


def _with_a_revision(original: Callable[..., Any]) -> Callable[..., Any]:
    """A policy has a revision of its own, which changes with it and with nothing else."""

    def get(*arguments: Any) -> Any:
        status, headers, body = original(*arguments)
        document = json.loads(body)
        if "Policy" in document:
            document["RevisionId"] = _revision(document["Policy"])
        return status, headers, json.dumps(document).encode()

    return get


def _revision(policy: str) -> str:
    return str(UUID(bytes=hashlib.sha256(policy.encode()).digest()[:16]))


def _conditioned(original: Callable[..., Any], condition: Callable[..., dict[str, Any]]) -> Callable[..., Any]:
    """A policy is changed on condition that it has the revision that the caller has seen."""

    def change(name: str, *arguments: Any) -> Any:
        wanted = condition(name, *arguments).get("RevisionId")
        wanted = wanted[0] if isinstance(wanted, list) else wanted
        if wanted:
            query, in_path = (*arguments[1:], None, None)[:2]
            _, _, body = lambda_svc._get_policy(name, query, in_path)
            if json.loads(body).get("RevisionId") not in (None, wanted):
                message = "The RevisionId provided does not match the latest RevisionId. Call GetPolicy to retrieve it."
                return error_response_json("PreconditionFailedException", message, 412)
        return original(name, *arguments)

    return change


def _once(original: Callable[..., Any]) -> Callable[..., Any]:
    """A function takes from a source by one mapping only."""

    def create(data: dict[str, Any]) -> Any:
        source, function = data.get("EventSourceArn"), data.get("FunctionName", "")
        for mapping in lambda_svc._esms.values():
            if source and mapping.get("EventSourceArn") == source and mapping.get("FunctionArn") == _arn(function):
                message = f"The event source {source} and function {function} provided mapping already exists."
                return _conflict(f"{message} Please update or delete the existing mapping with UUID {mapping['UUID']}")
        return original(data)

    return create


def _to_somewhere(original: Callable[..., Any]) -> Callable[..., Any]:
    """A destination that is named says where; Put refuses some of what GetFunctionEventInvokeConfig shows."""

    def put(name: str, qualifier: str | None, data: dict[str, Any]) -> Any:
        for end, where in (data.get("DestinationConfig") or {}).items():
            if not where.get("Destination"):
                return _invalid(f"The destination of {end} must not be empty.")
        return original(name, qualifier, data)

    return put


def _arn(function: str) -> str:
    """Return the ARN of a function that is named in any way."""
    if function.startswith("arn:"):
        return function
    return f"arn:aws:lambda:{get_region()}:{get_account_id()}:function:{function}"


def _without_targets(original: Callable[..., Any]) -> Callable[..., Any]:
    def delete(data: dict[str, Any]) -> Any:
        key = eventbridge._rule_key(data.get("Name"), data.get("EventBusName", "default"))
        if eventbridge._targets.get(key):
            return error_response_json("ValidationException", "Rule can't be deleted since it has targets.", 400)
        return original(data)

    return delete


def _unused(original: Callable[..., Any]) -> Callable[..., Any]:
    """An integration is not deleted while a route leads to it."""

    def delete(api_id: str, integration_id: str) -> Any:
        if any(route.get("target") == f"integrations/{integration_id}" for route in _routes(api_id)):
            message = f"Cannot delete Integration '{integration_id}' because it is referenced by a Route."
            return apigateway._apigw_error("ConflictException", message, 409)
        return original(api_id, integration_id)

    return delete


def _of_its_own_key(original: Callable[..., Any]) -> Callable[..., Any]:
    def create(api_id: str, data: dict[str, Any]) -> Any:
        key = data.get("routeKey")
        if any(route.get("routeKey") == key for route in _routes(api_id)):
            return apigateway._apigw_error(
                "ConflictException", f"Route with key {key} already exists for this API", 409
            )
        return original(api_id, data)

    return create


def _routes(api_id: str) -> Iterator[dict[str, Any]]:
    yield from apigateway._routes.get(api_id, {}).values()
