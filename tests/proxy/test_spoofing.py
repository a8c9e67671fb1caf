"""Nobody reaches the service as someone else: neither through the proxy nor around it."""

from __future__ import annotations

import base64
import json
import random
import string
import time
import zlib
from typing import TYPE_CHECKING, Any

import pytest

from tests.events import requests
from tests.proxy.service import Received, Service, answer, function

if TYPE_CHECKING:
    from collections.abc import Callable

FORGED = {
    "x-lambda-migrate-key-id": "k1",
    "X-Lambda-Migrate-Context": "forged",
    "x-lambda-migrate-signature": "0" * 64,
    "x-lambda-migrate-timestamp": "1",
    "x-lambda-migrate-request-id": "0" * 32,
    "X-LAMBDA-MIGRATE-ANYTHING": "1",
}


def context_of(received: Received) -> dict[str, Any]:
    packed = received.headers["x-lambda-migrate-context"]
    if packed.startswith("{"):
        assert packed.isascii()
        assert packed.isprintable()
        return dict(json.loads(packed))
    document: dict[str, Any] = json.loads(zlib.decompress(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4))))
    return document


@pytest.mark.parametrize("door", requests.FRONT_DOORS)
def test_reserved_headers_of_a_client_never_get_through(service: Service, door: str) -> None:
    event = requests.FRONT_DOORS[door]()
    for name in ("headers", "multiValueHeaders"):
        if name in event:
            forged = {key: [value] for key, value in FORGED.items()} if name == "multiValueHeaders" else FORGED
            event[name] = {**event[name], **forged}

    function(service.url)(event)

    lines = [line for line in service.received[0].lines if line[0].startswith("x-lambda-migrate-")]
    assert [name for name, _ in lines] == [
        "x-lambda-migrate-key-id",
        "x-lambda-migrate-timestamp",
        "x-lambda-migrate-request-id",
        "x-lambda-migrate-content-sha256",
        "x-lambda-migrate-context",
        "x-lambda-migrate-signature",
    ]
    assert not {value for _, value in lines} & (set(FORGED.values()) - {"k1"})


@pytest.mark.parametrize(
    ("event", "client"),
    [
        (requests.rest_api(headers={"X-Forwarded-For": "10.0.0.1"}), requests.CLIENT),
        (requests.http_api_1(headers={"X-Forwarded-For": "10.0.0.1"}), requests.CLIENT),
        (requests.http_api_2(headers={"x-forwarded-for": "10.0.0.1"}), requests.CLIENT),
        (requests.function_url(headers={"x-forwarded-for": "10.0.0.1"}), requests.CLIENT),
        (requests.alb(headers={"x-forwarded-for": "10.0.0.1, 203.0.113.7"}), "203.0.113.7"),
        (requests.alb_multi(multiValueHeaders={"x-forwarded-for": ["10.0.0.1", "1.1.1.1,203.0.113.7"]}), "203.0.113.7"),
        (requests.lattice_1(headers={"x-forwarded-for": "10.0.0.1,203.0.113.7"}), "203.0.113.7"),
        (requests.lattice_2(headers={"x-forwarded-for": ["10.0.0.1", "203.0.113.7"]}), "203.0.113.7"),
        (requests.alb(headers={"x-forwarded-for": "198.51.100.9, 203.0.113.7:49152"}), "203.0.113.7"),
        (requests.alb(headers={"x-forwarded-for": "203.0.113.7:1"}), "203.0.113.7"),
        (requests.alb(headers={"x-forwarded-for": "10.0.0.1, [2001:db8::7]:49152"}), "2001:db8::7"),
        (requests.alb(headers={"x-forwarded-for": "[2001:db8::7]"}), "2001:db8::7"),
        (requests.alb(headers={"x-forwarded-for": "10.0.0.1:80, 2001:db8::7"}), "2001:db8::7"),
        (requests.alb(headers={"x-forwarded-for": "::ffff:203.0.113.7"}), "::ffff:203.0.113.7"),
        (requests.alb_multi(multiValueHeaders={"x-forwarded-for": ["10.0.0.1:9", "203.0.113.7:80"]}), "203.0.113.7"),
        (requests.lattice_1(headers={"x-forwarded-for": "203.0.113.7:80"}), "203.0.113.7"),
        (requests.alb(headers={"x-forwarded-for": ""}), None),
        (requests.alb(headers={}), None),
    ],
)
def test_the_client_is_who_the_front_door_saw_not_who_the_request_says(
    service: Service, event: Any, client: str | None
) -> None:
    function(service.url)(event)

    assert context_of(service.received[0])["client"] == client


