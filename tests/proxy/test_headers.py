"""The headers that the service sees are those that the client sent."""

from __future__ import annotations

from typing import Any

import pytest

from lambda_migrate.proxy.runtime import headers
from lambda_migrate.proxy.runtime.failures import BadRequestError
from lambda_migrate.proxy.runtime.headers import inbound
from tests.events import requests
from tests.proxy.service import Service, function


def sent(service: Service, event: Any, **settings: str) -> list[tuple[str, str]]:
    """Return the header lines that the service received, without those that sign."""
    assert function(service.url, **{"host_mode": "preserve", **settings})(event)["statusCode"] == 200
    return service.received[-1].own


def test_one_line_per_value(service: Service) -> None:
    event = requests.rest_api(headers={"X-Tag": "b"}, multiValueHeaders={"X-Tag": ["a", "b"], "Host": ["h"]})

    assert sent(service, event) == [("host", "h"), ("x-tag", "a"), ("x-tag", "b")]


def test_what_only_the_single_map_has_is_added_whatever_its_casing(service: Service) -> None:
    event = requests.rest_api(headers={"x-TAG": "b", "X-Other": "c", "Host": "h"}, multiValueHeaders={"X-Tag": ["a"]})

    assert sent(service, event) == [("host", "h"), ("x-tag", "a"), ("x-other", "c")]


def test_cookies_are_one_line(service: Service) -> None:
    event = requests.alb_multi(multiValueHeaders={"cookie": ["a=1", "b=2; c=3"], "host": ["h"]})

    assert sent(service, event) == [("host", "h"), ("cookie", "a=1; b=2; c=3")]


def test_joined_values_of_payload_2_are_not_split(service: Service) -> None:
    event = requests.http_api_2(headers={"host": "h", "if-modified-since": "Mon, 23 Nov 2026 08:00:00 GMT"})

    assert sent(service, event) == [("host", "h"), ("if-modified-since", "Mon, 23 Nov 2026 08:00:00 GMT")]


@pytest.mark.parametrize("make", [requests.http_api_2, requests.function_url])
def test_the_list_of_cookies_replaces_the_cookie_header(service: Service, make: Any) -> None:
    event = make(headers={"Cookie": "a=1; b=2", "host": "h"}, cookies=["a=1", "b=2"])

    assert sent(service, event) == [("host", "h"), ("cookie", "a=1; b=2")]


def test_names_are_matched_without_regard_to_case(service: Service) -> None:
    event = requests.rest_api(
        headers={"hOsT": "h", "CONTENT-LENGTH": "9", "tEsT-HEADeR": "v", "TRANSFER-encoding": "chunked"},
        multiValueHeaders=None,
    )

    assert sent(service, event) == [("host", "h"), ("test-header", "v")]


@pytest.mark.parametrize(
    ("method", "body", "expected"),
    [
        ("GET", None, []),
        ("HEAD", None, []),
        ("DELETE", None, []),
        ("OPTIONS", "", []),
        ("POST", None, ["0"]),
        ("PUT", "", ["0"]),
        ("PATCH", None, ["0"]),
        ("POST", "é", ["2"]),
        ("DELETE", "x", ["1"]),
        ("GET", "x", ["1"]),
    ],
)
def test_the_length_is_counted_never_believed(service: Service, method: str, body: Any, expected: list[str]) -> None:
    event = requests.alb(method, body=body, headers={"content-length": "99999", "host": "h"})

    lines = sent(service, event)

    assert [value for name, value in lines if name == "content-length"] == expected


def test_nothing_of_the_clients_connection_goes_on(service: Service) -> None:
    event = requests.alb(
        headers={
            "host": "h",
            "connection": "keep-alive, X-Private",
            "keep-alive": "timeout=5",
            "proxy-authorization": "Basic x",
            "proxy-connection": "keep-alive",
            "te": "trailers",
            "trailer": "expires",
            "transfer-encoding": "chunked",
            "upgrade": "h2c",
            "expect": "100-continue",
            "x-private": "1",
            "upgrade-insecure-requests": "1",
        }
    )

    assert sent(service, event) == [("host", "h"), ("upgrade-insecure-requests", "1")]


