"""Nobody reaches the service as someone else: neither through the proxy nor around it."""

from __future__ import annotations

import base64
import http.client
import json
import random
import string
import time
import zlib
from typing import TYPE_CHECKING, Any

import pytest

from tests.events import others, requests
from tests.proxy.asgi import behind_door, running
from tests.proxy.service import Received, Service, answer, function

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterator
    from pathlib import Path

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
def test_the_host_is_told_because_fronts_write_it_anew(service: Service, mode: str) -> None:
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


class Application:
    """Keeps what it is asked."""

    def __init__(self) -> None:
        self.scopes: list[dict[str, Any]] = []

    async def __call__(self, scope: dict[str, Any], _receive: Any, send: Any) -> None:
        self.scopes.append(scope)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"{}"})

    @property
    def trusted(self) -> list[bool]:
        return ["aws.event" in scope for scope in self.scopes]


@pytest.fixture
def application() -> Application:
    return Application()


@pytest.fixture
def url(application: Application, tmp_path: Path) -> Iterator[str]:
    with running(behind_door(application, tmp_path)) as url:
        yield url


def relayed(url: str, change: Callable[[Received], tuple[str, str, list[tuple[str, str]], bytes]]) -> Any:
    """Return a service that sends what it gets on to the real one, changed."""

    def relay(received: Received, _sock: socket.socket) -> bytes:
        method, target, lines, body = change(received)
        connection = http.client.HTTPConnection(url.removeprefix("http://"))
        connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
        for name, value in lines:
            if name != "content-length":
                connection.putheader(name, value)
        connection.putheader("content-length", str(len(body)))
        connection.endheaders(body)
        found = connection.getresponse()
        kept = [
            line for line in found.headers.items() if line[0].lower() not in ("content-length", "transfer-encoding")
        ]
        return answer(found.read(), f"{found.status} X", tuple(kept))

    return relay


def changes(**replaced: Any) -> Callable[[Received], tuple[str, str, list[tuple[str, str]], bytes]]:
    def change(received: Received) -> tuple[str, str, list[tuple[str, str]], bytes]:
        lines = [
            (name, replaced.get(name.removeprefix("x-lambda-migrate-").replace("-", "_"), value))
            for name, value in received.lines
        ]
        return (
            replaced.get("method", received.method),
            replaced.get("target", received.target),
            lines,
            replaced.get("body", received.body),
        )

    return change


@pytest.mark.parametrize(
    ("replaced", "reason"),
    [
        ({}, None),
        ({"body": b"altered"}, "body"),
        ({"target": "/admin"}, "signature"),
        ({"target": "/orders?admin=1"}, "signature"),
        ({"method": "PUT"}, "signature"),
        ({"timestamp": "1793000000000"}, "time"),
        ({"request_id": "0" * 32}, "signature"),
        ({"key_id": "k2"}, "key"),
        ({"signature": "0" * 64}, "signature"),
        ({"content_sha256": "0" * 64}, "signature"),
        ({"authorization": "Bearer bob"}, "signature"),
        (
            {"context": base64.urlsafe_b64encode(zlib.compress(b'{"version":1,"client":"10.0.0.1"}')).decode()},
            "signature",
        ),
    ],
)
def test_whatever_is_altered_on_the_way_is_refused(
    serve: Callable[..., Service], url: str, application: Application, replaced: Any, reason: str | None
) -> None:
    service = serve(relayed(url, changes(**replaced)))

    handle = function(service.url)
    event = requests.rest_api("POST", body="x", headers={"Host": "h", "Authorization": "Bearer ada"})

    assert handle(event)["statusCode"] == (502 if reason else 200)

    assert [line.get("reason") for line in handle.lines] == [
        reason and f"the service refused the proxy's signature: {reason}"
    ]
    assert application.trusted == ([] if reason else [True])
    assert [scope["client"][0] for scope in application.scopes] == [requests.CLIENT] * len(application.scopes)


@pytest.mark.parametrize(("key", "reason"), [("k1:another-secret", "signature"), ("k2:a-secret-of-the-tests", "key")])
def test_a_service_that_does_not_believe_the_proxy_is_told_and_counted(
    url: str, application: Application, key: str, reason: str
) -> None:
    handle = function(url, signing_keys=key)

    found = handle(requests.alb())
    with pytest.raises(Exception, match="refused"):
        handle(others.sqs())

    assert (found["statusCode"], found["headers"]["x-lambda-proxy-error"]) == (502, "refused")
    assert reason not in found["body"]
    assert application.scopes == []
    assert [
        (line["level"], line["error"], line["reason"], line["Failed"], line["Proxied"], line["Refused"])
        for line in handle.lines
    ] == [("ERROR", "refused", f"the service refused the proxy's signature: {reason}", 1, 0, 1)] * 2
    assert {"Name": "Refused", "Unit": "Count"} in handle.lines[0]["_aws"]["CloudWatchMetrics"][0]["Metrics"]


@pytest.mark.parametrize("reason", ["", "a b", "<script>", "x" * 30])
def test_the_reason_is_a_word_or_unknown(serve: Callable[..., Service], reason: str) -> None:
    reply = answer(b"", "403 Forbidden", (("x-lambda-migrate-refused", reason),))
    handle = function(serve(lambda _received, _sock: reply).url)

    assert handle(requests.alb())["statusCode"] == 502
    assert handle.lines[0]["reason"] == "the service refused the proxy's signature: unknown"


def test_the_proxy_is_trusted_for_every_front_door_and_body(url: str, application: Application) -> None:
    handle = function(url)
    for make in requests.FRONT_DOORS.values():
        for path, body in (("/orders/☕ é%2Fx", ""), ("/orders", "é" * 40_000)):
            assert handle(make("POST", path=path, body=body))["statusCode"] == 200

    assert application.trusted == [True] * 2 * len(requests.FRONT_DOORS)


def test_the_probe_is_answered_to_the_proxy_alone(url: str) -> None:
    probe = {"lambda-migrate": {"probe": 1}}

    assert function(url)(probe)["lambda-migrate"]["reached"] is True
    report = function(url, signing_keys="k1:another-secret")(probe)["lambda-migrate"]
    assert (report["reached"], report["error"]) == (False, "the service refused the proxy's signature: signature")


def test_nothing_secret_stands_in_any_line_that_is_logged(serve: Callable[..., Service]) -> None:
    service = serve(lambda _received, _sock: answer(b"s3cret", "500 Oops", (("set-cookie", "s3cret"),)))
    handle = function(service.url, signing_keys="k1:s3cret-key")
    event = requests.rest_api(
        "POST",
        path="/reset/s3cret",
        body="s3cret",
        headers={"Authorization": "s3cret", "Cookie": "s3cret"},
        queryStringParameters={"token": "s3cret"},
    )

    handle(event)
    handle(requests.rest_api("POST", headers={"x-bad": "s3cret\r\n"}, multiValueHeaders=None))
    with pytest.raises(Exception, match="500"):
        handle({**others.sqs("s3cret"), "token": "s3cret"})

    assert len(handle.logged) == 3
    assert "s3cret" not in "".join(handle.logged)
