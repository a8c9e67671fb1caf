"""What the sandbox adds to MiniStack so that functions in container images run: ECR keeps blobs, Lambda runs the code.

- **ECR** keeps what is uploaded by its API (:mod:`layer_uploads`); puts no manifest whose layers are missing; removes a
  tag without the image, unless it is the last; forgets layers that no image names when all
  images of their repository are described (AWS does some time later).
- **Lambda** resolves an image to its digest, which is its `CodeSha256`, and runs what is in it with the Python of this
  machine: the file system is put together from the layers. Of AWS's base image the working directory becomes a package
  and `/opt` a layer; any other image starts what it says, in its own files
  (:mod:`lambda_migrate.sandbox.container`). No container, no other Python, no binary of the image.

Written for MiniStack 1.5.33.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import sys
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ministack.core.responses import error_response_json, json_response
from ministack.services import ecr, lambda_svc

from lambda_migrate import archive
from lambda_migrate.function import image
from lambda_migrate.sandbox import container
from lambda_migrate.sandbox.ministack import layer_uploads
from lambda_migrate.sandbox.ministack.layer_uploads import blobs

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_OPT = "opt/"
_LAYER = "image-opt:"
"""How the layer is called that stands for ``/opt`` of an image: behind it, repository and digest."""

_EXECUTABLE = 0o111
HTTP_ERRORS = 400


def install() -> None:
    """Add what is described above to the MiniStack of this process."""
    layer_uploads.install()
    ecr._batch_check_layer_availability = _availability
    ecr._get_download_url_for_layer = _download_url
    ecr._put_image = _checked(ecr._put_image)
    ecr._batch_delete_image = _tag_by_tag(ecr._batch_delete_image)
    ecr._describe_images = _forgetting(ecr._describe_images)
    lambda_svc._create_function = _resolved(lambda_svc._create_function, _uri_of_creation)
    lambda_svc._update_code = _resolved(lambda_svc._update_code, lambda data: data)
    lambda_svc._execute_function_dispatch = _from_the_image(lambda_svc._execute_function_dispatch)
    lambda_svc._resolve_layer_zip = _or_opt(lambda_svc._resolve_layer_zip)


def _availability(data: dict[str, Any]) -> Any:
    there = blobs(data["repositoryName"])
    layers = [
        {"layerDigest": each, "layerAvailability": "AVAILABLE" if each in there else "UNAVAILABLE"}
        for each in data["layerDigests"]
    ]
    return json_response({"layers": layers, "failures": []})


def _download_url(data: dict[str, Any]) -> Any:
    name, digest = data["repositoryName"], data["layerDigest"]
    if digest not in blobs(name):
        return error_response_json("LayersNotFoundException", f"{digest} is not there", 400)
    port = os.environ.get("GATEWAY_PORT", "4566")
    return json_response({"downloadUrl": f"http://127.0.0.1:{port}/v2/{name}/blobs/{digest}", "layerDigest": digest})


def _checked(original: Callable[..., Any]) -> Callable[..., Any]:
    """What ECR refuses: another digest than the one that is named, missing layers, an image that is there already."""

    def put(data: dict[str, Any]) -> Any:
        name, manifest = data["repositoryName"], data["imageManifest"]
        digest = _digest(manifest.encode())
        if data.get("imageDigest", digest) != digest:
            return error_response_json("ImageDigestDoesNotMatchException", "the manifest has another digest", 400)
        document = json.loads(manifest)
        needed = [each["digest"] for each in (document["config"], *document["layers"])]
        if missing := [each for each in needed if each not in blobs(name)]:
            return error_response_json("LayersNotFoundException", f"missing: {', '.join(missing)}", 400)
        there = ecr._find_image(name, {"imageTag": data.get("imageTag")})
        if there and there["imageDigest"] == digest:
            return error_response_json("ImageAlreadyExistsException", "the image exists already", 400)
        return original({**data, "imageDigest": digest})

    return put


def _tag_by_tag(original: Callable[..., Any]) -> Callable[..., Any]:
    """An image named by a tag loses that tag, and goes with the last one ("BatchDeleteImage", ECR API reference)."""

    def delete(data: dict[str, Any]) -> Any:
        whole = []
        for each in data["imageIds"]:
            held = ecr._find_image(data["repositoryName"], each)
            tag = each.get("imageTag")
            if held and tag and "imageDigest" not in each and len(held["imageTags"]) > 1:
                held["imageTags"].remove(tag)
                held["imageId"]["imageTag"] = held["imageTags"][-1]
            else:
                whole.append(each)
        return original({**data, "imageIds": whole})

    return delete


def _forgetting(original: Callable[..., Any]) -> Callable[..., Any]:
    def describe(data: dict[str, Any]) -> Any:
        if not data.get("imageIds"):
            name = data.get("repositoryName", "")
            documents = [json.loads(each["imageManifest"]) for each in ecr._images.get(name, ())]
            parts = [part for each in documents for part in (each["config"], *each["layers"])]
            needed = {part["digest"] for part in parts}
            for digest in set(blobs(name)) - needed:
                del blobs(name)[digest]
        return original(data)

    return describe


def _uri_of_creation(data: dict[str, Any]) -> dict[str, Any]:
    code: dict[str, Any] = data.get("Code") or {}
    return code


def _resolved(original: Callable[..., Any], place: Callable[[dict[str, Any]], dict[str, Any]]) -> Callable[..., Any]:
    """An image is resolved when it is named, and never again."""

    def write(*arguments: Any) -> Any:
        data = arguments[-1]
        told = place(data)
        if "ImageUri" not in told:
            return original(*arguments)
        repository, _, reference = told["ImageUri"].partition("/")
        name, at, digest = reference.partition("@")
        tag = None if at else name.rpartition(":")[2]
        name = name if at else name.rpartition(":")[0]
        held = ecr._find_image(name, {"imageDigest": digest} if at else {"imageTag": tag})
        if held is None:
            message = f"Source image {told['ImageUri']} does not exist. Provide a valid source image."
            return error_response_json("InvalidParameterValueException", message, 400)
        told["ImageUri"] = f"{repository}/{name}@{held['imageDigest']}"
        answer = original(*arguments)
        if answer[0] >= HTTP_ERRORS:
            return answer
        config = lambda_svc._functions[json.loads(answer[2])["FunctionName"]]["config"]
        config["CodeSha256"] = held["imageDigest"].partition(":")[2]
        return json_response(config, status=answer[0])

    return write


def _from_the_image(original: Callable[..., Any]) -> Callable[..., Any]:
    """Run a function in an image as if its files were a package."""

    def dispatch(func: Any, config: Any, event: Any, *rest: Any) -> Any:
        if config.get("PackageType") != "Image":
            return original(func, config, event, *rest)
        told, code = _as_a_package(config)
        config = {**config, **told}
        return original({**func, "config": config, "code_zip": code}, config, event, *rest)

    return dispatch


def _as_a_package(config: Mapping[str, Any]) -> tuple[dict[str, Any], bytes]:
    """Return what of a configuration changes where an image is run as a package, and the package."""
    name, digest = _named(config["ImageUri"])
    settings, overridden = json.loads(_settings(name, digest)), image.overrides(config)
    started = image.start(settings, overridden)
    folder = overridden.get("WorkingDirectory") or (settings.get("config") or {}).get("WorkingDir") or "/var/task"
    own = (config.get("Environment") or {}).get("Variables", {})
    told = {key: value for key, value in image.environment(settings).items() if key != "PATH"} | own
    based = started.kind == image.BASE
    if based:
        told.pop("PYTHONPATH", None)
    else:
        words = [*started.entry_point, *started.command]
        told[container.VARIABLE] = json.dumps({"command": words, "folder": folder})
    changed = {
        "PackageType": "Zip",
        "Runtime": f"python{sys.version_info.major}.{sys.version_info.minor}",
        "Handler": started.handler or "index.handler",
        "Layers": [{"Arn": f"{_LAYER}{name}@{digest}"}] if based else [],
        "Environment": {"Variables": told},
    }
    return changed, _packed(name, digest, folder.strip("/") + "/" if based else "")


def _or_opt(original: Callable[..., Any]) -> Callable[..., Any]:
    def resolve(reference: Any) -> Any:
        arn = reference if isinstance(reference, str) else reference.get("Arn", "")
        if not arn.startswith(_LAYER):
            return original(reference)
        name, _, digest = arn.removeprefix(_LAYER).partition("@")
        return _opt(name, digest)

    return resolve


def _named(uri: str) -> tuple[str, str]:
    name, _, digest = uri.partition("/")[2].partition("@")
    return name, digest


def _settings(name: str, digest: str) -> bytes:
    document = json.loads(ecr._find_image(name, {"imageDigest": digest})["imageManifest"])
    return blobs(name)[document["config"]["digest"]]


def _opt(name: str, digest: str) -> bytes:
    return _packed(name, digest, _OPT)


@lru_cache(maxsize=64)
def _packed(name: str, digest: str, folder: str) -> bytes:
    """Return what an image has below a folder, as a zip."""
    held = {path[len(folder) :]: each for path, each in file_system(name, digest).items() if path.startswith(folder)}
    executable = [path for path, (_, mode) in held.items() if mode & _EXECUTABLE]
    return archive.pack({path: content for path, (content, _) in held.items()}, executable=executable)


def file_system(name: str, digest: str) -> dict[str, tuple[bytes, int]]:
    """Return the plain files of an image, by path without a leading slash: content and mode."""
    from lambda_migrate.scaffold.image_files import ImageFiles  # noqa: PLC0415  # a fifth of the start; few run images

    document = json.loads(ecr._find_image(name, {"imageDigest": digest})["imageManifest"])
    whole = ImageFiles(io.BytesIO(), "/")
    for layer in document["layers"]:
        whole.apply(io.BytesIO(blobs(name)[layer["digest"]]), layer["digest"])
    return {path: (whole.read(path), each.mode) for path, each in whole.files.items()}


def _digest(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"
