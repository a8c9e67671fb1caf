"""Asks a service for its health once: its health path, without following redirects."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

from lambda_migrate.http import OK, HttpError

if TYPE_CHECKING:
    from lambda_migrate.http import Client


class Asked(NamedTuple):
    """What a service answered when it was asked for its health once.

    Attributes:
        problem: What is wrong, in one clause; "" for a 200.
        seconds: How long it took.
        reached: Whether the question got there.
        lost: Whether it got there and no answer came back.
        refused: Whether the connection was refused, which is an answer: waiting for another one is in vain.
    """

    problem: str
    seconds: float
    reached: bool = True
    lost: bool = False
    refused: bool = False


def ask(client: Client, url: str, *, timeout: float) -> Asked:
    """GET a health path once, without following redirects.

    Args:
        client: Reaches the service.
        url: What to GET.
        timeout: Of the whole exchange, in seconds.
    """
    began = time.perf_counter()
    try:
        status = client.get(url, timeout=timeout).status_code
    except HttpError as error:
        took = time.perf_counter() - began
        return Asked(f"{url} {error.reason}", took, reached=error.sent, lost=error.sent, refused=error.refused)
    return Asked("" if status == OK else f"{url} answered {status}", time.perf_counter() - began)
