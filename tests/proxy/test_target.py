"""P and Q: the target goes out byte for byte as the client sent it, as far as AWS lets anybody know."""

from __future__ import annotations

from typing import Any

import pytest

from lambda_migrate.proxy.runtime import request
from lambda_migrate.proxy.runtime.settings import ProxySettings
from lambda_migrate.proxy.runtime.shapes import classify
from lambda_migrate.proxy.runtime.target import path, query_as_sent
from tests.events import requests


def target(event: dict[str, Any], **settings: Any) -> str:
    return request.from_event(event, classify(event), ProxySettings(**settings)).target


@pytest.mark.parametrize(
    ("raw", "sent"),
    [
        ("/a%2Fb", "/a%2Fb"),
        ("/a%2fb%e2%41", "/a%2fb%e2%41"),
        ("/pa2%Fth/1", "/pa2%25Fth/1"),
        ("/100%", "/100%25"),
        ("/100%2", "/100%252"),
        ("/%%41", "/%25%41"),
        ("/space value", "/space%20value"),
        ("/☕ Coffee", "/%E2%98%95%20Coffee"),
        ("/Año_1234", "/A%C3%B1o_1234"),
        ("/a?b#c", "/a%3Fb%23c"),
        ('/"<>\\^`{|}', "/%22%3C%3E%5C%5E%60%7B%7C%7D"),
        ("/\x00\x1f\x7f\r\n", "/%00%1F%7F%0D%0A"),
        ("/!$&'()*+,-.:;=@[]_~", "/!$&'()*+,-.:;=@[]_~"),
        ("", "/"),
        (None, "/"),
        (17, "/"),
    ],
)
def test_only_what_cannot_stand_in_a_path_is_escaped(raw: Any, sent: str) -> None:
    assert path(raw) == sent
    assert path(sent) == sent


@pytest.mark.parametrize("raw", ["/a//b", "//a", "/a/../b/./c", "/a/", "/%2e%2e/a", "/a;b=c"])
def test_nothing_is_normalised(raw: str) -> None:
    assert path(raw) == raw


def test_a_missing_slash_is_added() -> None:
    assert path("api/x") == "/api/x"


def test_a_trailing_slash_survives_although_the_request_context_has_lost_it() -> None:
    event = requests.http_api_2(path="/orders/")
    event["requestContext"]["http"]["path"] = "/orders"

    assert target(event) == "/orders/"


@pytest.mark.parametrize(
    ("raw", "sent"),
    [
        ("/api/orders", "/orders"),
        ("/api", "/"),
        ("/api/", "/"),
        ("/apifoo", "/apifoo"),
        ("/api/api/x", "/api/x"),
        ("/x/api", "/x/api"),
    ],
)
def test_a_base_path_is_removed_once_and_at_a_segment_boundary(raw: str, sent: str) -> None:
    for make in (requests.rest_api, requests.http_api_1, requests.http_api_2, requests.function_url):
        assert target(make(path=raw), base_path="/api") == sent


def test_load_balancers_know_no_base_path() -> None:
    assert target(requests.alb(path="/api/orders"), base_path="/api") == "/api/orders"


def test_the_stage_is_never_added_and_path_parameters_never_asked() -> None:
    event = requests.rest_api(path="/orders", pathParameters={"proxy": "elsewhere"})

    assert target(event) == "/orders"


@pytest.mark.parametrize("make", [requests.http_api_2, requests.function_url])
@pytest.mark.parametrize("query", ["a=1&a=2", "plus=a+b&encoded=a%2Bb", "empty=&bare", "x=[1]{z}|", "a=%zz", "q=a?b/c"])
def test_a_raw_query_goes_through_verbatim(make: Any, query: str) -> None:
    assert target(make(query=query)) == f"/orders?{query}"


def test_what_a_query_cannot_hold_is_escaped_never_rejected() -> None:
    assert query_as_sent("q=a b#c\u00e9\r\n\x7f") == "q=a%20b%23c%C3%A9%0D%0A%7F"


@pytest.mark.parametrize("make", [requests.rest_api, requests.http_api_1])
def test_decoded_parameters_are_encoded_as_the_asgi_adapter_did(make: Any) -> None:
    event = make(
        multiValueQueryStringParameters={"tag": ["a b", "c+d"], "é": ["1&2;3"], "empty": [""]},
        queryStringParameters={"tag": "c+d", "é": "1&2;3", "empty": ""},
    )

    assert target(event) == "/orders?tag=a+b&tag=c%2Bd&%C3%A9=1%262%3B3&empty="


@pytest.mark.parametrize("make", [requests.rest_api, requests.http_api_1])
def test_single_parameters_serve_where_there_are_no_multiple_ones_and_commas_stay(make: Any) -> None:
    event = make(multiValueQueryStringParameters=None, queryStringParameters={"repeat": "one,two"})

    assert target(event) == "/orders?repeat=one%2Ctwo"


def test_load_balancers_leave_parameters_encoded_so_they_are_joined_as_they_are() -> None:
    single = requests.alb(queryStringParameters={"u": "https%3A%2F%2Fx", "p": "a+b", "q": "a%2Bb", "e": ""})
    multi = requests.alb_multi(multiValueQueryStringParameters={"k": ["1", "2"], "e": [""]})

    assert target(single) == "/orders?u=https%3A%2F%2Fx&p=a+b&q=a%2Bb&e="
    assert target(multi) == "/orders?k=1&k=2&e="


@pytest.mark.parametrize("make", [requests.rest_api, requests.http_api_1, requests.alb, requests.alb_multi])
def test_a_parameter_that_only_the_single_map_has_is_added(make: Any) -> None:
    event = make(
        queryStringParameters={"a": "2", "b": "3", "A": "4"}, multiValueQueryStringParameters={"a": ["1", "2"], "c": []}
    )

    assert target(event) == "/orders?a=1&a=2&b=3&A=4"


@pytest.mark.parametrize("nothing", [None, {}, "missing"])
def test_no_parameters_in_any_form_make_no_question_mark(nothing: Any) -> None:
    for make in (requests.rest_api, requests.alb, requests.alb_multi):
        event = make()
        for name in ("queryStringParameters", "multiValueQueryStringParameters"):
            event.pop(name, None)
            if nothing != "missing":
                event[name] = nothing
        assert target(event) == "/orders"
    event = requests.http_api_2()
    del event["rawQueryString"]
    assert target(event) == "/orders"


def test_lattice_takes_the_query_from_its_path_or_its_parameters() -> None:
    assert target(requests.lattice_1(path="/orders?a=b c")) == "/orders?a=b%20c"
    assert target(requests.lattice_1(query_string_parameters={"a": "b c"})) == "/orders?a=b+c"
    assert target(requests.lattice_2(queryStringParameters={"a": ["b", "c"]})) == "/orders?a=b&a=c"
    assert target(requests.lattice_2(path="/orders?a=b")) == "/orders?a=b"


@pytest.mark.parametrize("odd", [None, 1, True, 1.5])
def test_parameters_that_are_no_text_do_not_break_a_request(odd: Any) -> None:
    expected = "/orders?a=" if odd is None else f"/orders?a={odd}"

    assert target(requests.rest_api(queryStringParameters={"a": odd})) == expected
