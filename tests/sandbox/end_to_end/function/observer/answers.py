"""Answers of every form that an application gives."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, HTTPException, Response
from fastapi.responses import HTMLResponse, PlainTextResponse, RedirectResponse, StreamingResponse

if TYPE_CHECKING:
    from collections.abc import Iterator

router = APIRouter(prefix="/answers")

LONG_AGO = "Thu, 01 Jan 1970 00:00:00 GMT"
"""A date that stands still: answers of two versions are compared whole, whichever second each was given in."""


@router.head("/json")
@router.get("/json")
def document() -> dict[str, Any]:
    return {"name": "Zoë ☕", "numbers": [1, 2.5, 2**60], "nothing": None}


@router.get("/text")
def text() -> PlainTextResponse:
    return PlainTextResponse("línea\r\nline\n")


@router.get("/page")
def page() -> HTMLResponse:
    return HTMLResponse("<h1>☕</h1>")


@router.get("/latin")
def latin() -> Response:
    return Response("é".encode("latin-1"), media_type="text/plain; charset=latin-1")


@router.get("/image")
def image() -> Response:
    return Response(b"\x89PNG\r\n\x1a\n" + bytes(range(256)), media_type="image/png")


@router.get("/problem")
def problem() -> Response:
    return Response(b'{"title":"no"}', 409, media_type="application/problem+json")


@router.get("/packed")
def packed() -> Response:
    body = gzip.compress(json.dumps(["packed"] * 100).encode(), mtime=0)
    return Response(
        body, media_type="application/json", headers={"content-encoding": "gzip", "vary": "accept-encoding"}
    )


@router.get("/cookies")
def cookies() -> Response:
    response = PlainTextResponse("crumbs")
    response.set_cookie("session", "abc=/+", httponly=True, secure=True, samesite="strict", max_age=60)
    response.set_cookie("theme", "dark", path="/api")
    response.set_cookie("old", "", max_age=0, expires=LONG_AGO)
    return response


@router.get("/repeated")
def repeated() -> Response:
    response = PlainTextResponse("again")
    for value in ("accept", "origin"):
        response.headers.append("vary", value)
    response.headers.append("x-thing", "a, b")
    response.headers.append("x-thing", "c")
    return response


@router.get("/named")
def named() -> Response:
    return PlainTextResponse(
        "named", headers={"Server": "observer", "X-Powered-By": "tests", "Last-Modified": LONG_AGO}
    )


@router.get("/empty")
def empty() -> Response:
    return Response()


@router.delete("/nothing", status_code=204)
def nothing() -> None:
    """Answer without a body."""


@router.get("/unchanged")
def unchanged() -> Response:
    return Response(status_code=304, headers={"etag": '"1"'})


@router.post("/made", status_code=201)
def made() -> Response:
    return Response(b"{}", 201, {"location": "/answers/json"}, "application/json")


@router.get("/moved")
def moved() -> RedirectResponse:
    return RedirectResponse("/answers/json?from=moved&x=%C3%A9")


@router.get("/refused")
def refused() -> None:
    raise HTTPException(418, {"why": "short and stout"}, {"x-reason": "teapot"})


@router.get("/number")
def number(value: int) -> int:
    return value


@router.get("/broken")
def broken() -> None:
    msg = "the application broke"
    raise RuntimeError(msg)


@router.get("/large")
def large() -> PlainTextResponse:
    return PlainTextResponse("0123456789abcdé\n" * 20_000)


@router.get("/streamed")
def streamed() -> StreamingResponse:
    def parts() -> Iterator[bytes]:
        for part in range(5):
            yield f"part {part}\n".encode()

    return StreamingResponse(parts(), media_type="text/event-stream")
