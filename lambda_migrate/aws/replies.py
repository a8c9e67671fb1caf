"""What comes back over the wire, looked at before botocore parses it."""

from __future__ import annotations

from typing import Any

from lambda_migrate.aws.answers import require_readable, unreadable
from lambda_migrate.aws.errors import SERVER_ERRORS, UNEXPECTED
from lambda_migrate.errors import AwsError

SUCCESS = 200
_JSON = ("json", "rest-json")
_PAGE = (b"<!doctype html", b"<html")


def require_reply(operation: Any, response: dict[str, Any], where: str) -> None:
    """Refuse what is not AWS's answer: a page, garbage, or nothing, which botocore may take for an empty one.

    Args:
        operation: botocore's model of the operation.
        response: ``status_code``, ``headers`` and ``body``, as botocore's event ``before-parse`` has them.
        where: What was called, for a person.

    Raises:
        AwsError: Something else than AWS answered.
        NoAnswer: The answer is empty, or no parser should see it.
    """
    status, body = response["status_code"], response["body"]
    if status >= SERVER_ERRORS or operation.has_streaming_output:
        return
    call = f"{operation.service_model.service_name}:{operation.name}"
    as_json = operation.service_model.resolved_protocol in _JSON
    kind, start = response["headers"].get("content-type", ""), body[:64].lstrip().lower()
    if "text/html" in kind or start.startswith(_PAGE) or (as_json and start and start[:1] != b"{"):
        raise AwsError(
            f"`{where}` gave an unexpected reply ({status}); is it an AWS endpoint?",
            operation=call,
            aws_code=UNEXPECTED,
            hint="something else answers there: check `--endpoint-url`, HTTPS_PROXY and the network's sign-in",
        )
    if as_json and not start and _says_something(operation, status):
        raise unreadable(call, "it is empty")
    require_readable(body, call=call, as_json=as_json)


def _says_something(operation: Any, status: int) -> bool:
    """Return whether AWS's answer to a call has a body: an empty one would be read as a list without items."""
    shape = operation.output_shape
    members = shape.members.values() if shape else ()
    return status == SUCCESS and any("location" not in each.serialization for each in members)
