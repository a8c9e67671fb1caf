"""Answers of AWS, held to the service's model before anybody reads them.

botocore believes what it is sent: a list where the model has a string goes through to whoever asks, and fails there as
something that nobody foresaw. Here it fails by name: which call, which member, what it is and what it should be.
"""

from __future__ import annotations

import json
import math
import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from lambda_migrate.errors import NoAnswer

if TYPE_CHECKING:
    from collections.abc import Callable

DEEPEST = 100
"""Levels of lists and structures in an answer; the deepest of AWS that we read has twelve."""

_DECODED = frozenset({"policyDocumentType", "policyDocument"})
"""Texts of IAM that botocore has made documents of."""

_LARGEST = 2**63
_HINT = "is that an AWS endpoint? check `--endpoint-url` and HTTPS_PROXY, then run the same command again"
_STRINGS = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_BRACKETS = bytes(byte for byte in range(256) if byte not in b"[]{}")
_TAGS = re.compile(rb"<(/?)[A-Za-z_](?:[^<>]*[^<>/])?(/?)>")
_NAMES = {list: "a list", str: "text", bool: "true or false", type(None): "null", datetime: "a time"}


class Answer(dict[str, Any]):
    """A structure or map in an answer: a member that is asked for and is not there is an error that names it."""

    call: str = ""
    path: str = ""

    def __missing__(self, name: str) -> Any:
        """Refuse.

        Raises:
            NoAnswer: Always.
        """
        raise NoAnswer(f"{self.call} answered without `{self.path}{name}`", operation=self.call, hint=_HINT)


def require_readable(body: bytes, *, call: str, as_json: bool) -> None:
    """Refuse the body of an answer that no parser should see, or that is not JSON where it has to be.

    Raises:
        NoAnswer: It is nested too deep, or is not JSON.
    """
    if (_json_depth(body) if as_json else _xml_depth(body)) > DEEPEST:
        raise unreadable(call, f"it is nested deeper than {DEEPEST} levels")
    if as_json and body.strip():
        try:
            json.loads(body)
        except UnicodeDecodeError as error:
            raise unreadable(call, "it is not UTF-8") from error
        except ValueError as error:
            raise unreadable(call, f"it is not JSON: {str(error).partition(';')[0][:80]}") from error


def document(text: str, call: str, member: str) -> Any:
    """Return what the JSON in a text of an answer says, a structure with the checks of an answer's.

    Args:
        text: The JSON.
        call: ``lambda:GetPolicy``.
        member: Where it stands in the answer, ``Policy``.

    Raises:
        NoAnswer: It is not JSON, or nested too deep, or holds numbers or texts that cannot be written down.
    """
    body = text.encode()
    if _json_depth(body) > DEEPEST:
        raise unreadable(call, f"`{member}` is nested deeper than {DEEPEST} levels")
    try:
        return _plain(json.loads(body), call, member)
    except ValueError as error:
        raise unreadable(call, f"`{member}` is not JSON") from error


def _plain(value: Any, call: str, path: str) -> Any:
    """Return a part of a JSON document, its structures as answers."""
    if isinstance(value, dict):
        answer = Answer((name, _plain(item, call, f"{path}.{name}")) for name, item in value.items())
        answer.call, answer.path = call, f"{path}."
        return answer
    if isinstance(value, list):
        return [_plain(item, call, f"{path}[{place}]") for place, item in enumerate(value)]
    if isinstance(value, str) and not _is_text(value):
        raise unreadable(call, f"`{path}` is half a character, not text")
    return value


def statements(answer: dict[str, Any], call: str = "lambda:GetPolicy") -> list[Any]:
    """Return the statements of the policy in an answer, each with the members that the IAM user guide gives it.

    Args:
        answer: Holds ``Policy``, as text.
        call: What was asked.

    Raises:
        NoAnswer: It is not a policy.
    """
    policy = document(answer["Policy"], call, "Policy")
    _require(policy, dict, "a policy", call, "Policy")
    listed = policy["Statement"]
    _require(listed, list, "a list", call, "Policy.Statement")
    for place, each in enumerate(listed):
        path = f"Policy.Statement[{place}]"
        _require(each, dict, "a statement", call, path)
        _require_statement(each, call, path)
    return list(listed)


def _require_statement(statement: dict[str, Any], call: str, path: str) -> None:
    for name in ("Sid", "Effect"):
        _require(statement.get(name, ""), str, "text", call, f"{path}.{name}")
    for name in ("Action", "Resource"):
        _require_texts(statement.get(name, ""), call, f"{path}.{name}")
    principal = statement["Principal"]
    for kind, value in principal.items() if isinstance(principal, dict) else [("", principal)]:
        _require_texts(value, call, f"{path}.Principal{f'.{kind}' if kind else ''}")
    conditions = statement.get("Condition") or {}
    _require(conditions, dict, "a structure", call, f"{path}.Condition")
    for operator, keys in conditions.items():
        _require(keys, dict, "a structure", call, f"{path}.Condition.{operator}")
        for key, value in keys.items():
            if not isinstance(value, bool):
                _require_texts(value, call, f"{path}.Condition.{operator}.{key}")