def test_the_context_holds_the_event_without_its_body_and_the_lambda_context(service: Service) -> None:
    event = requests.rest_api("POST", body="secret")

    function(service.url, root_path="/live")(event)

    document = context_of(service.received[0])
    assert 0 < document["context"].pop("deadline_ms") - time.time() * 1000 <= 20_000
    assert document == {
        "version": 1,
        "event": {name: value for name, value in event.items() if name != "body"},
        "context": {
            "function_name": "parcels",
            "function_version": "7",
            "invoked_function_arn": "arn:aws:lambda:eu-central-1:210987654321:function:parcels:live",
            "memory_limit_in_mb": 256,
            "aws_request_id": "8a6f2c1e-3b7d-4f60-9a51-0c2d4e6f8a90",
            "log_group_name": "/aws/lambda/parcels",
            "log_stream_name": "2026/11/23/[7]0a1b2c",
            "tenant_id": None,
            "client_context": None,
            "identity": None,
        },
        "client": requests.CLIENT,
        "root_path": "/live",
        "host": requests.HOST,
    }


@pytest.mark.parametrize("mode", ["rewrite", "preserve"])
def test_the_host_is_told_because_fronts_write_it_again(service: Service, mode: str) -> None:
    function(service.url, host_mode=mode)(requests.alb(headers={"host": f"{requests.HOST}:8443"}))

    assert context_of(service.received[0])["host"] == f"{requests.HOST}:8443"


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        ("", {"body": ""}),
        (None, {"body": None}),
        ({"a": [1, "é"]}, {"body": {"a": [1, "é"]}}),
        (7, {"body": 7}),
        ("x", {}),
    ],
)
def test_a_body_that_is_empty_or_no_text_stays_in_the_signed_event(
    service: Service, body: Any, kept: dict[str, Any]
) -> None:
    function(service.url)({**requests.rest_api("POST"), "body": body})

    event = context_of(service.received[0])["event"]
    assert {name: event[name] for name in event if name == "body"} == kept


def test_a_body_that_was_not_there_is_not_there(service: Service) -> None:
    event = requests.rest_api("POST")
    event.pop("body", None)

    function(service.url)(event)

    assert context_of(service.received[0])["event"] == event


def test_a_context_too_long_for_a_header_line_goes_without_what_the_request_carries_anyway(service: Service) -> None:
    noise = "".join(random.Random(7).choices(string.ascii_letters + string.digits, k=16_000))
    event = requests.rest_api(headers={"X-Noise": noise, "Host": "h"}, multiValueHeaders=None)

    function(service.url)(event)

    document = context_of(service.received[0])
    assert document["trimmed"] is True
    assert document["event"] == {name: event[name] for name in event if name not in ("headers", "multiValueHeaders")}
    assert document["forwarded"] == {}
    assert len(service.received[0].headers["x-lambda-migrate-context"]) <= 12_000


@pytest.mark.parametrize("noise", [16_000, 60_000])
def test_a_context_too_long_for_a_header_line_keeps_what_front_doors_write(service: Service, noise: int) -> None:
    text = "".join(random.Random(8).choices(string.ascii_letters + string.digits, k=noise))
    own = {
        "X-Forwarded-For": "203.0.113.7",
        "x-forwarded-proto": "https",
        "x-amzn-oidc-identity": "ada",
        "cloudfront-viewer-address": "203.0.113.7:1",
    }
    event = requests.alb(headers={"x-noise": text, "host": "h:1", **own})

    function(service.url)(event)

    document = context_of(service.received[0])
    assert (document["trimmed"], document["host"], document["client"]) == (True, "h:1", "203.0.113.7")
    assert document["forwarded"] == {name.lower(): [value] for name, value in own.items()}


