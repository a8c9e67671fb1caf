"""The parts that each request's event and each answer have: filling them in where they are missing changes nothing."""

from __future__ import annotations

import ast
from typing import Any

# Parts of an event that only HTTP requests have: a test of their values looks at the request itself.
OF_REQUESTS = frozenset(
    {
        "headers", "multiValueHeaders", "httpMethod", "path", "rawPath", "routeKey", "requestContext", "body",
        "queryStringParameters", "rawQueryString", "pathParameters", "cookies", "isBase64Encoded", "resource",
    }
)  # fmt: skip
# What every answer of an adapter has.
OF_ANSWERS = frozenset({"headers", "statusCode", "body", "isBase64Encoded"})
# What API Gateway, a function URL or a load balancer puts into each event, so that it is never missing.
OF_EVERY_REQUEST = frozenset(
    {
        "sourceIp", "protocol", "userAgent", "http", "requestContext", "resource", "version", "stage", "identity",
        "method", "path", "rawPath", "httpMethod", "headers", "isBase64Encoded", "rawQueryString", "requestId",
    }
)  # fmt: skip


def is_filled_in(branch: ast.If, event: str) -> bool:
    """Return whether a branch only adds, empties or decodes what requests and answers have in that form anyway.

    Args:
        branch: a statement of a handler, without an `else`.
        event: name of the parameter that holds the event.
    """
    return (
        _fills_in_what_is_there(branch, event)
        or fills_in_parts(branch)
        or _decodes_the_body(branch)
        or _empties_what_is_missing(branch, event)
    )


def fills_in_parts(branch: ast.If) -> bool:
    """Return whether a part that each request's event has is added where it is missing: `if "protocol" not in http`."""
    test = branch.test
    if branch.orelse or not isinstance(test, ast.Compare) or not isinstance(test.ops[0], ast.NotIn):
        return False
    part, whole = test.left, ast.unparse(test.comparators[0])
    if not isinstance(part, ast.Constant) or part.value not in OF_EVERY_REQUEST:
        return False
    return all(
        isinstance(each, ast.Assign)
        and isinstance(each.targets[0], ast.Subscript)
        and ast.unparse(each.targets[0]) == f"{whole}[{part.value!r}]"
        for each in branch.body
    )


def _decodes_the_body(branch: ast.If) -> bool:
    """Return whether the body is decoded that an adapter decodes: `if event.get("isBase64Encoded")`."""
    if not any(isinstance(part, ast.Constant) and part.value == "isBase64Encoded" for part in ast.walk(branch.test)):
        return False
    return all(
        isinstance(each, ast.Assign)
        and isinstance(each.targets[0], ast.Subscript)
        and isinstance(each.targets[0].slice, ast.Constant)
        and each.targets[0].slice.value in {"body", "isBase64Encoded"}
        for each in branch.body
    )


def fills_in(call: ast.Call) -> bool:
    """Return whether a part that is always there is given a value in case it is not: `answer.setdefault(…)`."""
    if not isinstance(call.func, ast.Attribute) or call.func.attr != "setdefault" or not call.args:
        return False
    part = call.args[0]
    known = isinstance(part, ast.Constant) and part.value in OF_REQUESTS | OF_ANSWERS
    return known and isinstance(call.func.value, ast.Name)


def _empties_what_is_missing(branch: ast.If, event: str) -> bool:
    """Return whether parts of the event that are not there are made empty: `if not event.get("headers")`."""
    parts = {part.value for part in ast.walk(branch.test) if isinstance(part, ast.Constant)} - {None}
    if len(parts) != 1 or not any(isinstance(part, (ast.Not, ast.NotIn, ast.Is)) for part in ast.walk(branch.test)):
        return False
    return all(isinstance(each, ast.Assign) and _is_made_empty(each, parts, event) for each in branch.body)


def _is_made_empty(statement: ast.Assign, parts: set[Any], event: str) -> bool:
    value = statement.value
    empty = (
        (isinstance(value, ast.Constant) and not value.value)
        or (isinstance(value, ast.Dict) and not value.keys)
        or (isinstance(value, ast.List) and not value.elts)
    )
    return empty and all(
        isinstance(target, ast.Subscript)
        and isinstance(target.value, ast.Name)
        and (target.value.id == event or parts <= OF_ANSWERS)
        and isinstance(target.slice, ast.Constant)
        and target.slice.value in parts
        for target in statement.targets
    )


def _fills_in_what_is_there(branch: ast.If, event: str) -> bool:
    """Return whether a part is added that each answer, or each request's event, has: `if "headers" not in answer`."""
    test = branch.test
    if not isinstance(test, ast.Compare) or not isinstance(test.ops[0], ast.NotIn) or len(test.ops) > 1:
        return False
    part, answer = test.left, test.comparators[0]
    if _is_of_the_request_context(answer, event):
        return all(isinstance(each, ast.Assign) for each in branch.body)
    return (
        isinstance(part, ast.Constant)
        and part.value in OF_ANSWERS
        and isinstance(answer, ast.Name)
        and answer.id != event
    )


def _is_of_the_request_context(node: ast.expr, event: str) -> bool:
    """Return whether a value is `event["requestContext"]` or below it, which API Gateway fills in for each request."""
    keys: list[object] = []
    while isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        keys.append(node.slice.value)
        node = node.value
    return keys[-1:] == ["requestContext"] and isinstance(node, ast.Name) and node.id == event
