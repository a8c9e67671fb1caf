"""Uploads of layers as ECR takes them: parts one behind the other, the whole held against its digest.

What it answers is what its API reference says, held to botocore's models: an upload that it does not know is
`UploadNotFoundException`; a part that does not continue what has come is `InvalidLayerPartException`, with the last
byte that counts; all parts but the last have 5 MiB. Written for MiniStack 1.5.33.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ministack.core.responses import error_response_json, json_response
from ministack.services import ecr

if TYPE_CHECKING:
    from collections.abc import Callable

SHORTEST_PART = 5 * 2**20
"""Bytes of a part that is not the last, at least ("LayerPartTooSmallException")."""

_FAILED = 400


@dataclass
class _Upload:
    """What has arrived of a layer, and the lengths of its parts."""

    content: bytearray = field(default_factory=bytearray)
    parts: list[int] = field(default_factory=list)


_uploads: dict[tuple[str, str], _Upload] = {}


def install() -> None:
    """Make the MiniStack of this process accept uploads."""
    ecr._initiate_layer_upload = _noting(ecr._initiate_layer_upload)
    ecr._upload_layer_part = _upload_layer_part
    ecr._complete_layer_upload = _complete_layer_upload


def blobs(repository: str) -> dict[str, bytes]:
    """Return the layers and configurations of a repository, by digest."""
    held: dict[str, bytes] = ecr._layer_blobs.setdefault(repository, {})
    return held


def _noting(original: Callable[..., Any]) -> Callable[..., Any]:
    def initiate(data: dict[str, Any]) -> Any:
        answer = original(data)
        if answer[0] < _FAILED:
            _uploads[data["repositoryName"], json.loads(answer[2])["uploadId"]] = _Upload()
        return answer

    return initiate


def _upload_layer_part(data: dict[str, Any]) -> Any:
    upload = _of(data)
    if upload is None:
        return _unknown(data)
    part, there = base64.b64decode(data["layerPartBlob"]), len(upload.content)
    if (data["partFirstByte"], data["partLastByte"]) != (there, there + len(part) - 1):
        told = {**_named(data), "lastValidByteReceived": max(0, there - 1)}
        text = f"the part begins at byte {data['partFirstByte']}, and {there} bytes have come"
        return error_response_json("InvalidLayerPartException", text, _FAILED, told)
    upload.content += part
    upload.parts.append(len(part))
    return json_response({**_named(data), "lastByteReceived": len(upload.content) - 1})


def _complete_layer_upload(data: dict[str, Any]) -> Any:
    upload, digest = _of(data), data["layerDigests"][0]
    if upload is None:
        return _unknown(data)
    if not upload.parts:
        return error_response_json("EmptyUploadException", "the upload has no parts", _FAILED)
    if min(upload.parts[:-1], default=SHORTEST_PART) < SHORTEST_PART:
        return error_response_json("LayerPartTooSmallException", "a part is smaller than 5 MiB", _FAILED)
    if f"sha256:{hashlib.sha256(upload.content).hexdigest()}" != digest:
        return error_response_json("InvalidLayerException", "the layer is not what its digest says", _FAILED)
    if digest in blobs(data["repositoryName"]):
        return error_response_json("LayerAlreadyExistsException", f"{digest} exists already", _FAILED)
    blobs(data["repositoryName"])[digest] = bytes(upload.content)
    del _uploads[data["repositoryName"], data["uploadId"]]
    return json_response({**_named(data), "layerDigest": digest})


def _of(data: dict[str, Any]) -> _Upload | None:
    return _uploads.get((data["repositoryName"], data["uploadId"]))


def _named(data: dict[str, Any]) -> dict[str, str]:
    return {"repositoryName": data["repositoryName"], "uploadId": data["uploadId"]}


def _unknown(data: dict[str, Any]) -> Any:
    text = f"upload {data['uploadId']} of repository {data['repositoryName']} is not there"
    return error_response_json("UploadNotFoundException", text, _FAILED)
