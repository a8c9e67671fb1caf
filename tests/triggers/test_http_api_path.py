from __future__ import annotations

import pytest

from lambda_migrate.triggers.http_api_path import mapping


@pytest.mark.parametrize(
    ("stages", "expected"),
    [
        (["$default"], "$request.path"),
        ([], "$request.path"),
        (["prod"], "/prod${request.path}"),
        (["prod", "test"], None),
        (["$default", "prod"], None),
    ],
)
def test_the_service_sees_the_path_that_events_carry(stages: list[str], expected: str | None) -> None:
    assert mapping(stages) == expected
