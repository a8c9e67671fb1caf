"""A function's image in ECR: read, pushed in parts, tagged. Bytes go through ECR's API alone, without Docker.

https://docs.aws.amazon.com/AmazonECR/latest/APIReference/Welcome.html
"""

from __future__ import annotations

import base64
import io
import json
from typing import TYPE_CHECKING, BinaryIO

from lambda_migrate.aws.answers import unreadable
from lambda_migrate.aws.download import fetch
from lambda_migrate.aws.permissions import calls
from lambda_migrate.errors import AwsError, Drifted, NotFound
from lambda_migrate.proxy.image import MANIFESTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws
    from lambda_migrate.proxy.image import Blob

LISTS = (
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.oci.image.index.v1+json",
)
"""Manifests of several images: asked for as well, so that ECR shows which one it is in place of nothing."""

ALREADY = frozenset({"LayerAlreadyExistsException", "ImageAlreadyExistsException"})
CUT_OFF = frozenset({"UploadNotFoundException", "InvalidLayerPartException", "EmptyUploadException"})
"""What ECR says of an upload that it does not know any more, or whose parts are not those that it has."""

ATTEMPTS = 3
LONGEST_PART = 20_971_520
"""Bytes of one part of an upload, at most (UploadLayerPart, ECR API reference)."""

AVAILABLE = "AVAILABLE"
IMMUTABLE = "ImageTagAlreadyExistsException"
"""What ECR says where the tags of a repository cannot be moved, and this one is there (PutImage)."""


def manifest(aws: Aws, repository: str, image: dict[str, str], owner: str = "") -> tuple[str, str, str] | None:
    """Return an image's manifest, to the byte, its media type and its digest; None where it is not there.

    Args:
        aws: Where to look.
        repository: The repository's name.
        image: ``{"imageDigest": ...}`` or ``{"imageTag": ...}``.
        owner: The account whose registry it is in; "" is our own.

    Raises:
        NotFound: The repository is not there.
    """
    asked = {"repositoryName": repository, "imageIds": [image], "acceptedMediaTypes": [*MANIFESTS, *LISTS]}
    answer = aws.call("ecr", "batch_get_image", **asked, registryId=owner or None)
    for each in answer.get("images") or ():
        named = each.get("imageId") or {}
        if not isinstance(each.get("imageManifest"), str) or not named.get("imageDigest"):
            raise unreadable("ecr:BatchGetImage", "an image without a manifest")
        return each["imageManifest"], str(each.get("imageManifestMediaType") or ""), str(named["imageDigest"])
    return None


def original(aws: Aws, repository: str, digest: str, owner: str = "") -> tuple[str, str]:
    """Return manifest and media type of an image that has to be there.

    Raises:
        Drifted: It is not there any more.
    """
    shown = manifest(aws, repository, {"imageDigest": digest}, owner)
    if shown is None:
        raise Drifted(
            f"repository `{repository}` does not hold the image {digest} any more",
            hint="somebody, or a lifecycle policy, deleted it; deploy the function again, then `lambda-migrate plan`",
        )
    return shown[0], shown[1]


def config_of(aws: Aws, repository: str, manifest_text: str, owner: str = "") -> str:
    """Return the configuration that a manifest names, held against its digest; "" where it names none, as a list does.

    Raises:
        MigrateError: It cannot be downloaded.
    """
    document = json.loads(manifest_text)
    named = document.get("config") if isinstance(document, dict) else None
    if not isinstance(named, dict):
        return ""
    digest = str(named["digest"])
    url = url_of(aws, repository, digest, owner)
    expected = base64.b64encode(bytes.fromhex(digest.partition(":")[2])).decode()
    what = f"the configuration of the image in `{repository}`"
    return fetch(url, expected, what, downloads=aws.downloads()).decode("utf-8")


def url_of(aws: Aws, repository: str, digest: str, owner: str = "") -> str:
    """Return where a layer, or a configuration, can be downloaded from for an hour."""
    named = {"repositoryName": repository, "layerDigest": digest, "registryId": owner or None}
    return str(aws.call("ecr", "get_download_url_for_layer", **named)["downloadUrl"])


