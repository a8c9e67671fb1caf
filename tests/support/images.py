"""Small container images, and a registry that holds them: ECR of the embedded AWS, through its API."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip"
DOCKER = "application/vnd.docker.distribution.manifest.v2+json"


def digest(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def tar(files: Mapping[str, bytes | str]) -> bytes:
    """Return files as a layer before compression; everything may be run, and a text is where a link leads."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.mode = 0o755
            if isinstance(content, str):
                entry.type, entry.linkname = tarfile.SYMTYPE, content
            else:
                entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content) if isinstance(content, bytes) else None)
    return buffer.getvalue()


@dataclass(frozen=True)
class Built:
    """An image, as what builds images leaves it.

    Attributes:
        layers: Compressed.
        config: The configuration.
        manifest: The manifest, which names both.
    """

    layers: tuple[bytes, ...]
    config: bytes
    manifest: bytes

    @property
    def digest(self) -> str:
        return digest(self.manifest)


@dataclass
class Recipe:
    """What an image is built from."""

    layers: Sequence[Mapping[str, Any]]
    entry_point: Sequence[str] = ("/lambda-entrypoint.sh",)
    command: Sequence[str] = ("app.handler",)
    variables: Sequence[str] = ("PATH=/usr/bin", "LAMBDA_TASK_ROOT=/var/task")
    history: Sequence[str] = ("FROM base", "COPY app.py")
    more: dict[str, Any] = field(default_factory=dict)
    folder: str = "/var/task"

    def build(self) -> Built:
        unpacked = [tar(each) for each in self.layers]
        packed = tuple(gzip.compress(each, mtime=0) for each in unpacked)
        own = {"Env": list(self.variables), "WorkingDir": self.folder, "Labels": {"team": "orders"}}
        own |= {"Entrypoint": list(self.entry_point), "Cmd": list(self.command)}
        config = {
            "architecture": "amd64",
            "os": "linux",
            "x-unknown": [1, {"kept": True}],
            "config": own,
            "created": "2026-11-01T00:00:00Z",
            "history": [{"created": "2026-11-01T00:00:00Z", "created_by": each} for each in self.history],
            "rootfs": {"type": "layers", "diff_ids": [digest(each) for each in unpacked]},
        }
        told = json.dumps(config, indent=1).encode()
        manifest = {
            "schemaVersion": 2,
            "mediaType": DOCKER,
            "config": {"mediaType": "application/vnd.docker.container.image.v1+json", **_described(told)},
            "layers": [{"mediaType": LAYER, **_described(each)} for each in packed],
            **self.more,
        }
        return Built(packed, told, json.dumps(manifest, indent=3).encode())


def _described(content: bytes) -> dict[str, Any]:
    return {"size": len(content), "digest": digest(content)}


def push(ecr: Any, repository: str, image: Built, tag: str) -> str:
    """Push an image, making the repository; return its URI with the digest."""
    try:
        made = ecr.create_repository(repositoryName=repository)["repository"]
    except ecr.exceptions.RepositoryAlreadyExistsException:
        made = ecr.describe_repositories(repositoryNames=[repository])["repositories"][0]
    for blob in (*image.layers, image.config):
        begun = ecr.initiate_layer_upload(repositoryName=repository)["uploadId"]
        named = {"repositoryName": repository, "uploadId": begun}
        ecr.upload_layer_part(**named, partFirstByte=0, partLastByte=len(blob) - 1, layerPartBlob=blob)
        try:
            ecr.complete_layer_upload(**named, layerDigests=[digest(blob)])
        except ecr.exceptions.LayerAlreadyExistsException:
            continue
    ecr.put_image(
        repositoryName=repository, imageManifest=image.manifest.decode(), imageManifestMediaType=DOCKER, imageTag=tag
    )
    return f"{made['repositoryUri']}@{image.digest}"
