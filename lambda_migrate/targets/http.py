"""Asks a service whether it is ready."""

from __future__ import annotations

from functools import cache

from lambda_migrate.http import OK, Client, HttpError


def answers(url: str, timeout: float = 3.0) -> str:
    """Ask once, without following redirects.

    Args:
        url: What to GET.
        timeout: Of the whole exchange, in seconds.

    Returns:
        "" for a 200, else what is wrong in one clause.
    """
    try:
        answer = _client().get(url, timeout=timeout)
    except HttpError as error:
        return f"{url} {error.reason}"
    return "" if answer.status_code == OK else f"{url} answered {answer.status_code}"


@cache
def _client() -> Client:
    return Client()
