"""Images in ECR, where AWS shows something else than one image, and uploads that are cut off."""

from __future__ import annotations

from typing import Any

import pytest

from lambda_migrate.errors import AwsError
from lambda_migrate.function.registry import ATTEMPTS, LONGEST_PART, config_of, put, upload
from lambda_migrate.proxy.image import Blob
from tests.inventory.fake_aws import FakeAws


def test_a_list_of_images_names_no_configuration() -> None:
    aws: Any = FakeAws()

    assert [config_of(aws, "shop", each) for each in ('{"manifests": []}', "[]", '{"config": 7}')] == ["", "", ""]
    assert aws.calls == []


class Repository:
    """Takes uploads by ECR's rules; answers of the named calls get lost once each, and are then sent again."""

    def __init__(self, *lost: str) -> None:
        self.blobs: dict[str, bytes] = {}
        self.uploads: dict[str, bytes] = {}
        self.begun = 0
        self.lost = list(lost)
        self.aws: Any = FakeAws(
            {
                "ecr:batch_check_layer_availability": self.availability,
                "ecr:initiate_layer_upload": self.begin,
                "ecr:upload_layer_part": self.sent_twice("part", self.part),
                "ecr:complete_layer_upload": self.sent_twice("end", self.end),
            }
        )

    def sent_twice(self, name: str, call: Any) -> Any:
        def sent(**parameters: Any) -> Any:
            answer = call(**parameters)
            if name in self.lost:
                self.lost.remove(name)
                return call(**parameters)
            return answer

        return sent

    def availability(self, layerDigests: list[str], **_: Any) -> Any:  # noqa: N803  # AWS's names
        state = "AVAILABLE" if layerDigests[0] in self.blobs else "UNAVAILABLE"
        return {"layers": [{"layerDigest": layerDigests[0], "layerAvailability": state}]}

    def begin(self, **_: Any) -> Any:
        self.begun += 1
        self.uploads[f"u{self.begun}"] = b""
        return {"uploadId": f"u{self.begun}", "partSize": LONGEST_PART}

    def part(self, uploadId: str, partFirstByte: int, layerPartBlob: bytes, **_: Any) -> Any:  # noqa: N803  # as above
        if partFirstByte != len(self.uploads[uploadId]):
            return AwsError("parts have to be consecutive", aws_code="InvalidLayerPartException")
        self.uploads[uploadId] += layerPartBlob
        return {}

    def end(self, uploadId: str, layerDigests: list[str], **_: Any) -> Any:  # noqa: N803  # as above
        if uploadId not in self.uploads:
            return AwsError("the upload is not there", aws_code="UploadNotFoundException")
        self.blobs[layerDigests[0]] = self.uploads.pop(uploadId)
        return {}


BLOB = Blob.of(bytes(LONGEST_PART) + b"the rest")


@pytest.mark.parametrize(("lost", "begun"), [((), 1), (("part",), 2), (("part", "part"), 3), (("end",), 1)])
def test_an_upload_whose_answers_are_lost_begins_again_unless_it_has_arrived(lost: tuple[str, ...], begun: int) -> None:
    repository = Repository(*lost)

    upload(repository.aws, "shop", BLOB)
    upload(repository.aws, "shop", BLOB)

    assert repository.blobs == {BLOB.digest: BLOB.content}
    assert repository.begun == begun


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


def test_an_upload_that_never_arrives_ends_with_what_ecr_says() -> None:
    repository = Repository(*["part"] * ATTEMPTS)

    with pytest.raises(AwsError, match="parts have to be consecutive"):
        upload(repository.aws, "shop", BLOB)

    assert repository.begun == ATTEMPTS
