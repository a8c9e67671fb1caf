"""The body that the service reads is the one that the client wrote."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from tests.events import requests
from tests.proxy.service import Service, function

PNG = b"\x89PNG\r\n\x1a\n\x00\xff"


@pytest.mark.parametrize("door", requests.FRONT_DOORS)
def test_only_the_flag_decides_whether_a_body_is_base64(service: Service, door: str) -> None:
    flag = "is_base64_encoded" if door == "lattice-1.0" else "isBase64Encoded"
    looks_encoded = base64.b64encode(b"text").decode()
    make = requests.FRONT_DOORS[door]
    handle = function(service.url)

    handle(make("POST", body=base64.b64encode(PNG).decode(), **{flag: True}))
    handle(make("POST", body=looks_encoded, **{flag: False}))

    assert [received.body for received in service.received] == [PNG, looks_encoded.encode()]


@pytest.mark.parametrize(("body", "expected"), [(None, b""), ("", b""), ("é☕", "é☕".encode())])
def test_text_is_utf_8_and_nothing_is_nothing(service: Service, body: Any, expected: bytes) -> None:
    event = requests.rest_api("POST", body=body, headers={"content-type": "text/plain; charset=latin-1"})

    function(service.url)(event)

    assert service.received[0].body == expected


@pytest.mark.parametrize("body", ["not base64!", "YQ=", "YQ", "Y===", "YQ==YQ==", "YW\nJj", "_-8=", "é", "="])
def test_what_says_to_be_base64_and_is_not_is_a_bad_request(service: Service, body: str) -> None:
    result = function(service.url)(requests.alb("POST", body=body, isBase64Encoded=True))

    assert (result["statusCode"], service.received) == (400, [])


def test_text_without_a_utf_8_form_is_a_bad_request(service: Service) -> None:
    assert function(service.url)(requests.alb("POST", body="\ud800"))["statusCode"] == 400


def test_an_object_in_place_of_text_goes_as_json(service: Service) -> None:
    function(service.url)(requests.rest_api("POST", body={"parcel": 17}))

    assert service.received[0].body == b'{"parcel": 17}'


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_any_method_may_have_a_body(service: Service, method: str) -> None:
    function(service.url)(requests.http_api_2(method, body="x"))

    assert (service.received[0].method, service.received[0].body) == (method, b"x")


@pytest.mark.parametrize("method", [None, "", "GET /x HTTP/1.1\r\nx:", "A B", 17, "CONNECT", "é"])
def test_a_method_that_is_none_is_a_bad_request(service: Service, method: Any) -> None:
    event = requests.http_api_2()
    event["requestContext"]["http"]["method"] = method

    assert (function(service.url)(event)["statusCode"], service.received) == (400, [])


def test_methods_keep_their_writing(service: Service) -> None:
    function(service.url)(requests.alb("pUrGe"))

    assert service.received[0].method == "pUrGe"
