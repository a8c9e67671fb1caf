"""Derives the image that carries the proxy: the original's layers, byte for byte, and one more.

Nothing is run or unpacked: manifest and configuration are edited as JSON, and whatever they hold besides stays, in its
order. The same original gives the same image, whoever derives it: its digest is known before anything is written.

https://github.com/opencontainers/image-spec/blob/main/manifest.md
https://distribution.github.io/distribution/spec/manifest-v2-2/
"""

from __future__ import annotations

import io
import json
import re
import struct
import tarfile
import zlib
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, NamedTuple

from lambda_migrate.proxy import image_configuration, layer

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
HISTORY = "lambda-migrate: the proxy"
"""How the proxy's layer is named in an image's history."""

DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


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


class Described(NamedTuple):
    """What a manifest says of a blob.

    Attributes:
        digest: ``sha256:`` and 64 hexadecimal digits.
        size: Its bytes.
        media_type: Of it, or "".
    """

    digest: str
    size: int
    media_type: str


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
    blobs = blobs_of(manifest)
    settings = _document(config, "configuration")
    if problem := image_configuration.problem(settings):
        raise CannotDeriveError(f"in its configuration {problem}")
    layers, listed = document["layers"], (settings.get("rootfs") or {}).get("diff_ids")
    if not isinstance(listed, list) or len(blobs) - 1 != len(listed):
        raise CannotDeriveError("its configuration does not list the layers that its manifest does")
    added, unpacked = proxy_layer()
    made = _configuration(settings, unpacked, on_path=on_path)
    described = {"mediaType": MANIFESTS[kind], "size": len(added.content), "digest": added.digest}
    edited = {
        **document,
        "config": {**document["config"], "size": len(made.content), "digest": made.digest},
        "layers": [*layers, described],
    }
    return Derived(added, made, Blob.of(_written(edited, indented=manifest.startswith("{\n"))), kind)


def blobs_of(manifest: str) -> tuple[Described, ...]:
    """Return what a manifest names: the configuration, and then the layers from the lowest on.

    Raises:
        CannotDeriveError: It does not say of each of them what the specification asks for.
    """
    document = _document(manifest, "manifest")
    layers, config = document.get("layers"), document.get("config")
    if not isinstance(config, dict):
        raise CannotDeriveError("its manifest names no configuration")
    if not isinstance(layers, list):
        raise CannotDeriveError("its manifest names no layers")
    return tuple(_described(each) for each in (config, *layers))


def _described(blob: object) -> Described:
    told: dict[str, Any] = blob if isinstance(blob, dict) else {}
    digest, size = told.get("digest"), told.get("size")
    if not isinstance(digest, str) or not DIGEST.fullmatch(digest):
        raise CannotDeriveError("its manifest names a layer or configuration without a SHA-256 digest")
    if not isinstance(size, int) or isinstance(size, bool) or size < 0:
        raise CannotDeriveError(f"its manifest does not say how large {digest[:19]}… is")
    return Described(digest, size, str(told.get("mediaType") or ""))


def is_derived(original: tuple[str, str], other: tuple[str, str]) -> bool:
    """Return whether an image is another one plus the proxy, and nothing else, from what ECR returns.

    It has the layers of the other in their order, byte for byte, and behind them the proxy's of known digest. Its
    configuration is the other's, apart from the layer that it lists and tells of, and the path to the proxy.

    Args:
        original: Manifest and configuration of the other image.
        other: Manifest and configuration of the image.
    """
    try:
        theirs, ours = blobs_of(original[0]), blobs_of(other[0])
        before, after = _document(original[1], "configuration"), _document(other[1], "configuration")
    except CannotDeriveError:
        return False
    if [each.digest for each in ours[1:]] != [*(each.digest for each in theirs[1:]), proxy_layer()[0].digest]:
        return False
    unpacked = proxy_layer()[1]
    return any(
        json.loads(_configuration(before, unpacked, on_path=on_path).content) == after for on_path in (True, False)
    )


def carries(manifest: str, config: str) -> bool:
    """Return whether an image has the proxy on top, also that of another version of this tool."""
    try:
        top = blobs_of(manifest)[1:][-1:]
        history = _document(config, "configuration").get("history")
    except CannotDeriveError:
        return False
    told = history[-1:] if isinstance(history, list) else []
    by_us = any(isinstance(each, dict) and each.get("created_by") == HISTORY for each in told)
    return by_us or [each.digest for each in top] == [proxy_layer()[0].digest]


def _configuration(settings: dict[str, Any], unpacked: str, *, on_path: bool) -> Blob:
    edited = {**settings, "rootfs": {**settings["rootfs"], "diff_ids": [*settings["rootfs"]["diff_ids"], unpacked]}}
    if isinstance(settings.get("history"), list):
        created = str(settings.get("created") or "1970-01-01T00:00:00Z")
        edited["history"] = [*settings["history"], {"created": created, "created_by": HISTORY}]
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
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        raise CannotDeriveError(f"its {what} is not a JSON object")
    return document


def _written(document: Mapping[str, Any], *, indented: bool) -> bytes:
    form: dict[str, Any] = {"indent": 3} if indented else {"separators": (",", ":")}
    try:
        return json.dumps(document, ensure_ascii=False, allow_nan=False, **form).encode()
    except ValueError as error:  # half a character, or a number that JSON does not have
        raise CannotDeriveError("its manifest or configuration cannot be written back unchanged") from error