def test_a_client_cannot_have_the_front_doors_own_headers_removed(service: Service) -> None:
    event = requests.alb(
        headers={"host": "h", "connection": "x-forwarded-for, x-amzn-oidc-data", "x-forwarded-for": "203.0.113.7"}
    )

    assert sent(service, event) == [("host", "h"), ("x-forwarded-for", "203.0.113.7")]


def test_preserved_the_service_sees_the_host_that_the_client_asked_for(service: Service) -> None:
    assert dict(sent(service, requests.alb(), host_mode="preserve"))["host"] == requests.HOST


def test_unless_told_otherwise_a_client_chooses_no_host_and_so_no_backend(service: Service) -> None:
    event = requests.alb(headers={"host": requests.HOST, "x-forwarded-host": "forged.example.com"})

    assert function(service.url)(event)["statusCode"] == 200

    assert service.received[0].own == [("host", f"127.0.0.1:{service.port}"), ("x-forwarded-host", requests.HOST)]


@pytest.mark.parametrize(
    "name",
    [
        "cloudfront-viewer-address",
        "cloudfront-is-mobile-viewer",
        "x-amz-cf-id",
        "x-amzn-oidc-identity",
        "x-origin-verify",
        "x-edge-location",
        "forwarded",
        "via",
        "x-real-ip",
        "true-client-ip",
        "x-forwarded-proto",
    ],
)
def test_a_client_cannot_have_removed_what_stands_between_it_and_the_function(service: Service, name: str) -> None:
    event = requests.alb(headers={"host": "h", "connection": f"close, {name.title()}", name: "v"})

    assert sent(service, event) == [("host", "h"), (name, "v")]


def test_without_a_host_the_domain_of_the_request_context_serves_then_the_services_own(service: Service) -> None:
    domain = requests.http_api_2(headers={"accept": "*/*"})
    health_check = requests.alb(headers={"user-agent": "ELB-HealthChecker/2.0"})

    assert dict(sent(service, domain))["host"] == requests.HOST
    assert dict(sent(service, health_check))["host"] == f"127.0.0.1:{service.port}"


def test_forwarded_headers_go_on_unchanged(service: Service) -> None:
    headers = {
        "host": "h",
        "x-forwarded-for": "198.51.100.9, 203.0.113.7",
        "x-forwarded-port": "443",
        "x-forwarded-proto": "https",
    }

    assert sent(service, requests.alb(headers=headers)) == list(headers.items())


def test_the_proxy_sends_no_headers_of_its_own(service: Service) -> None:
    assert sent(service, requests.alb(headers={})) == [("host", f"127.0.0.1:{service.port}")]


def test_values_are_utf_8(service: Service) -> None:
    assert sent(service, requests.http_api_2(headers={"host": "h", "x-drink": "☕"})) == [
        ("host", "h"),
        ("x-drink", "☕"),
    ]


@pytest.mark.parametrize("value", ["a\r\nx-evil: 1", "a\nb", "a\rb", "a\x00b", "\r", "\x00\x01"])
def test_a_value_that_would_end_its_line_is_a_bad_request(service: Service, value: Any) -> None:
    result = function(service.url)(requests.alb(headers={"x-odd": value}))

    assert (result["statusCode"], service.received) == (400, [])


@pytest.mark.parametrize("name", ["a\r\nb", "a\n", "a\x00", "é\r", "a b\x00"])
def test_a_name_that_would_end_its_line_is_a_bad_request(service: Service, name: str) -> None:
    result = function(service.url)(requests.alb(headers={name: "v"}))

    assert (result["statusCode"], service.received) == (400, [])


def test_a_line_of_which_both_are_odd_is_a_bad_request_if_either_would_end_it(service: Service) -> None:
    result = function(service.url)(requests.alb(headers={"a b": "v\r\nx-evil: 1"}))

    assert (result["statusCode"], service.received) == (400, [])


@pytest.mark.parametrize(
    ("value", "sent_as"),
    [
        ("\x7f", ""),
        ("a\x1fb", "a b"),
        ("\ud800x", "x"),
        ("a\x01\x02b\tc", "a  b\tc"),
        ("\x0b1", "1"),
        ("a\x80b", "a\x80b"),
    ],
)
def test_a_character_that_no_header_can_hold_becomes_a_blank(service: Service, value: str, sent_as: str) -> None:
    assert sent(service, requests.alb(headers={"host": "h", "x-odd": value})) == [("host", "h"), ("x-odd", sent_as)]


