"""The HTTP API of the order desk."""

from __future__ import annotations

import hashlib
import hmac
import struct
import zlib
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Cookie, Header, HTTPException, Query, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, Field

from . import store
from .settings import settings

router = APIRouter()


class Line(BaseModel):
    """One line of an order."""

    sku: str = Field(pattern=r"^[A-Z]{2}-\d+$")
    quantity: int = Field(ge=1, le=100)


class NewOrder(BaseModel):
    """What a customer sends."""

    customer: str
    lines: list[Line] = Field(min_length=1)
    note: str = ""


class Credentials(BaseModel):
    """Who wants a session."""

    customer: str


@router.get("/health")
def health() -> dict[str, str]:
    """Say that the order desk is open."""
    return {"status": "ok"}


@router.post("/orders", status_code=201)
def place_order(
    new: NewOrder, response: Response, x_request_id: Annotated[str | None, Header()] = None
) -> dict[str, Any]:
    """Take an order. The same request id places the same order."""
    order_id = x_request_id or uuid4().hex
    order = new.model_dump() | {"id": order_id, "placed_at": datetime.now(UTC).isoformat(), "status": "placed"}
    store.put_order(order)
    response.headers["location"] = f"{settings().base_path}/orders/{order_id}"
    return order


@router.get("/orders")
def list_orders(
    customer: str,
    status: Annotated[list[str] | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> dict[str, Any]:
    """List the latest orders of a customer, all or those with some status."""
    orders = store.orders_of(customer, limit)
    return {"customer": customer, "orders": [order for order in orders if not status or order["status"] in status]}


@router.get("/orders/{order_id}")
def get_order(order_id: str) -> dict[str, Any]:
    """Return one order."""
    order = store.get_order(order_id)
    if order is None:
        raise HTTPException(404, f"there is no order {order_id}")
    return order


@router.get("/orders/{order_id}/label.png")
def label(order_id: str) -> Response:
    """Return the shipping label, a picture whose stripes are the order id."""
    rows = hashlib.sha256(order_id.encode()).digest()
    return Response(striped_picture(rows), media_type="image/png")


@router.get("/o/{order_id}")
def short_link(order_id: str) -> RedirectResponse:
    """Lead from the short link in a mail to the order."""
    return RedirectResponse(f"{settings().base_path}/orders/{order_id}", status_code=307)


@router.post("/session", status_code=204)
def sign_in(who: Credentials, response: Response) -> None:
    """Open a session, kept in a signed cookie."""
    path = settings().base_path or "/"
    response.set_cookie(
        "session", f"{who.customer}.{signature(who.customer)}", path=path, httponly=True, samesite="lax"
    )
    response.set_cookie("greeted", "yes", path=path, max_age=3600)


@router.get("/session")
def who_am_i(session: Annotated[str, Cookie()] = "") -> dict[str, str]:
    """Say whose session it is."""
    customer, _, signed = session.rpartition(".")
    if not hmac.compare_digest(signed.encode(), signature(customer).encode()):
        raise HTTPException(401, "sign in first")
    return {"customer": customer}


def signature(customer: str) -> str:
    """Return what proves that a session cookie is ours."""
    return hmac.new(settings().session_secret.encode(), customer.encode(), hashlib.sha256).hexdigest()[:32]


def striped_picture(rows: bytes) -> bytes:
    """Return a PNG with one grey stripe, 64 pixels wide, for each byte."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", 64, len(rows), 8, 0, 0, 0, 0)
    pixels = b"".join(b"\0" + bytes([row]) * 64 for row in rows)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(pixels)) + chunk(b"IEND", b"")
