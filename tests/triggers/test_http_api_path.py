from __future__ import annotations

import pytest

from lambda_migrate.triggers.http_api_path import mapping

DEFAULT = ["$default"]


@pytest.mark.parametrize(
    ("route", "stages", "base", "expected"),
    [
        ("$default", DEFAULT, "", "$request.path"),
        ("ANY /{proxy+}", DEFAULT, "", "$request.path"),
        ("GET /orders/{id}", [], "", "$request.path"),
        ("ANY /api/{proxy+}", DEFAULT, "/api", "/${request.path.proxy}"),
        ("ANY /api/{proxy+}", DEFAULT, "api/", "/${request.path.proxy}"),
        ("GET /api/orders/{id}/lines/{line}", DEFAULT, "/api", "/orders/${request.path.id}/lines/${request.path.line}"),
        ("GET /api", DEFAULT, "/api", "/"),
        ("GET /health", DEFAULT, "/api", "$request.path"),
        ("GET /apiary/{bee}", DEFAULT, "/apiary/hive", None),
        ("$default", DEFAULT, "/api", None),
        ("ANY /{proxy+}", DEFAULT, "/api", None),
        ("ANY /{version}/orders", DEFAULT, "/api", None),
        ("ANY /{proxy+}", ["prod"], "/prod", "$request.path"),
        ("$default", ["prod"], "/prod", "$request.path"),
        ("ANY /api/{proxy+}", ["prod"], "/prod/api", "/${request.path.proxy}"),
        ("ANY /{proxy+}", ["prod"], "", "/prod${request.path}"),
        ("ANY /{proxy+}", ["prod"], "/production", "/prod${request.path}"),
        ("ANY /{proxy+}", ["prod", "test"], "", None),
        ("ANY /{proxy+}", ["$default", "prod"], "", None),
    ],
)
def test_the_service_sees_the_path_that_the_proxy_would_send(
    route: str, stages: list[str], base: str, expected: str | None
) -> None:
    assert mapping(route, stages, base) == expected
