"""Where the proxy means to differ from Mangum: each deviation of docs/proxy.md as the change it makes to Mangum's view.

A deviation looks at the event and at what Mangum made of it, and returns what the proxy makes of it instead; whatever
differs beyond that is a fault. `FIRED` collects which ones had an effect, so that none stands in the list for nothing.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from lambda_migrate.proxy.runtime.shapes import classify

if TYPE_CHECKING:
    from collections.abc import Callable

Event = dict[str, Any]
View = dict[str, Any]

FIRED: set[str] = set()
SCOPE: dict[str, Callable[[Event, View], View]] = {}
ANSWER: dict[str, Callable[[Event, View], View]] = {}

HOP_BY_HOP = ("connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "expect")


def of_scope(name: str) -> Callable[..., Any]:
    return lambda change: SCOPE.setdefault(name, change)


def of_answer(name: str) -> Callable[..., Any]:
    return lambda change: ANSWER.setdefault(name, change)


def expected(kind: dict[str, Callable[[Event, View], View]], event: Event, view: View) -> View:
    """Apply every deviation of a kind in turn and note which ones had an effect."""
    for name, change in kind.items():
        changed = change(event, view)
        if changed != view:
            FIRED.add(name)
        view = changed
    return view


def with_headers(view: View, headers: dict[str, list[str]]) -> View:
    return {**view, "headers": dict(sorted(headers.items()))}


@of_scope("D1")
def one_line_per_value(event: Event, view: View) -> View:
    multiple = event.get("multiValueHeaders") or {}
    if classify(event).name not in ("rest-api", "http-api-1.0"):
        return view
    separate = {name.lower(): list(values) for name, values in multiple.items() if name.lower() in view["headers"]}
    cookies = separate.pop("cookie", None)
    headers = {**view["headers"], **separate}
    return with_headers(view, {**headers, "cookie": ["; ".join(cookies)]} if cookies else headers)


@of_scope("D2")
def the_path_as_it_was_sent(event: Event, view: View) -> View:
    raw = event.get("rawPath")
    return {**view, "path": unquote(raw)} if isinstance(raw, str) and "http" in event["requestContext"] else view


@of_scope("D5")
def the_length_is_counted(event: Event, view: View) -> View:
    headers = {name: values for name, values in view["headers"].items() if name != "content-length"}
    if view["body"] or view["method"] in ("POST", "PUT", "PATCH"):
        headers["content-length"] = [str(len(view["body"]))]
    return with_headers(view, headers)


@of_scope("D6")
def nothing_of_the_connection(event: Event, view: View) -> View:
    named = [name.strip().lower() for value in view["headers"].get("connection", []) for name in value.split(",")]
    kept = {
        name: values
        for name, values in view["headers"].items()
        if name not in (*HOP_BY_HOP, *named) and not name.startswith("proxy-")
    }
    return with_headers(view, kept)


@of_scope("D7")
def the_query_of_a_load_balancer_as_it_was_sent(event: Event, view: View) -> View:
    if "elb" not in event["requestContext"]:
        return view
    values = event.get("multiValueQueryStringParameters") or event.get("queryStringParameters") or {}
    pairs = [
        (name, value) for name, found in values.items() for value in (found if isinstance(found, list) else [found])
    ]
    return {**view, "query": "&".join(f"{name}={value}" for name, value in pairs)}


@of_scope("D8")
def the_client_is_who_the_load_balancer_saw(event: Event, view: View) -> View:
    return {**view, "client": view["client"].split(",")[-1].strip()} if "elb" in event["requestContext"] else view


@of_scope("D9")
def there_is_always_a_host(event: Event, view: View) -> View:
    if "host" in view["headers"]:
        return view
    host = event["requestContext"].get("domainName") or "the service's own"
    return with_headers(view, {**view["headers"], "host": [host]})


@of_scope("D10")
def blanks_around_a_value_are_no_part_of_it(event: Event, view: View) -> View:
    return with_headers(
        view, {name: [value.strip(" \t") for value in values] for name, values in view["headers"].items()}
    )


@of_scope("D11")
def the_trace_is_that_of_this_invocation(_event: Event, view: View) -> View:
    trace = os.environ.get("_X_AMZN_TRACE_ID")
    return with_headers(view, {**view["headers"], "x-amzn-trace-id": [trace]}) if trace else view


@of_scope("D12")
def a_client_that_nobody_knows_is_whoever_connects(_event: Event, view: View) -> View:
    return view if view["client"] else {**view, "client": "127.0.0.1"}


@of_scope("D21")
def what_a_request_line_cannot_hold_is_escaped(event: Event, view: View) -> View:
    path = view["path"] if event.get("path", "/").startswith("/") else "/" + view["path"]
    query = "".join(
        character if "!" <= character <= "~" and character != "#" else quote(character) for character in view["query"]
    )
    return {**view, "path": path, "query": query}


@of_answer("D4")
def no_type_is_invented_for_no_body(event: Event, view: View) -> View:
    if view["body"] or not view["untyped"]:
        return view
    return with_headers(view, {name: values for name, values in view["headers"].items() if name != "content-type"})


@of_answer("D13")
def the_front_door_counts_the_length(event: Event, view: View) -> View:
    if view["method"] == "HEAD":
        return view
    return with_headers(view, {name: values for name, values in view["headers"].items() if name != "content-length"})


@of_answer("D17")
def an_answer_to_head_has_no_body(_event: Event, view: View) -> View:
    return {**view, "body": b"", "encoded": False} if view["method"] == "HEAD" else view


@of_answer("D14")
def compressed_bodies_are_base64(event: Event, view: View) -> View:
    coding = view["headers"].get("content-encoding", ["identity"])[0]
    return {**view, "encoded": True} if view["body"] and coding != "identity" else view


@of_answer("D15")
def a_body_without_a_type_is_text_if_it_can_be(event: Event, view: View) -> View:
    if "content-type" in view["headers"]:
        return view
    try:
        view["body"].decode()
    except UnicodeDecodeError:
        return view
    return {**view, "encoded": False}


@of_answer("D23")
def nothing_that_its_server_added(_event: Event, view: View) -> View:
    def by_the_server(name: str, value: str) -> bool:
        return name == "server" and value.startswith("nginx")

    kept = {
        name: [value for value in values if not by_the_server(name, value)] for name, values in view["headers"].items()
    }
    return with_headers(view, {name: values for name, values in kept.items() if values})


@of_answer("D6")
def nothing_of_the_services_connection(event: Event, view: View) -> View:
    return with_headers(view, {name: values for name, values in view["headers"].items() if name not in HOP_BY_HOP})
