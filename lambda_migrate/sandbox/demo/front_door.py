"""The requests that the traffic sends to the sample function's HTTP API, and what each answer must be."""

from __future__ import annotations

import hashlib
import json
import struct
import zlib
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable

TIMEOUT = 35.0
"""Seconds until a request without an answer has failed; an HTTP API gives up after 30."""

LINES = [{"sku": "AB-1", "quantity": 2}, {"sku": "ZZ-42", "quantity": 1}]
"""What every customer orders."""


@dataclass(frozen=True)
class Answer:
    """What came back.

    Args:
        status: The HTTP status.
        headers: Lower-case names with all their values, in order.
        body: The body, decoded from whatever transfer it had.
    """

    status: int
    headers: dict[str, list[str]]
    body: bytes

    @property
    def document(self) -> Any:
        """The body as JSON, or None if it is not valid JSON."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None


@dataclass(frozen=True)
class Request:
    """One request, and how to tell that its answer is right.

    Args:
        name: What the request is, in a word or two.
        method: The HTTP method.
        path: Path and query, below the base path.
        status: The expected status.
        right: Whether headers and body are the expected ones.
        document: JSON body, or None.
        cookie: Value of the Cookie header, or nothing.
    """

    name: str
    method: str
    path: str
    status: HTTPStatus
    right: Callable[[Answer], bool]
    document: Any = None
    cookie: str = ""


def send(url: str, base_path: str, request: Request, request_id: str) -> Answer:
    """Send a request, on a connection of its own.

    Args:
        url: The front door, as :attr:`Deployment.api_url`.
        base_path: What comes before the path of the request.
        request: What to send.
        request_id: Goes with it as ``x-request-id``; the application notes it.

    Raises:
        OSError: There was no answer.
        HTTPException: The answer was not HTTP.
    """
    door = urlsplit(url)
    connect = HTTPSConnection if door.scheme == "https" else HTTPConnection
    connection = connect(door.hostname or "", door.port, timeout=TIMEOUT)
    headers = {"x-request-id": request_id, "accept": "*/*"}
    if request.cookie:
        headers["cookie"] = request.cookie
    body = None
    if request.document is not None:
        body, headers["content-type"] = json.dumps(request.document).encode(), "application/json"
    try:
        connection.request(request.method, door.path + base_path + request.path, body, headers)
        response = connection.getresponse()
        received: dict[str, list[str]] = {}
        for name, value in response.getheaders():
            received.setdefault(name.lower(), []).append(value)
        return Answer(response.status, received, response.read())
    finally:
        connection.close()


def failure(request: Request, answer: Answer | OSError | HTTPException) -> str:
    """Return one line that says what was wrong, or nothing if the answer was right."""
    if not isinstance(answer, Answer):
        return f"{request.name}: {type(answer).__name__}: {answer}"
    try:
        right = answer.status == request.status and request.right(answer)
    except (LookupError, TypeError, ValueError, struct.error, zlib.error):
        right = False  # not even of the expected shape
    return "" if right else f"{request.name}: {answer.status} {answer.body[:120].decode(errors='replace')}"


def session_cookie(answer: Answer) -> str:
    """Return the session cookie that an answer sets, for the Cookie header of a later request."""
    cookies = [line.partition(";")[0] for line in answer.headers.get("set-cookie", [])]
    return next((cookie for cookie in cookies if cookie.startswith("session=")), "")


def conversation(customer: str, order_id: str, base_path: str) -> list[Request]:
    """Return requests that a customer makes one after the other, covering every kind of answer that there is.

    Args:
        customer: A new customer.
        order_id: The request id of the first request, which becomes the id of the order.
        base_path: What the application puts before the paths that it tells.
    """
    return [
        *_about_an_order(_Order(order_id, customer), f"{base_path}/orders/{order_id}"),
        Request("sign in", "POST", "/session", HTTPStatus.NO_CONTENT, _signed_in, document={"customer": customer}),
        Request("ask who I am", "GET", "/session", HTTPStatus.OK, lambda got: got.document == {"customer": customer}),
        *_mistakes(customer),
    ]


@dataclass(frozen=True)
class _Order:
    """What a customer orders.

    Args:
        id: Its id.
        customer: Whose it is.
    """

    id: str
    customer: str

    @property
    def placing(self) -> dict[str, Any]:
        """What the customer sends."""
        return {"customer": self.customer, "lines": LINES, "note": "left at the dör"}

    def is_shown(self, document: Any) -> bool:
        """Return whether a document shows this order; when it was placed is up to the application."""
        return bool(
            {**document, "placed_at": ""} == {**self.placing, "id": self.id, "status": "placed", "placed_at": ""}
        )


def _about_an_order(order: _Order, location: str) -> list[Request]:
    """Return requests that place an order and read it in every way; `location` is the path that the answers tell."""

    def placed(answer: Answer) -> bool:
        return answer.headers["location"] == [location] and order.is_shown(answer.document)

    def listed(answer: Answer) -> bool:
        return answer.document["customer"] == order.customer and order.is_shown(*answer.document["orders"])

    def pointed_to(answer: Answer) -> bool:
        return answer.headers["location"] == [location]

    path = f"/orders/{order.id}"
    listing = f"/orders?customer={order.customer}&status=placed&status=sent&limit=5"
    return [
        Request("place an order", "POST", "/orders", HTTPStatus.CREATED, placed, document=order.placing),
        Request("read an order", "GET", path, HTTPStatus.OK, lambda got: order.is_shown(got.document)),
        Request("list orders", "GET", listing, HTTPStatus.OK, listed),
        Request("print a label", "GET", f"{path}/label.png", HTTPStatus.OK, lambda got: is_label(got, order.id)),
        Request("follow a short link", "GET", f"/o/{order.id}", HTTPStatus.TEMPORARY_REDIRECT, pointed_to),
    ]


def _signed_in(answer: Answer) -> bool:
    names = [line.partition("=")[0] for line in answer.headers["set-cookie"]]
    return sorted(names) == ["greeted", "session"] and answer.body == b""


def _mistakes(customer: str) -> list[Request]:
    """Return requests that the application refuses."""
    nothing_ordered = {**_Order("", customer).placing, "lines": []}
    missing = {"detail": "there is no order none such"}

    def names_the_lines(answer: Answer) -> bool:
        return bool(answer.document["detail"][0]["loc"] == ["body", "lines"])

    unprocessable = HTTPStatus.UNPROCESSABLE_ENTITY
    return [
        Request(
            "read no order", "GET", "/orders/none%20such", HTTPStatus.NOT_FOUND, lambda got: got.document == missing
        ),
        Request("order nonsense", "POST", "/orders", unprocessable, names_the_lines, document=nothing_ordered),
    ]


def is_label(answer: Answer, order_id: str) -> bool:
    """Return whether an answer is the label of an order: a PNG whose rows are the digest of the order id."""
    start = answer.body.index(b"IDAT")
    (length,) = struct.unpack(">I", answer.body[start - 4 : start])
    pixels = zlib.decompress(answer.body[start + 4 : start + 4 + length])
    rows = hashlib.sha256(order_id.encode()).digest()
    return answer.headers["content-type"] == ["image/png"] and pixels[1::65] == rows
