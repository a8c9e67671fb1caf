"""Uploads of layers in the embedded AWS: its answers are those of ECR's API, held to botocore's models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from tests.support.images import digest

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.sandbox

SHORTEST = 5 * 2**20
FIRST, LAST = bytes(SHORTEST), b"the rest"


def told(call: Callable[[], Any], *members: str) -> tuple[Any, ...]:
    with pytest.raises(ClientError) as refused:
        call()
    response: Any = refused.value.response
    return (response["Error"]["Code"], *(response.get(member) for member in members))


def test_uploads_answer_as_ecr_does(client: Callable[[str], Any], unique: str) -> None:
    ecr = client("ecr")
    ecr.create_repository(repositoryName=unique)

    def begin() -> dict[str, str]:
        return {"repositoryName": unique, "uploadId": ecr.initiate_layer_upload(repositoryName=unique)["uploadId"]}

    def send(named: dict[str, str], first: int, part: bytes) -> Any:
        place = {"partFirstByte": first, "partLastByte": first + len(part) - 1}
        return ecr.upload_layer_part(**named, **place, layerPartBlob=part)

    def end(named: dict[str, str], content: bytes) -> Any:
        return ecr.complete_layer_upload(**named, layerDigests=[digest(content)])

    upload, short = begin(), begin()
    gone = {"repositoryName": unique, "uploadId": "of-another-day"}
    unknown, empty = told(lambda: send(gone, 0, LAST)), told(lambda: end(upload, FIRST))
    came = send(upload, 0, FIRST)["lastByteReceived"]
    again = told(lambda: send(upload, 0, FIRST), "uploadId", "lastValidByteReceived")
    ahead = told(lambda: send(upload, SHORTEST + 1, LAST), "lastValidByteReceived")
    send(upload, SHORTEST, LAST)
    other = told(lambda: end(upload, LAST))
    end(upload, FIRST + LAST)
    send(short, 0, LAST)
    send(short, len(LAST), LAST)

    code, last = "InvalidLayerPartException", SHORTEST - 1
    assert (unknown, empty) == (("UploadNotFoundException",), ("EmptyUploadException",))
    assert (came, again, ahead) == (last, (code, upload["uploadId"], last), (code, last))
    assert other == ("InvalidLayerException",)
    assert told(lambda: end(short, LAST * 2)) == ("LayerPartTooSmallException",)
    assert told(lambda: end(upload, FIRST + LAST)) == ("UploadNotFoundException",)
