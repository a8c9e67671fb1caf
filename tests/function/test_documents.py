"""What decides how a function runs, whichever way AWS writes it."""

from __future__ import annotations

from typing import Any

from lambda_migrate.function.documents import differing, function

LATEST: dict[str, Any] = {
    "FunctionName": "orders",
    "FunctionArn": "arn:aws:lambda:eu-west-1:123456789012:function:orders",
    "PackageType": "Image",
    "CodeSha256": "0" * 64,
    "Role": "arn:aws:iam::123456789012:role/orders",
}


def test_what_an_image_starts_is_the_same_once_nothing_is_overridden_any_more() -> None:
    before, after = LATEST, {**LATEST, "ImageConfigResponse": {"ImageConfig": {}}}
    other = {**LATEST, "ImageConfigResponse": {"ImageConfig": {"Command": ["other.handler"]}}}

    assert function(before).configuration_sha256 == function(after).configuration_sha256
    assert function(before).configuration_sha256 != function(other).configuration_sha256
    assert (differing(before, after), differing(before, other)) == ([], ["ImageConfigResponse"])