def _require_texts(value: Any, call: str, path: str) -> None:
    """Refuse what is neither a text nor a list of them."""
    for each in value if isinstance(value, list) else [value]:
        _require(each, str, "text", call, path)


def unreadable(call: str, why: str) -> NoAnswer:
    """Return the error that an answer cannot be read."""
    return NoAnswer(f"the answer to {call} cannot be read: {why}", operation=call, hint=_HINT)


def checked(value: Any, shape: Any, call: str, path: str = "") -> Any:
    """Return an answer, or a part of one, that is what the model says.

    Args:
        value: What botocore made of it.
        shape: botocore's shape of it; None where the model has none.
        call: ``lambda:GetAlias``.
        path: Where it stands in the answer, ``RoutingConfig.AdditionalVersionWeights``.

    Raises:
        NoAnswer: A member is of another type than the model says, or no text or number that can be written down.
    """
    if shape is None or getattr(shape, "is_document_type", False) or getattr(shape, "eventstream", False):
        return value
    if shape.serialization.get("jsonvalue") or shape.name in _DECODED:
        if not _is_json(value):
            raise unreadable(call, f"`{path}` is not JSON")
        return value
    match shape.type_name:
        case "structure":
            _require(value, dict, "a structure", call, path)
            # as botocore does with null; it says None itself where a bucket in us-east-1 has no region
            there = {name: item for name, item in value.items() if item is not None}
            return _named_members(there, shape.members.get, call, path)
        case "list":
            _require(value, list, "a list", call, path)
            return [checked(item, shape.member, call, f"{path}[{place}]") for place, item in enumerate(value)]
        case "map":
            _require(value, dict, "a map", call, path)
            return _named_members(value, lambda _name: shape.value, call, path)
        case kind:
            problem = _scalar_problem(value, kind)
            if problem:
                raise unreadable(call, f"`{path}` is {_named(value)}, not {problem}")
            return value


def _named_members(value: dict[str, Any], shape_of: Callable[[str], Any], call: str, path: str) -> Answer:
    start = f"{path}." if path else ""
    answer = Answer()
    for name, item in value.items():
        problem = _scalar_problem(name, "string")
        if problem:
            raise unreadable(call, f"a name in `{path}` is {_named(name)}, not {problem}")
        answer[name] = checked(item, shape_of(name), call, f"{start}{name}")
    answer.call, answer.path = call, start
    return answer


def _require(value: Any, kind: type, name: str, call: str, path: str) -> None:
    if not isinstance(value, kind):
        raise unreadable(call, f"{f'`{path}`' if path else 'it'} is {_named(value)}, not {name}")


def _scalar_problem(value: Any, kind: str) -> str:
    """Return what a value should be and is not; "" where it is."""
    if kind in ("integer", "long"):
        whole = isinstance(value, int) and not isinstance(value, bool)
        return "" if whole and -_LARGEST <= value < _LARGEST else "a whole number of 64 bits"
    if kind in ("float", "double"):
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return "" if number and abs(value) < math.inf else "a number"
    if kind == "boolean":
        return "" if isinstance(value, bool) else "true or false"
    if kind == "timestamp":
        return "" if isinstance(value, datetime) else "a time"
    if kind in ("string", "character"):
        return "" if isinstance(value, str) and _is_text(value) else "text"
    return ""


def _is_json(value: Any) -> bool:
    if isinstance(value, dict):
        return all(isinstance(name, str) and _is_json(item) for name, item in value.items())
    if isinstance(value, list):
        return all(map(_is_json, value))
    return value is None or isinstance(value, str | int | float)


def _is_text(value: str) -> bool:
    """Return whether text can be written down: JSON may hold halves of characters."""
    if value.isascii():
        return True
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _named(value: Any) -> str:
    if isinstance(value, str) and not _is_text(value):
        return "half a character"
    if isinstance(value, dict):
        return "a structure"
    return _NAMES.get(type(value), "a number" if isinstance(value, int | float) else "something else")


def _json_depth(body: bytes) -> int:
    if body.count(b"[") + body.count(b"{") <= DEEPEST:
        return 0
    depth = deepest = 0
    for byte in _STRINGS.sub(b"", body).translate(None, _BRACKETS):
        depth += 1 if byte in b"[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _xml_depth(body: bytes) -> int:
    if body.count(b"<") <= DEEPEST:
        return 0
    depth = deepest = 0
    for end, alone in _TAGS.findall(body):
        depth += 0 if alone else -1 if end else 1
        deepest = max(deepest, depth)
    return deepest
