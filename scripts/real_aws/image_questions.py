"""Questions about ECR: uploads that are cut off, and what can be downloaded of an image."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from scripts.real_aws.world import World, refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

PART = 5 * 2**20
"""Bytes of a part that is not the last, at least."""

CONFIG = "application/vnd.docker.container.image.v1+json"
LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip"
MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"


def layer_upload(world: World) -> Iterator[str]:
    """What does ECR say of a part that has come already, that leaves a gap, or that is the first and begins late?"""
    ecr = world.client("ecr")
    ecr.create_repository(repositoryName=world.name)
    world.later(ecr.delete_repository, repositoryName=world.name, force=True)
    begun, fresh = (ecr.initiate_layer_upload(repositoryName=world.name) for _ in range(2))
    yield f"a part has {begun['partSize']} bytes"
    upload = {"repositoryName": world.name, "uploadId": begun["uploadId"]}
    _send(ecr, upload, 0)
    yield f"the same part once more: {_told(ecr, upload, 0)}"
    yield f"a part behind a gap: {_told(ecr, upload, PART + 1)}"
    yield f"a first part from byte 1: {_told(ecr, {**upload, 'uploadId': fresh['uploadId']}, 1)}"
    yield f"an upload that was never begun: {_told(ecr, {**upload, 'uploadId': world.name}, 0)}"
    complete = ecr.complete_layer_upload
    yield f"complete, another digest: {refusal(complete, **upload, layerDigests=[_digest(b'other')])}"
    yield f"complete: {refusal(complete, **upload, layerDigests=[_digest(bytes(PART))])}"
    yield f"complete once more: {refusal(complete, **upload, layerDigests=[_digest(bytes(PART))])}"


def image_parts(world: World) -> Iterator[str]:
    """Is an image's manifest handed out to the byte, and its configuration as a layer is?"""
    ecr, name = world.client("ecr"), f"{world.name}-image"
    ecr.create_repository(repositoryName=name)
    world.later(ecr.delete_repository, repositoryName=name, force=True)
    config = json.dumps({"config": {}, "rootfs": {"type": "layers", "diff_ids": [_digest(b"layer")]}}).encode()
    for content in (b"layer", config):
        begun = ecr.initiate_layer_upload(repositoryName=name)
        upload = {"repositoryName": name, "uploadId": begun["uploadId"]}
        _send(ecr, upload, 0, content)
        ecr.complete_layer_upload(**upload, layerDigests=[_digest(content)])
    described = [
        {"mediaType": kind, "size": len(content), "digest": _digest(content)}
        for kind, content in ((CONFIG, config), (LAYER, b"layer"))
    ]
    document = {"schemaVersion": 2, "mediaType": MANIFEST, "config": described[0], "layers": described[1:]}
    manifest = json.dumps(document, indent=3)
    put = {"repositoryName": name, "imageManifest": manifest, "imageManifestMediaType": MANIFEST}
    ecr.put_image(**put, imageTag="first")
    shown = ecr.batch_get_image(repositoryName=name, imageIds=[{"imageTag": "first"}], acceptedMediaTypes=[MANIFEST])[
        "images"
    ][0]
    yield f"the manifest is the same to the byte: {shown['imageManifest'] == manifest}"
    asked = {"repositoryName": name, "layerDigest": _digest(config)}
    yield f"GetDownloadUrlForLayer of the configuration: {refusal(ecr.get_download_url_for_layer, **asked)}"
    yield f"the same image under another tag: {refusal(ecr.put_image, **put, imageTag='second')}"
    yield f"the same image under the same tag: {refusal(ecr.put_image, **put, imageTag='first')}"


def _send(ecr: Any, upload: dict[str, str], first: int, part: bytes = bytes(PART)) -> None:
    place = {"partFirstByte": first, "partLastByte": first + len(part) - 1}
    ecr.upload_layer_part(**upload, **place, layerPartBlob=part)


def _told(ecr: Any, upload: dict[str, str], first: int) -> str:
    """Return ECR's code for a part, and the last byte that it says counts."""
    try:
        _send(ecr, upload, first)
    except ClientError as error:
        last = error.response.get("lastValidByteReceived")
        return f"{error.response['Error'].get('Code')}, last valid byte {last}"
    return "accepted"


def _digest(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"
