"""ECR as a stand-in that is held to botocore's models: uploads by its rules, connections that are cut, whole images.

https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_UploadLayerPart.html
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ConnectionClosedError

from tests.support.images import DOCKER, Built, digest
from tests.targets.stand_in import Refused, StandIn

if TYPE_CHECKING:
    from collections.abc import Callable

OURS = "ours"


class Killed(BaseException):
    """The process is gone."""


def cut() -> None:
    """End a call without an answer."""
    raise ConnectionClosedError(endpoint_url="https://example.com")


def kill() -> None:
    """End the process."""
    raise Killed


@dataclass
class LayerRegistry(StandIn):
    """Repositories of our registry, in which layers come by the API, and images of another one's.

    Attributes:
        part: Bytes of a part.
        blobs: What our repository holds, by digest.
        uploads: What has come of each upload, by its id.
        images: Manifests by registry, then by tag and by digest.
        url: Where layers can be downloaded.
        fault: What happens at a changing call, by its number from 1, before or after it is carried out.
        parts: The first byte of each part that was sent.
        writes: How many changing calls there were.
    """

    services: tuple[str, ...] = ("ecr",)
    part: int = 4
    blobs: dict[str, bytes] = field(default_factory=dict)
    uploads: dict[str, bytes] = field(default_factory=dict)
    images: dict[str, dict[str, str]] = field(default_factory=dict)
    url: str = ""
    fault: dict[tuple[int, str], Callable[[], None]] = field(default_factory=dict)
    parts: list[int] = field(default_factory=list)
    writes: int = 0
    begun: int = 0

    def hold(self, owner: str, built: Built) -> None:
        """Have a registry hold an image."""
        self.images.setdefault(owner, {})[built.digest] = built.manifest.decode()

    def arm(self, number: int = 0, when: str = "before", fault: Callable[[], None] = kill) -> None:
        """Count from 0 again, and have a fault at a changing call; 0 for none."""
        self.writes, self.parts, self.fault = 0, [], {(number, when): fault}

    def _at(self, when: str) -> None:
        self.writes += when == "before"
        fault = self.fault.pop((self.writes, when), None)
        if fault:
            fault()

    def _answer(self, model: Any, context: dict[str, Any], **ignored: Any) -> Any:
        if model.name.startswith(("Batch", "Get")) and model.name != "BatchDeleteImage":
            return super()._answer(model, context, **ignored)
        self._at("before")
        answer = super()._answer(model, context, **ignored)
        self._at("after")
        return answer

    def ecr_BatchCheckLayerAvailability(self, layerDigests: list[str], **_: Any) -> Any:
        states = {each: "AVAILABLE" if each in self.blobs else "UNAVAILABLE" for each in layerDigests}
        return {"layers": [{"layerDigest": each, "layerAvailability": state} for each, state in states.items()]}

    def ecr_InitiateLayerUpload(self, **_: Any) -> Any:
        self.begun += 1
        self.uploads[f"u{self.begun}"] = b""
        return {"uploadId": f"u{self.begun}", "partSize": self.part}

    def ecr_UploadLayerPart(
        self, uploadId: str, partFirstByte: int, partLastByte: int, layerPartBlob: bytes, **named: Any
    ) -> Any:
        there = self._of(uploadId)
        self.parts.append(partFirstByte)
        if (partFirstByte, partLastByte) != (len(there), len(there) + len(layerPartBlob) - 1):
            told = {**named, "uploadId": uploadId, "lastValidByteReceived": max(0, len(there) - 1)}
            raise Refused("InvalidLayerPartException", "the part does not continue the upload", **told)
        self.uploads[uploadId] += layerPartBlob
        return {**named, "uploadId": uploadId, "lastByteReceived": partLastByte}

    def ecr_CompleteLayerUpload(self, uploadId: str, layerDigests: list[str], **_: Any) -> Any:
        there = self._of(uploadId)
        if not there:
            raise Refused("EmptyUploadException", "the upload has no parts")
        if digest(there) != layerDigests[0]:
            raise Refused("InvalidLayerException", "the layer is not what its digest says")
        if layerDigests[0] in self.blobs:
            raise Refused("LayerAlreadyExistsException", "the layer exists already")
        self.blobs[layerDigests[0]] = self.uploads.pop(uploadId)
        return {"layerDigest": layerDigests[0]}

    def _of(self, upload: str) -> bytes:
        if upload not in self.uploads:
            raise Refused("UploadNotFoundException", "the upload is not there")
        return self.uploads[upload]

    def ecr_BatchGetImage(self, imageIds: list[dict[str, str]], registryId: str = OURS, **_: Any) -> Any:
        ((kind, name),) = imageIds[0].items()
        manifest = self.images.get(registryId, {}).get(name)
        if manifest is None:
            told = {"imageId": imageIds[0], "failureCode": "ImageNotFound", "failureReason": "not found"}
            return {"images": [], "failures": [told]}
        named = {"imageDigest": digest(manifest.encode()), **({"imageTag": name} if kind == "imageTag" else {})}
        return {"images": [{"imageId": named, "imageManifest": manifest, "imageManifestMediaType": DOCKER}]}

    def ecr_GetDownloadUrlForLayer(self, layerDigest: str, **_: Any) -> Any:
        return {"downloadUrl": f"{self.url}/{layerDigest}", "layerDigest": layerDigest}

    def ecr_PutImage(self, imageManifest: str, imageTag: str, **_: Any) -> Any:
        held = self.images.setdefault(OURS, {})
        if held.get(imageTag) == imageManifest:
            raise Refused("ImageAlreadyExistsException", "the image exists already")
        held |= {imageTag: imageManifest, digest(imageManifest.encode()): imageManifest}
        return {}

    def ecr_BatchDeleteImage(self, imageIds: list[dict[str, str]], **_: Any) -> Any:
        held = self.images.setdefault(OURS, {})
        manifest = held.pop(imageIds[0]["imageTag"], "")
        held.pop(digest(manifest.encode()), None)
        return {}
