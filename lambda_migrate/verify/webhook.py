"""Posts the announcement of a freeze to a webhook. Its URL is a secret: it shows in no message."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from lambda_migrate.errors import MigrateError

if TYPE_CHECKING:
    from collections.abc import Mapping

TIMEOUT = 10.0
"""Seconds to connect, and for each read."""


def post(url: str, body: Mapping[str, object], client: httpx.Client | None = None) -> None:
    """POST a JSON document; redirects are not followed.

    Args:
        url: The webhook.
        body: The document; chat services show its ``text``.
        client: Reaches it; default: one that verifies TLS.

    Raises:
        MigrateError: It could not be reached, or did not answer with 2xx.
    """
    hint = "check `freeze.webhook` in migration.yaml; the announcement itself is written"
    try:
        answer = (client or httpx).post(url, json=body, timeout=TIMEOUT, follow_redirects=False)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        # The error's own words may hold the URL.
        raise MigrateError(f"the webhook cannot be reached ({type(error).__name__})", hint=hint) from None
    if not answer.is_success:
        raise MigrateError(f"the webhook answered {answer.status_code}", hint=hint)
