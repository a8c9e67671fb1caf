"""What an account withholds: keys that are gone, roles without a boundary, queues that are too quick, plain policies.

Loaded by :mod:`lambda_migrate.sandbox.ministack.unkind`, whose settings say what holds.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ministack.core.responses import error_response_json, get_account_id
from ministack.services import iam, lambda_svc, sqs

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_migrate.sandbox.unkindness import Unkindness

    Current = Callable[[], Unkindness]

_OK = 200
_UNDECRYPTED = {
    "ErrorCode": "AccessDeniedException",
    "Message": (
        "Lambda was unable to decrypt the environment variables because KMS access was denied."
        " Please check the function's KMS key settings."
    ),
}
"""What stands in place of the variables (EnvironmentResponse, Lambda API reference)."""


def install(current: Current) -> None:
    """Add everything to the MiniStack of this process.

    Args:
        current: Returns the settings in force.
    """
    lambda_svc._list_versions = _with_lost_keys(lambda_svc._list_versions, current)
    lambda_svc._get_function_config = _with_lost_keys(lambda_svc._get_function_config, current)
    lambda_svc._get_policy = _with_foreign_statements(lambda_svc._get_policy, current)
    lambda_svc._create_esm = _checking_the_queue(lambda_svc._create_esm, current)
    lambda_svc._update_esm = _checking_the_queue(lambda_svc._update_esm, current)
    iam._IAM_HANDLERS["CreateRole"] = _bounded(iam._IAM_HANDLERS["CreateRole"], current)


def _with_lost_keys(original: Callable[..., Any], current: Current) -> Callable[..., Any]:
    """The environments of the oldest versions cannot be decrypted: AWS shows an error in place of their variables."""

    def shown(name: str, *arguments: Any, **options: Any) -> Any:
        status, headers, body = original(name, *arguments, **options)
        versions = sorted((lambda_svc._functions.get(name) or {}).get("versions", {}), key=int)
        lost = set(versions[: current().keys_lost])
        if not lost or status != _OK:
            return status, headers, body
        document = json.loads(body)
        for each in document.get("Versions", [document]):
            if each.get("Version") in lost and each.get("Environment"):
                each["Environment"] = {"Error": _UNDECRYPTED}
        return status, headers, json.dumps(document).encode()

    return shown


def _with_foreign_statements(original: Callable[..., Any], current: Current) -> Callable[..., Any]:
    """PutResourcePolicy takes any statement: without a name, of several principals, one that denies."""

    def get(*arguments: Any) -> Any:
        status, headers, body = original(*arguments)
        if status != _OK or not current().foreign_statements:
            return status, headers, body
        document = json.loads(body)
        policy = json.loads(document["Policy"])
        account = f"arn:aws:iam::{get_account_id()}"
        common = {"Action": ["lambda:InvokeFunction"], "Resource": policy["Statement"][0]["Resource"]}
        roles = [f"{account}:role/nightly", f"{account}:role/weekly"]
        policy["Statement"] += [
            {"Effect": "Allow", "Principal": {"AWS": roles}, **common},
            {"Sid": "not-them", "Effect": "Deny", "Principal": {"AWS": f"{account}:role/guests"}, **common},
        ]
        document["Policy"] = json.dumps(policy)
        return status, headers, json.dumps(document).encode()

    return get


def _checking_the_queue(original: Callable[..., Any], current: Current) -> Callable[..., Any]:
    """A mapping is refused whose queue shows a message again before the function has to be done with it.

    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
    """

    def write(*arguments: Any) -> Any:
        data = arguments[-1]
        mapping = lambda_svc._esms.get(arguments[0], {}) if arguments[1:] else data
        queue = sqs._queue_by_arn(mapping.get("EventSourceArn", "")) if current().visibility_checked else None
        if queue is not None:
            name, _qualifier = lambda_svc._resolve_request_scoped_name_and_qualifier(
                data.get("FunctionName") or mapping.get("FunctionArn", "")
            )
            timeout = int((lambda_svc._functions.get(name) or {"config": {}})["config"].get("Timeout", 0))
            visible = int(queue["attributes"].get("VisibilityTimeout", 30))
            if visible < timeout:
                message = (
                    f"Queue visibility timeout: {visible} seconds is less than Function timeout: {timeout} seconds"
                )
                return error_response_json("InvalidParameterValueException", message, 400)
        return original(*arguments)

    return write


def _bounded(original: Callable[..., Any], current: Current) -> Callable[..., Any]:
    """An account's rules let nobody make a role that no boundary limits."""

    def create(parameters: dict[str, Any]) -> Any:
        if current().roles_bounded and not iam._p(parameters, "PermissionsBoundary"):
            role = f"arn:aws:iam::{get_account_id()}:role/{iam._p(parameters, 'RoleName')}"
            text = f"User is not authorized to perform: iam:CreateRole on resource: {role} with an explicit deny"
            return iam._error(403, "AccessDenied", text)
        return original(parameters)

    return create
