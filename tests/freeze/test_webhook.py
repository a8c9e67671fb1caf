"""A webhook that does not take a connection is tried again; what may have arrived is not sent twice."""

from __future__ import annotations

import httpx
import pytest

from lambda_migrate.errors import MigrateError
from lambda_migrate.freeze import webhook
from lambda_migrate.http import Client

URL = "https://chat.example.com/secret-path"


def posted(*answers: int | type[httpx.TransportError]) -> tuple[int, list[float]]:
    """Post while the webhook answers so; return how often it was tried, and the pauses."""
    left, pauses = list(answers), []

    def answer(request: httpx.Request) -> httpx.Response:
        given = left.pop(0)
        if isinstance(given, int):
            return httpx.Response(given)
        raise given(str(request.url))

    with Client(transport=httpx.MockTransport(answer)) as client:
        webhook.post(URL, {"text": "frozen"}, client, pauses.append)
    return len(answers) - len(left), pauses


def test_it_is_tried_again_until_it_takes_a_connection() -> None:
    assert posted(httpx.ConnectError, httpx.ConnectTimeout, 204) == (3, [webhook.PAUSE] * 2)


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ([httpx.ConnectError] * 3, "the webhook cannot be reached (ConnectError)"),
        ([httpx.ReadTimeout, 200], "the webhook cannot be reached (ReadTimeout)"),
        ([500, 200], "the webhook answered 500"),
        ([302, 200], "the webhook answered 302"),
    ],
)
def test_nothing_else_is_and_its_url_shows_nowhere(answers: list[int | type[httpx.TransportError]], told: str) -> None:
    with pytest.raises(MigrateError) as raised:
        posted(*answers)

    assert raised.value.message == told
    assert "secret-path" not in raised.value.message + raised.value.hint
