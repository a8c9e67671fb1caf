"""Derives the image that carries the proxy: the original's layers, byte for byte, and one more.

Nothing is run or unpacked: manifest and configuration are edited as JSON, and whatever they hold besides stays, in its
order. The same original gives the same image, whoever derives it: its digest is known before anything is written.

https://github.com/opencontainers/image-spec/blob/main/manifest.md
https://distribution.github.io/distribution/spec/manifest-v2-2/
"""

from __future__ import annotations

import io
import json
import struct
import tarfile
import zlib
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from lambda_migrate.proxy import layer

if TYPE_CHECKING:
    from collections.abc import Mapping

DOCKER = "application/vnd.docker.distribution.manifest.v2+json"
OCI = "application/vnd.oci.image.manifest.v1+json"
MANIFESTS = {
    DOCKER: "application/vnd.docker.image.rootfs.diff.tar.gzip",
    OCI: "application/vnd.oci.image.layer.v1.tar+gzip",
}
"""Manifests of one image that Lambda runs, and what each calls a layer."""

SELECTOR = f"/opt/{layer.COMMAND}"
"""The program that starts the proxy in place of an application under the web adapter; see `runtime/adapter`."""

PATH = "/opt/python"
ENVIRONMENT = "/usr/bin/env"
"""What starts the original command, by the image's own PATH."""

_GZIP = b"\x1f\x8b\x08" + bytes(6) + b"\xff"
_LARGEST_BLOCK = 65_535
_PYTHON_PATH = "PYTHONPATH"
_HISTORY = "lambda-migrate: the proxy"


class CannotDeriveError(Exception):
    """An image is not of a kind that can be edited; the message says why, one clause."""


@dataclass(frozen=True)
class Blob:
    """Bytes in a registry.

    Attributes:
        content: The bytes.
        digest: ``sha256:`` and 64 hexadecimal digits.
    """

    content: bytes
    digest: str

    @classmethod
    def of(cls, content: bytes) -> Blob:
        """Return the blob of some bytes."""
        return cls(content, f"sha256:{sha256(content).hexdigest()}")


@dataclass(frozen=True)
class Derived:
    """The image that carries the proxy.

    Attributes:
        layer: The proxy's layer.
        config: The configuration.
        manifest: The manifest, whose digest is the image's.
        media_type: Of the manifest.
    """

    layer: Blob
    config: Blob
    manifest: Blob
    media_type: str

    @property
    def digest(self) -> str:
        """The image's digest."""
        return self.manifest.digest


