"""The image of a function, as `proxy deploy` and `inspect` read it: in our own registry, or another account's."""

from __future__ import annotations

from typing import Any

import pytest

from lambda_migrate.inventory import images
from tests.support.image_registry import ACCOUNT, OTHER, registry
from tests.support.images import Recipe

BUILT = Recipe([{"var/task/app.py": b"..."}]).build()
HOST = "dkr.ecr.eu-west-1.amazonaws.com/shop/orders"


def read(aws: Any) -> Any:
    deployed = images.named(aws.answers["lambda:get_function"])
    assert deployed is not None
    warnings: list[str] = []
    known = images.read(aws, deployed, (), warnings)
    assert warnings == []
    return known


@pytest.mark.parametrize(
    ("owner", "ours", "copies", "home"),
    [
        (ACCOUNT, True, "", f"{ACCOUNT}.{HOST}"),
        (OTHER, True, f"{ACCOUNT}.{HOST}", f"{ACCOUNT}.{HOST}"),
        (OTHER, False, "", f"{OTHER}.{HOST}"),
    ],
)
def test_an_image_is_read_where_it_is_and_copied_to_the_repository_of_the_same_name(
    owner: str, copies: str, home: str, *, ours: bool
) -> None:
    with registry(BUILT, owner=owner, ours=ours) as aws:
        known = read(aws)

    assert (known.repository, known.digest) == (f"{owner}.{HOST}", BUILT.digest)
    assert (known.copies, known.home) == (copies, home)
    assert (known.manifest, known.config) == (BUILT.manifest.decode(), BUILT.config.decode())
    assert known.start.handler == "app.handler"


def test_what_reading_may_call_names_both_registries() -> None:
    with registry(BUILT, owner=OTHER) as aws:
        known = read(aws)

    owners = {dict(each.parameters).get("registryId", ACCOUNT) for each in images.calls_of(known, ACCOUNT)}
    assert owners == {ACCOUNT, OTHER}
