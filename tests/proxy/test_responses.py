"""R and E: the caller of the function gets the shape that it expects."""

from __future__ import annotations

import base64
import gzip
import json
from typing import TYPE_CHECKING

import pytest

from tests.events import requests
from tests.proxy.answering import TEXT, Serve, result
from tests.proxy.service import Received, Service, answer, function

if TYPE_CHECKING:
    import socket


def test_rest_gets_every_header_in_the_one_map_with_lists_and_no_other_key(serve: Serve) -> None:
    headers = (*TEXT, ("set-cookie", "a=1"), ("set-cookie", "b=2"), ("vary", "a"), ("vary", "b"))

    for make in (requests.rest_api, requests.http_api_1):
        assert result(serve, make(), answer(b"hi", "201 Created", headers)) == {
            "statusCode": 201,
            "multiValueHeaders": {"content-type": ["text/plain"], "set-cookie": ["a=1", "b=2"], "vary": ["a", "b"]},
            "body": "hi",
            "isBase64Encoded": False,
        }


def test_payload_2_gets_joined_headers_and_cookies_of_their_own(serve: Serve) -> None:
    headers = (
        *TEXT,
        ("set-cookie", "a=1"),
        ("Set-Cookie", "b=2; Expires=Mon, 23 Nov 2026"),
        ("vary", "a"),
        ("vary", "b"),
    )

    for make in (requests.http_api_2, requests.function_url):
        assert result(serve, make(), answer(b"hi", headers=headers)) == {
            "statusCode": 200,
            "headers": {"content-type": "text/plain", "vary": "a,b"},
            "cookies": ["a=1", "b=2; Expires=Mon, 23 Nov 2026"],
            "body": "hi",
            "isBase64Encoded": False,
        }


def test_a_load_balancer_gets_the_kind_of_map_that_it_sent(serve: Serve) -> None:
    headers = (*TEXT, ("set-cookie", "a=1"), ("set-cookie", "b=2"), ("set-cookie", "c=3"))
    rest = {"statusCode": 200, "body": "hi", "isBase64Encoded": False}

    assert result(serve, requests.alb_multi(), answer(b"hi", headers=headers)) == {
        **rest,
        "multiValueHeaders": {"content-type": ["text/plain"], "set-cookie": ["a=1", "b=2", "c=3"]},
    }
    assert result(serve, requests.alb(), answer(b"hi", headers=headers)) == {
        **rest,
        "headers": {"content-type": "text/plain", "set-cookie": "a=1", "Set-cookie": "b=2", "sEt-cookie": "c=3"},
    }


def test_more_values_than_casings_are_joined_into_the_last(serve: Serve) -> None:
    headers = (*tuple(("a1", str(number)) for number in range(5)), ("9", "x"), ("9", "y"))

    assert result(serve, requests.alb(), answer(headers=headers))["headers"] == {"a1": "0", "A1": "1,2,3,4", "9": "x,y"}


def test_lattice_gets_one_value_per_header_and_a_list_of_cookies(serve: Serve) -> None:
    headers = (*TEXT, ("set-cookie", "a=1"), ("set-cookie", "b=2"), ("vary", "a"), ("vary", "b"))

    assert result(serve, requests.lattice_2(), answer(b"hi", headers=headers)) == {
        "statusCode": 200,
        "headers": {"content-type": "text/plain", "set-cookie": ["a=1", "b=2"], "vary": "a,b"},
        "body": "hi",
        "isBase64Encoded": False,
    }
    assert result(serve, requests.lattice_1(), answer(b"hi", headers=headers))["headers"] == {
        "content-type": "text/plain",
        "set-cookie": "a=1",
        "Set-cookie": "b=2",
        "vary": "a",
        "Vary": "b",
    }


@pytest.mark.parametrize(
    ("content_type", "body", "encoded"),
    [
        ("text/html; charset=utf-8", "é".encode(), False),
        ("application/json", b"{}", False),
        ("application/vnd.api+json", b"{}", False),
        ("application/problem+json", b"{}", True),
        ("image/svg+xml", b"<svg/>", True),
        ("image/png", b"\x89PNG", True),
        ("text/plain; charset=latin-1", "é".encode("latin-1"), True),
        (None, b"plain", False),
        (None, b"\xff", True),
    ],
)
def test_a_body_is_text_by_its_type_and_only_if_it_is_utf_8(
    serve: Serve, content_type: str | None, body: bytes, encoded: bool
) -> None:
    headers = (("content-type", content_type),) if content_type else ()

    found = result(serve, requests.rest_api(), answer(body, headers=headers))

    expected = base64.b64encode(body).decode() if encoded else body.decode()
    assert (found["body"], found["isBase64Encoded"]) == (expected, encoded)