def tags(aws: Aws, repository: str, digest: str) -> tuple[str, ...]:
    """Return the tags of an image, none where it is not there."""
    try:
        asked = {"repositoryName": repository, "imageIds": [{"imageDigest": digest}]}
        details = aws.call("ecr", "describe_images", **asked).get("imageDetails") or ()
    except NotFound:
        return ()
    return tuple(str(tag) for each in details for tag in each.get("imageTags") or ())


def lifecycle(aws: Aws, repository: str) -> str:
    """Return the repository's lifecycle policy, JSON; "" where it has none."""
    try:
        return str(aws.call("ecr", "get_lifecycle_policy", repositoryName=repository)["lifecyclePolicyText"])
    except NotFound:
        return ""


def upload(aws: Aws, repository: str, blob: Blob) -> None:
    """Bring a blob into a repository, unless it is there. One that was cut off begins again: our blobs are small.

    A part, or the end, whose answer was lost and that is sent once more is refused, as it has come already. Then ECR is
    asked whether the blob is there, and the upload begins again where it is not.

    Raises:
        AwsError: ECR refuses.
    """
    send(aws, repository, blob.digest, io.BytesIO(blob.content))


def send(aws: Aws, repository: str, digest: str, content: BinaryIO) -> None:
    """Bring a file into a repository, as :func:`upload` does bytes; one part of it is in memory at a time."""
    for again in range(ATTEMPTS):
        if available(aws, repository, digest):
            return
        try:
            _send(aws, repository, digest, content)
        except AwsError as error:
            if error.aws_code not in CUT_OFF or again == ATTEMPTS - 1:
                raise
        else:
            return


def available(aws: Aws, repository: str, digest: str) -> bool:
    """Return whether a repository has a blob."""
    asked = {"repositoryName": repository, "layerDigests": [digest]}
    shown = aws.call("ecr", "batch_check_layer_availability", **asked).get("layers") or ()
    return any(each.get("layerAvailability") == AVAILABLE for each in shown)


def _send(aws: Aws, repository: str, digest: str, content: BinaryIO) -> None:
    begun = aws.call("ecr", "initiate_layer_upload", repositoryName=repository)
    named = {"repositoryName": repository, "uploadId": str(begun["uploadId"])}
    for first, part in _parts(content, min(int(begun.get("partSize") or LONGEST_PART), LONGEST_PART)):
        place = {"partFirstByte": first, "partLastByte": first + len(part) - 1}
        aws.call("ecr", "upload_layer_part", **named, **place, layerPartBlob=part)
    _unless_there(aws, "complete_layer_upload", **named, layerDigests=[digest])


def put(aws: Aws, repository: str, manifest_text: str, media_type: str, tag: str, digest: str) -> None:
    """Put a manifest under a tag; ECR holds it against the digest. What is there already stays.

    Raises:
        AwsError: ECR refuses: the tag names another image, or a layer is missing.
    """
    named = {"repositoryName": repository, "imageTag": tag, "imageDigest": digest}
    try:
        _unless_there(aws, "put_image", **named, imageManifest=manifest_text, imageManifestMediaType=media_type)
    except AwsError as error:
        if error.aws_code == IMMUTABLE:
            error.hint = (
                f"tag `{tag}` names another image and cannot be moved; `{removal(repository, (tag,))}` removes it"
            )
        raise


def removal(repository: str, tags: Iterable[str]) -> str:
    """Return the command that removes tags, and an image with its last one."""
    named = " ".join(f"imageTag={tag}" for tag in tags)
    return f"aws ecr batch-delete-image --repository-name {repository} --image-ids {named}"


def _unless_there(aws: Aws, operation: str, **parameters: object) -> None:
    try:
        aws.call("ecr", operation, **parameters)
    except AwsError as error:
        if error.aws_code not in ALREADY:
            raise


def _parts(content: BinaryIO, size: int) -> Iterator[tuple[int, bytes]]:
    first = content.seek(0)
    while part := content.read(size):
        yield first, part
        first += len(part)


READS = "BatchGetImage GetDownloadUrlForLayer"
PUSHES = "BatchCheckLayerAvailability InitiateLayerUpload UploadLayerPart CompleteLayerUpload PutImage"


def calls_of(repository: str, *kinds: str, owner: str = "") -> tuple[Call, ...]:
    """Return calls at a repository, of our own account or another; each kind is a list of names with blanks between."""
    place = {"registryId": owner} if owner else {}
    return tuple(call for kind in kinds for call in calls("ecr", kind, repositoryName=repository, **place))
