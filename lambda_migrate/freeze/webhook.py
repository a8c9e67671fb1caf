"""Posts the announcement of a freeze to a webhook. Its URL is a secret: it shows in no message."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from lambda_migrate.errors import MigrateError
from lambda_migrate.http import Client, HttpError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lambda_migrate.http import Answer

TIMEOUT = 10.0
"""Seconds for the whole exchange."""


ATTEMPTS, PAUSE = 3, 1.0
"""How often a webhook is tried that does not take a connection, and the seconds in between."""


def post(
    url: str,
    body: Mapping[str, object],
    client: Client | None = None,
    pause: Callable[[float], object] = time.sleep,
) -> None:
    """POST a JSON document; redirects are not followed. What may have arrived is not sent again.

    Args:
        url: The webhook.
        body: The document; chat services show its ``text``.
        client: Reaches it; default: one that verifies TLS and heeds the environment's proxies.
        pause: Waits so many seconds.

    Raises:
        MigrateError: It could not be reached, or did not answer with 2xx.
    """
    hint = "check `freeze.webhook` in migration.yaml, then `lambda-migrate freeze` again; nothing else is undone"
    try:
        answer = _reached(url, body, client or Client(through_proxies=True), pause)
    except HttpError as error:
        # The error's own words may hold the URL.
        raise MigrateError(f"the webhook cannot be reached ({error.name})", hint=hint) from None
    if not answer.is_success:
        raise MigrateError(f"the webhook answered {answer.status_code}", hint=hint)


def _reached(url: str, body: Mapping[str, object], client: Client, pause: Callable[[float], object]) -> Answer:
    for attempt in range(ATTEMPTS):
        try:
            return client.post(url, json=body, timeout=TIMEOUT)
        except HttpError as error:
            if error.name not in ("ConnectError", "ConnectTimeout") or attempt + 1 == ATTEMPTS:
                raise
        pause(PAUSE)
    raise AssertionError
