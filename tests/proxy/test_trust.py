"""The service trusts what the proxy signed, as it was signed, and nothing else."""

from __future__ import annotations

import base64
import http.client
import zlib
from typing import TYPE_CHECKING, Any

import pytest

from tests.events import non_http, requests
from tests.proxy.asgi import behind_door, running
from tests.proxy.service import Received, Service, answer, function

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterator
    from pathlib import Path


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
        handle(non_http.sqs())

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
        handle({**non_http.sqs("s3cret"), "token": "s3cret"})

    assert len(handle.logged) == 3
    assert "s3cret" not in "".join(handle.logged)
