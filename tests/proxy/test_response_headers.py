"""R and E: which headers of the service's answer reach the caller of the function, and as what."""

from __future__ import annotations

import pytest

from tests.events import requests
from tests.proxy.answering import TEXT, Serve, answering, result
from tests.proxy.service import answer


def test_nothing_of_the_services_connection_and_server_goes_on(serve: Serve) -> None:
    headers = (
        ("server", "uvicorn"),
        ("date", "Mon, 23 Nov 2026 08:00:00 GMT"),
        *TEXT,
        ("connection", "keep-alive, x-hop"),
        ("keep-alive", "timeout=5"),
        ("x-hop", "1"),
        ("proxy-authenticate", "Basic"),
        ("trailer", "x"),
        ("upgrade", "h2c"),
        ("x-lambda-migrate-signature", "leak"),
        ("x-powered-by", "parcels"),
    )

    found = result(serve, requests.alb(), answer(b"hi", headers=headers), exclude_headers="X-Powered-By")

    assert found["headers"] == {"content-type": "text/plain"}


def test_a_server_and_date_of_the_application_itself_go_on(serve: Serve) -> None:
    headers = (("date", "server's"), ("server", "uvicorn"), ("server", "parcels/3"), ("date", "app's"))

    assert result(serve, requests.alb(), answer(headers=headers))["headers"] == {"server": "parcels/3", "date": "app's"}


@pytest.mark.parametrize("server", ["uvicorn", "hypercorn-h11", "nginx/1.27", "awselb/2.0"])
def test_a_web_server_is_not_named(serve: Serve, server: str) -> None:
    headers = (("date", "server's"), ("server", server), *TEXT)

    assert result(serve, requests.alb(), answer(headers=headers))["headers"] == dict(TEXT)


def test_the_applications_server_goes_on_where_its_server_adds_none(serve: Serve) -> None:
    headers = (("date", "server's"), ("server", "parcels/3"), *TEXT)

    assert result(serve, requests.alb(), answer(headers=headers))["headers"] == {**dict(TEXT), "server": "parcels/3"}


def test_an_answer_to_head_keeps_the_length_of_what_it_does_not_carry(serve: Serve) -> None:
    reply = answer(b"", headers=(*TEXT, ("content-length", "1234")), length=False)

    assert result(serve, requests.http_api_2("HEAD"), reply) == {
        "statusCode": 200,
        "headers": {"content-type": "text/plain", "content-length": "1234"},
        "body": "",
        "isBase64Encoded": False,
    }


def test_too_many_headers_are_warned_of(serve: Serve) -> None:
    handle = answering(serve, answer(headers=(("x-long", "a" * 11_000),)))

    assert handle(requests.rest_api())["statusCode"] == 200
    assert handle(requests.alb())["statusCode"] == 200
    assert [line.get("warning") for line in handle.lines] == [
        "11029 bytes of response headers, at most 10240 pass",
        None,
    ]


def test_headers_that_are_not_utf_8_are_latin_1(serve: Serve) -> None:
    reply = b"HTTP/1.1 200 OK\r\nx-name: caf\xe9\r\ncontent-length: 0\r\n\r\n"

    assert result(serve, requests.alb(), reply)["headers"] == {"x-name": "café"}


def test_each_header_line_is_decoded_by_itself(serve: Serve) -> None:
    reply = (
        b"HTTP/1.1 200 OK\r\nset-cookie: name=Ren\xe9\r\nx-city: "
        + "Kraków".encode()
        + b"\r\nx-plain: a\r\ncontent-length: 0\r\n\r\n"
    )

    found = result(serve, requests.http_api_2(), reply)

    assert (found["headers"], found["cookies"]) == ({"x-city": "Kraków", "x-plain": "a"}, ["name=René"])


@pytest.mark.parametrize(
    ("codings", "encoded"),
    [
        (["identity", "br"], True),
        (["br", "identity"], True),
        (["identity, gzip"], True),
        (["", "deflate"], True),
        (["identity", "Identity"], False),
        (["identity, identity", ""], False),
    ],
)
def test_the_codings_of_all_lines_count(serve: Serve, codings: list[str], encoded: bool) -> None:
    lines = (("content-type", "text/plain"), *(("content-encoding", coding) for coding in codings))

    assert result(serve, requests.http_api_2(), answer(b"hello", headers=lines))["isBase64Encoded"] is encoded


def test_what_proxies_tell_of_themselves_reaches_the_client_and_what_they_tell_each_other_does_not(
    serve: Serve,
) -> None:
    lines = (
        ("proxy-status", "cdn.example.com; received-status=200"),
        ("proxy-connection", "keep-alive"),
        ("proxy-authenticate", "Basic"),
        ("proxy-authentication-info", "x"),
    )

    assert result(serve, requests.alb(), answer(headers=lines))["headers"] == {"proxy-status": lines[0][1]}
