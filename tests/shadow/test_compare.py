"""Two answers to the same event: what differs is told, and nothing else."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

import pytest

from lambda_migrate.shadow.answer import Answer, answer_of
from lambda_migrate.shadow.compare import Difference, differences


def response(body: Any = None, status: int = 200, **more: Any) -> Answer:
    value = {"statusCode": status, "headers": {"Content-Type": "application/json"}, **more}
    if body is not None:
        value["body"] = body if isinstance(body, str) else json.dumps(body)
    return answer_of(json.dumps(value).encode(), "", 1.0, request=True)


def test_a_response_is_taken_apart_as_a_caller_sees_it() -> None:
    value = {
        "statusCode": 201,
        "headers": {"Content-Type": "text/plain", "X-Tag": "one"},
        "multiValueHeaders": {"X-Tag": ["one", "two"], "Set-Cookie": ["b=2; Path=/"]},
        "cookies": ["a=1"],
        "body": base64.b64encode(b"\xff\x00").decode(),
        "isBase64Encoded": True,
    }

    assert answer_of(json.dumps(value).encode(), "", 5.0, request=True) == Answer(
        "response",
        201,
        (("content-type", ("text/plain",)), ("x-tag", ("one", "two"))),
        (("a", "1"), ("b", "2; Path=/")),
        "binary",
        hashlib.sha256(b"\xff\x00").hexdigest(),
        5.0,
    )


@pytest.mark.parametrize(
    ("payload", "error", "answer"),
    [
        (b'{"errorType": "KeyError", "errorMessage": "secret"}', "Unhandled", Answer("error", body="KeyError")),
        (b"", "", Answer("value")),
        (b'{"batchItemFailures": []}', "", Answer("value", body={"batchItemFailures": []})),
    ],
)
def test_what_an_event_comes_to_is_a_value_or_the_class_of_an_error(payload: bytes, error: str, answer: Answer) -> None:
    assert answer_of(payload, error, 0.0, request=False) == answer


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (response({"a": 1, "b": 2}), response('{"b": 2.0, "a": 1}'), []),
        (response(status=200), response(status=404), [Difference("status", "value", "200", "404")]),
        (response({"a": None}), response({}), [Difference("$.a", "missing", "null")]),
        (response({}), response({"a": None}), [Difference("$.a", "added", "", "null")]),
        (response({"a": 1}), response({"a": "1"}), [Difference("$.a", "type", "1", "1")]),
        (response({"a": True}), response({"a": 1}), [Difference("$.a", "type", "true", "1")]),
        (response([1, 2]), response([2, 1]), [Difference("$", "order", "[1, 2]", "[2, 1]")]),
        (response([1]), response([1, 2]), [Difference("$", "length", "1", "2")]),
        (
            response({"items": [{"price": 1}, {"price": 2}]}),
            response({"items": [{"price": 1}, {"price": 3}]}),
            [Difference("$.items[].price", "value", "2", "3")],
        ),
        (response("plain"), response("other"), [Difference("body", "value", "plain", "other")]),
        (response({"a": 1}), response("plain"), [Difference("body", "type", "json", "text")]),
        (
            response({}, headers={"ETag": "1"}),
            response({}, headers={}),
            [Difference("header:etag", "missing", '["1"]')],
        ),
        (
            response({}, cookies=["session=secret-1"]),
            response({}, cookies=["session=secret-2"]),
            [Difference("cookie:session", "value", "…", "…")],
        ),
        (Answer("error", body="KeyError"), Answer("error", body="KeyError"), []),
        (
            Answer("error", body="KeyError"),
            Answer("error", body="ValueError"),
            [Difference("error", "value", "KeyError", "ValueError")],
        ),
        (response({}), Answer("error", body="KeyError"), [Difference("answer", "type", "response", "error KeyError")]),
        (
            Answer("value", body={"batchItemFailures": [{"itemIdentifier": "1"}]}),
            Answer("value", body={"batchItemFailures": []}),
            [Difference("$.batchItemFailures", "length", "1", "0")],
        ),
    ],
)
def test_each_difference_is_told_and_nothing_else(one: Answer, other: Answer, expected: list[Difference]) -> None:
    assert list(differences(one, other)) == expected


def test_a_body_that_is_deeper_than_anybody_nests_is_compared_as_a_whole() -> None:
    def nested(leaf: int) -> Any:
        value: Any = leaf
        for _ in range(200):
            value = {"a": value}
        return value

    (difference,) = differences(response(nested(1)), response(nested(2)))

    assert (difference.path.count(".a"), difference.what) == (61, "value")


def test_what_may_be_a_secret_in_a_body_is_compared_and_never_shown() -> None:
    one, other = ({"access_token": f"a1B2c3D4e5F6g7H8-{each}", "id": f"i{each}"} for each in (1, 2))

    assert sorted(differences(response(one), response(other)), key=lambda each: each.path) == [
        Difference("$.access_token", "value", "…", "…"),
        Difference("$.id", "value", "i1", "i2"),
    ]
    assert list(differences(response({"user": one}), response({}))) == [Difference("$.user", "missing", "…")]
    headers = [response({}, headers={"X-Auth-Token": each}) for each in ("1", "2")]
    assert list(differences(*headers)) == [Difference("header:x-auth-token", "value", "…", "…")]


@pytest.mark.parametrize("odd", [{"statusCode": None}, {"statusCode": 200, "multiValueHeaders": {"a": None}}])
def test_an_answer_of_a_form_that_nobody_takes_is_a_value(odd: dict[str, Any]) -> None:
    assert answer_of(json.dumps(odd).encode(), "", 1.0, request=True) == Answer("value", body=odd, milliseconds=1.0)