@cache
def proxy_layer() -> tuple[Blob, str]:
    """Return the proxy's layer and the digest of it before compression. Building it twice gives the same bytes."""
    files = {f"opt/{name}": content for name, content in layer.files().items()}
    folders = sorted({str(parent) for name in files for parent in PurePosixPath(name).parents} - {"."})
    unpacked = io.BytesIO()
    with tarfile.open(fileobj=unpacked, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name in folders:
            archive.addfile(_entry(name, tarfile.DIRTYPE, 0o755))
        for name, content in sorted(files.items()):
            executable = name.removeprefix("opt/") in layer.EXECUTABLE
            entry = _entry(name, tarfile.REGTYPE, 0o755 if executable else 0o644)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    tar = unpacked.getvalue()
    return Blob.of(_stored(tar)), f"sha256:{sha256(tar).hexdigest()}"


def _stored(content: bytes) -> bytes:
    """Return bytes as gzip that compresses nothing: what compresses gives other bytes elsewhere (RFC 1951, 1952)."""
    starts = range(0, len(content), _LARGEST_BLOCK)
    blocks = []
    for start in starts:
        block = content[start : start + _LARGEST_BLOCK]
        size = len(block)
        blocks.append(struct.pack("<BHH", start == starts[-1], size, size ^ 0xFFFF) + block)
    return _GZIP + b"".join(blocks) + struct.pack("<II", zlib.crc32(content), len(content))


def _entry(name: str, kind: bytes, mode: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.type, entry.mode, entry.mtime = kind, mode, 0
    return entry


def derive(manifest: str, media_type: str, config: str, *, on_path: bool) -> Derived:
    """Return the image that is made of another.

    Args:
        manifest: The original's manifest.
        media_type: Of it.
        config: The original's configuration.
        on_path: Whether the runtime looks in :data:`PATH` by itself, as that of AWS's base image does unless told.

    Raises:
        CannotDeriveError: It is a list of images, of an unknown kind, or contradicts itself.
    """
    document = _document(manifest, "manifest")
    kind = media_type or str(document.get("mediaType"))
    if kind not in MANIFESTS:
        several = "is a list of images, not one" if "manifests" in document else f"has the media type `{kind}`"
        raise CannotDeriveError(f"its manifest {several}")
    settings = _document(config, "configuration")
    layers, listed = document.get("layers"), (settings.get("rootfs") or {}).get("diff_ids")
    if not isinstance(layers, list) or not isinstance(listed, list) or len(layers) != len(listed):
        raise CannotDeriveError("its configuration does not list the layers that its manifest does")
    if not isinstance(document.get("config"), dict):
        raise CannotDeriveError("its manifest names no configuration")
    added, unpacked = proxy_layer()
    made = _configuration(settings, unpacked, on_path=on_path)
    described = {"mediaType": MANIFESTS[kind], "size": len(added.content), "digest": added.digest}
    edited = {
        **document,
        "config": {**document["config"], "size": len(made.content), "digest": made.digest},
        "layers": [*layers, described],
    }
    return Derived(added, made, Blob.of(_written(edited, indented=manifest.startswith("{\n"))), kind)


def is_derived(original: str, other: str) -> bool:
    """Return whether a manifest has the layers of another, in their order, and the proxy's behind them, and no more."""
    ours, theirs = _layers(other), _layers(original)
    return bool(theirs) and ours == [*theirs, proxy_layer()[0].digest]


def carries(manifest: str) -> bool:
    """Return whether an image has the proxy's layer on top."""
    return _layers(manifest)[-1:] == [proxy_layer()[0].digest]


def _layers(manifest: str) -> list[str]:
    try:
        return [str(each["digest"]) for each in json.loads(manifest)["layers"]]
    except (ValueError, KeyError, TypeError):
        return []


def _configuration(settings: dict[str, Any], unpacked: str, *, on_path: bool) -> Blob:
    edited = {**settings, "rootfs": {**settings["rootfs"], "diff_ids": [*settings["rootfs"]["diff_ids"], unpacked]}}
    if isinstance(settings.get("history"), list):
        created = str(settings.get("created") or "1970-01-01T00:00:00Z")
        edited["history"] = [*settings["history"], {"created": created, "created_by": _HISTORY}]
    own = settings.get("config")
    variables = list(own.get("Env") or ()) if isinstance(own, dict) else []
    told = next((each for each in variables if each.startswith(f"{_PYTHON_PATH}=")), "")
    if told:
        variables[variables.index(told)] = f"{_PYTHON_PATH}={with_proxy(told.partition('=')[2])}"
    elif not on_path:
        variables.append(f"{_PYTHON_PATH}={PATH}")
    if variables and isinstance(own, dict):
        edited["config"] = {**own, "Env": variables}
    return Blob.of(_written(edited, indented=False))


def with_proxy(path: str) -> str:
    """Return a search path for modules with that of the proxy in front."""
    return f"{PATH}:{path}" if path else PATH


def without_proxy(path: str) -> str:
    """Return a search path as it was before :func:`with_proxy`."""
    return path.removeprefix(PATH).removeprefix(":")


def _document(text: str, what: str) -> dict[str, Any]:
    try:
        document = json.loads(text)
    except ValueError:
        document = None
    if not isinstance(document, dict):
        raise CannotDeriveError(f"its {what} is not a JSON object")
    return document


def _written(document: Mapping[str, Any], *, indented: bool) -> bytes:
    if indented:
        return json.dumps(document, ensure_ascii=False, indent=3).encode()
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
