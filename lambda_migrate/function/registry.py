"""A function's image in ECR: read, pushed in parts, tagged. Bytes go through ECR's API alone, without Docker.

https://docs.aws.amazon.com/AmazonECR/latest/APIReference/Welcome.html
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
from typing import TYPE_CHECKING, Any

from lambda_migrate.aws.answers import unreadable
from lambda_migrate.aws.download import fetch
from lambda_migrate.aws.permissions import calls
from lambda_migrate.errors import AwsError, Drifted, MigrateError, NotFound
from lambda_migrate.function.layer_upload import send, unless_there
from lambda_migrate.proxy import image_configuration
from lambda_migrate.proxy.image import DIGEST, MANIFESTS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws
    from lambda_migrate.proxy.image import Blob

LISTS = (
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.oci.image.index.v1+json",
)
"""Manifests of several images: asked for as well, so that ECR shows which one it is in place of nothing."""

_NOT_THERE = frozenset({"ImageNotFound", "ImageTagDoesNotMatchDigest", "MissingDigestAndTag", "InvalidImageDigest"})
"""ECR's failure codes for an image that does not exist."""

BUILD_AGAIN = "build and push the image again, deploy it, then run the same command"

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
        text, digest = each["imageManifest"], str(named["imageDigest"])
        if f"sha256:{hashlib.sha256(text.encode()).hexdigest()}" != digest:
            raise unreadable("ecr:BatchGetImage", f"the manifest does not match {digest}")
        return text, str(each.get("imageManifestMediaType") or ""), digest
    for each in answer.get("failures") or ():
        if each.get("failureCode") not in _NOT_THERE:
            raise AwsError(
                f"ECR does not show image {_named(image)} of repository `{repository}`: {_why(each)}",
                operation="ecr:BatchGetImage",
                aws_code=str(each.get("failureCode") or ""),
                hint="see the repository in the console, then run the same command again",
            )
    return None


def _named(image: dict[str, str]) -> str:
    return next(iter(image.values()))


def _why(failure: dict[str, Any]) -> str:
    return str(failure.get("failureReason") or failure.get("failureCode") or "no reason given").rstrip(".")


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
        MigrateError: It cannot be downloaded, or is not what a configuration has to be.
    """
    named = named_configuration(manifest_text)
    if named is None:
        return ""
    what = f"the configuration of the image in `{repository}`"
    if not DIGEST.fullmatch(named):
        raise MigrateError(
            f"{what} cannot be read: its manifest does not name it by a SHA-256 digest", hint=BUILD_AGAIN
        )
    url = url_of(aws, repository, named, owner)
    expected = base64.b64encode(bytes.fromhex(named.partition(":")[2])).decode()
    content = fetch(url, expected, what, downloads=aws.downloads(), limit=image_configuration.LARGEST)
    if problem := image_configuration.problem_in(content):
        raise MigrateError(f"{what} cannot be read: {problem}", hint=BUILD_AGAIN)
    return content.decode()


def named_configuration(manifest_text: str) -> str | None:
    """Return the digest by which a manifest names a configuration, None where it names none, as a list does."""
    try:
        document = json.loads(manifest_text)
    except (ValueError, RecursionError):
        return None
    named = document.get("config") if isinstance(document, dict) else None
    return str(named.get("digest")) if isinstance(named, dict) else None


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
    """Upload a blob to a repository unless it is there.

    Raises:
        AwsError: ECR refuses.
    """
    send(aws, repository, blob.digest, io.BytesIO(blob.content))


def put(aws: Aws, repository: str, manifest_text: str, media_type: str, tag: str, digest: str) -> None:
    """Put a manifest under a tag; ECR holds it against the digest. What is there already stays.

    Raises:
        AwsError: ECR refuses: the tag names another image, or a layer is missing.
    """
    named = {"repositoryName": repository, "imageTag": tag, "imageDigest": digest}
    try:
        unless_there(aws, "put_image", **named, imageManifest=manifest_text, imageManifestMediaType=media_type)
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


READS = "BatchGetImage GetDownloadUrlForLayer"
PUSHES = "BatchCheckLayerAvailability InitiateLayerUpload UploadLayerPart CompleteLayerUpload PutImage"


def calls_of(repository: str, *kinds: str, owner: str = "") -> tuple[Call, ...]:
    """Return calls at a repository, of our own account or another; each kind is a list of names with blanks between."""
    place = {"registryId": owner} if owner else {}
    return tuple(call for kind in kinds for call in calls("ecr", kind, repositoryName=repository, **place))