def test_front_doors_that_write_too_much_themselves_keep_the_forwarding(service: Service) -> None:
    text = "".join(random.Random(9).choices(string.ascii_letters + string.digits, k=16_000))
    certificates = {f"x-amzn-mtls-clientcert-{number}": text[number * 1_000 :][:1_000] for number in range(15)}
    event = requests.alb(headers={"host": "h", "x-forwarded-for": f"{text}, 203.0.113.7", **certificates})

    function(service.url)(event)

    assert context_of(service.received[0])["forwarded"] == {"x-forwarded-for": ["203.0.113.7"]}


@pytest.mark.parametrize("door", ["rest-api", "http-api-2.0", "function-url", "alb"])
def test_the_longest_query_that_api_gateway_takes_fits_into_the_context(service: Service, door: str) -> None:
    noise = "".join(random.Random(7).choices(string.ascii_letters + string.digits, k=9_500))
    parameters = {"queryStringParameters": {"q": noise}, "multiValueQueryStringParameters": {"q": [noise]}}

    function(service.url)({**requests.FRONT_DOORS[door](), "rawQueryString": f"q={noise}", **parameters})

    document = context_of(service.received[0])
    assert document["event"]["queryStringParameters"] == {"q": noise}
    assert len(service.received[0].headers["x-lambda-migrate-context"]) <= 12_000


@pytest.mark.parametrize(
    "path",
    [
        "http://evil.example.com/x",
        "//evil.example.com/x",
        "@evil.example.com/x",
        ".evil.example.com/x",
        ":80@evil.example.com",
        "\\\\evil.example.com\\x",
        "/x HTTP/1.1\r\nhost: evil.example.com\r\n\r\nGET /y",
        "*",
        "",
    ],
)
@pytest.mark.parametrize("door", ["rest-api", "function-url", "alb", "lattice-1.0"])
def test_no_path_leads_anywhere_but_to_the_service(service: Service, door: str, path: str) -> None:
    function(service.url)(requests.FRONT_DOORS[door](path=path))

    (received,) = service.received
    assert received.target.startswith("/")
    assert " " not in received.target
    assert received.headers["host"] != "evil.example.com"


@pytest.mark.parametrize("query", ["a=1 HTTP/1.1\r\nhost: evil.example.com", "a\x00b", "a#b", " ", "\u2028"])
def test_no_query_ends_the_request_line(service: Service, query: str) -> None:
    function(service.url)(requests.function_url(query=query))

    assert len(service.received) == 1


def test_no_length_or_coding_of_a_client_reaches_the_service(service: Service) -> None:
    smuggled = "POST /admin HTTP/1.1\r\nhost: x\r\n\r\n"
    headers = {
        "Content-Length": ["0", "7"],
        "content-length": ["5"],
        "Transfer-Encoding": ["chunked", "identity"],
        "Host": ["h"],
    }
    handle = function(service.url)

    handle(requests.alb_multi("POST", multiValueHeaders=headers, body=smuggled))
    handle(requests.alb())

    assert [(received.target, len(received.body)) for received in service.received] == [
        ("/orders", len(smuggled)),
        ("/orders", 0),
    ]


def test_no_cookie_of_one_answer_goes_with_the_next_request(serve: Callable[..., Service]) -> None:
    reply = answer(b"x", headers=(("set-cookie", "session=of-somebody-else"), ("location", "/y")), status="302 Found")
    service = serve(lambda _received, _sock: reply)
    handle = function(service.url)

    for _ in range(3):
        handle(requests.rest_api())

    assert [name for received in service.received for name, _ in received.own if name == "cookie"] == []
    assert [received.target for received in service.received] == ["/orders"] * 3