@pytest.mark.parametrize(
    "name",
    ["a b", "a:b", "", "é", "(x)", "x-a b", "filter[0]", "user@host", "naïve", "a/b", "x-forwarded-for ", "\ud800"],
)
def test_a_line_whose_name_is_no_token_is_left_out(service: Service, name: str) -> None:
    event = requests.alb(headers={"host": "h", name: "v", "x-last": "1"})

    assert sent(service, event) == [("host", "h"), ("x-last", "1")]


@pytest.mark.parametrize("value", [{"a": 1}, {}])
def test_a_line_whose_value_is_no_text_is_left_out(service: Service, value: Any) -> None:
    assert sent(service, requests.alb(headers={"host": "h", "x-odd": value})) == [("host", "h")]


def test_what_was_left_out_or_changed_is_a_warning_that_does_not_quote_it(service: Service) -> None:
    handle = function(service.url)
    handle(requests.alb(headers={"host": "h", "x s3cret": "v", "x[s3cret]": "v", "x-odd": "s3cret\x01"}))
    handle(requests.alb(headers={"host": "h", "s3crét": "v"}))
    handle(requests.alb(headers={"host": "h"}))

    assert [(line["level"], line.get("warning")) for line in handle.lines] == [
        ("WARN", "header lines that HTTP cannot express: 2 left out, 1 changed"),
        ("WARN", "header lines that HTTP cannot express: 1 left out"),
        ("INFO", None),
    ]
    assert "s3cr" not in "".join(handle.logged)


def test_tabs_and_outer_blanks_are_no_reason_to_refuse(service: Service) -> None:
    assert sent(service, requests.alb(headers={"host": "h", "x-a": " a\tb "})) == [("host", "h"), ("x-a", "a\tb")]


@pytest.mark.parametrize(("value", "text"), [(17, "17"), (1.5, "1.5"), (True, "true")])
def test_numbers_in_hand_written_events_become_text_and_null_is_no_header(value: Any, text: str) -> None:
    assert inbound([("x-a", value), ("x-b", None)]) == ([("x-a", text)], None)


def test_two_hosts_are_a_bad_request() -> None:
    with pytest.raises(BadRequestError):
        inbound([("Host", "a.example.com"), ("host", "b.example.com")])


def test_authorization_goes_on(service: Service) -> None:
    assert ("authorization", "Bearer 17") in sent(service, requests.alb(headers={"authorization": "Bearer 17"}))


def test_the_trace_of_this_invocation_replaces_the_one_that_came(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    headers = {"host": "h", "x-amzn-trace-id": "Root=1-old", "traceparent": "00-1-2-01"}

    assert sent(service, requests.alb(headers=headers)) == list(headers.items())
    monkeypatch.setenv("_X_AMZN_TRACE_ID", "Root=1-new")
    assert sent(service, requests.alb(headers=headers)) == [
        ("host", "h"),
        ("traceparent", "00-1-2-01"),
        ("x-amzn-trace-id", "Root=1-new"),
    ]


@pytest.mark.parametrize("nothing", [None, {}, "missing", [], "text", 17])
@pytest.mark.parametrize("door", requests.FRONT_DOORS)
def test_missing_headers_in_any_form_are_no_headers(service: Service, door: str, nothing: Any) -> None:
    event = requests.FRONT_DOORS[door]()
    for name in ("headers", "multiValueHeaders"):
        event.pop(name, None)
        if nothing != "missing":
            event[name] = nothing

    assert function(service.url)(event)["statusCode"] == 200


def test_header_names_that_are_remembered_are_few_and_short() -> None:
    for number in range(2_000):
        inbound([(f"x-{number}", "1"), ("x" * 1_000 + str(number), "1"), (f"a b{number}", "1")])

    assert len(headers._known_names) <= 512
    assert max(map(len, headers._known_names)) <= 64
    assert inbound([("x-1999", "1"), ("X-1999", "2"), ("x-lambda-migrate-1", "3"), ("a b1", "4")]) == (
        [("x-1999", "1"), ("x-1999", "2")],
        None,
    )