def test_other_text_types_replace_the_usual_ones(serve: Serve) -> None:
    def is_encoded(content_type: str) -> bool:
        reply = answer(b"x", headers=(("content-type", content_type),))
        found = result(serve, requests.alb(), reply, text_mime_types="application/problem+json, image/svg")
        return bool(found["isBase64Encoded"])

    assert [is_encoded(kind) for kind in ("application/problem+json", "image/svg+xml", "text/plain")] == [
        False,
        False,
        True,
    ]


@pytest.mark.parametrize(("coding", "encoded"), [("gzip", True), ("br", True), ("identity", False), ("", False)])
def test_a_compressed_body_goes_as_it_is_in_base64(serve: Serve, coding: str, encoded: bool) -> None:
    body = gzip.compress(b"text") if coding == "gzip" else b"looks like text"

    found = result(serve, requests.alb(), answer(body, headers=(*TEXT, ("content-encoding", coding))))

    raw = base64.b64decode(found["body"]) if encoded else found["body"].encode()
    assert (raw, found["isBase64Encoded"], found["headers"]["content-encoding"]) == (body, encoded, coding)


@pytest.mark.parametrize("status", ["204 No Content", "304 Not Modified"])
def test_no_body_means_no_body_and_no_invented_type(serve: Serve, status: str) -> None:
    reply = answer(status=status, headers=(("etag", '"1"'), ("content-length", "7")), length=False)

    assert result(serve, requests.http_api_2(), reply) == {
        "statusCode": int(status[:3]),
        "headers": {"etag": '"1"'},
        "body": "",
        "isBase64Encoded": False,
    }


def test_a_body_without_a_type_is_json_for_payload_2_as_it_always_was(serve: Serve) -> None:
    assert result(serve, requests.http_api_2(), answer(b"{}"))["headers"] == {"content-type": "application/json"}
    assert result(serve, requests.rest_api(), answer(b"{}"))["multiValueHeaders"] == {}


@pytest.mark.parametrize("status", ["302 Found", "404 Not Found", "418 I'm a Teapot", "500 Oops", "503 Busy", "599 X"])
def test_redirects_and_errors_of_the_service_are_answers(serve: Serve, status: str) -> None:
    found = result(serve, requests.alb(), answer(b"x", status, (*TEXT, ("location", "/elsewhere"))))

    assert (found["statusCode"], found["headers"]["location"], found["body"]) == (int(status[:3]), "/elsewhere", "x")


@pytest.mark.parametrize("status", ["101 Switching Protocols", "600 Odd", "099 Low", "2000 Long", "abc X", "-20 X"])
def test_what_is_no_final_status_is_a_bad_gateway(serve: Serve, status: str) -> None:
    assert result(serve, requests.alb(), answer(b"x", status))["statusCode"] == 502


def test_a_stream_is_awaited_to_its_end(serve: Serve) -> None:
    def stream(_received: Received, sock: socket.socket) -> bytes:
        sock.sendall(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n")
        for event in (b"data: 1\n\n", b"data: 2\n\n"):
            sock.sendall(b"%x\r\n%s\r\n" % (len(event), event))
        return b"0\r\n\r\n"

    assert function(serve(stream).url)(requests.http_api_2()) == {
        "statusCode": 200,
        "headers": {"content-type": "text/event-stream"},
        "body": "data: 1\n\ndata: 2\n\n",
        "isBase64Encoded": False,
    }


@pytest.mark.parametrize("door", requests.FRONT_DOORS)
def test_a_service_that_is_not_there_is_a_bad_gateway_in_every_shape(door: str) -> None:
    handle = function("http://127.0.0.1:1")

    found = handle(requests.FRONT_DOORS[door]())

    headers = found.get("headers") or {name: values[0] for name, values in found["multiValueHeaders"].items()}
    assert (found["statusCode"], found["isBase64Encoded"]) == (502, False)
    assert headers == {"content-type": "application/json", "x-lambda-proxy-error": "unreachable"}
    assert json.loads(found["body"]) == {"message": "Bad Gateway"}
    assert handle.told == [
        {
            "Failed": 1,
            "Fallback": 0,
            "Proxied": 0,
            "ServerErrors": 0,
            "Requests": 1,
            "ClientErrors": 0,
            "error": "unreachable",
            "kind": "alb" if door == "alb-multi" else door,
            "level": "ERROR",
            "message": "failed",
            "reason": "connection refused",
        }
    ]


def test_lambda_at_the_edge_is_refused_with_the_reason_in_its_own_shape(service: Service) -> None:
    found = function(service.url)(requests.edge())

    assert found == {
        "status": "400",
        "headers": {
            "content-type": [{"key": "content-type", "value": "application/json"}],
            "x-lambda-proxy-error": [{"key": "x-lambda-proxy-error", "value": "bad-request"}],
        },
        "body": json.dumps(
            {
                "message": "Bad Request",
                "detail": "Lambda@Edge cannot be proxied: functions at the edge have no environment variables, "
                "no layers and no VPC",
            }
        ),
        "bodyEncoding": "text",
    }
    assert service.received == []
