"""Images in ECR, where AWS shows something else than one image."""

from __future__ import annotations

from typing import Any

from lambda_migrate.function.registry import config_of
from tests.inventory.fake_aws import FakeAws


def test_a_list_of_images_names_no_configuration() -> None:
    aws: Any = FakeAws()

    assert [config_of(aws, "shop", each) for each in ('{"manifests": []}', "[]", '{"config": 7}')] == ["", "", ""]
    assert aws.calls == []
