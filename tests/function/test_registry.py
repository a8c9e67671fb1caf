"""Images in ECR, where AWS shows something else than one image, and tags that cannot be moved."""

from __future__ import annotations

from typing import Any

import pytest

from lambda_migrate.errors import AwsError
from lambda_migrate.function.registry import config_of, put
from tests.inventory.fake_aws import FakeAws


def test_a_list_of_images_names_no_configuration() -> None:
    aws: Any = FakeAws()

    assert [config_of(aws, "shop", each) for each in ('{"manifests": []}', "[]", '{"config": 7}')] == ["", "", ""]
    assert aws.calls == []


def test_a_tag_that_cannot_be_moved_is_named_with_the_command_that_removes_it() -> None:
    refused = AwsError("the tag exists", aws_code="ImageTagAlreadyExistsException")
    aws: Any = FakeAws({"ecr:put_image": refused})

    with pytest.raises(AwsError) as raised:
        put(aws, "shop", "{}", "", "ours", "sha256:1")

    assert raised.value.hint == (
        "tag `ours` names another image and cannot be moved; `aws ecr batch-delete-image --repository-name shop"
        " --image-ids imageTag=ours` removes it"
    )


def test_what_is_there_under_the_tag_already_is_done() -> None:
    done = AwsError("the image exists", aws_code="ImageAlreadyExistsException")
    aws: Any = FakeAws({"ecr:put_image": done})

    put(aws, "shop", "{}", "", "ours", "sha256:1")

    assert aws.calls == ["ecr:put_image"]
