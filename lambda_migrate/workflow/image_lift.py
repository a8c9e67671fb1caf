"""What `init` asks ECR: the container image of a function, its configuration, its layers. Reads only."""

from __future__ import annotations

import re
import tempfile
from dataclasses import replace
from typing import TYPE_CHECKING, Any, BinaryIO

from lambda_migrate.aws.download import ROOM, fetch_into, require_room
from lambda_migrate.declarations.dockerfile import installing, system_packages
from lambda_migrate.errors import MigrateError
from lambda_migrate.function import image_history, registry
from lambda_migrate.function.image import ADAPTER
from lambda_migrate.inventory import images
from lambda_migrate.proxy.image import MANIFESTS, SELECTOR, CannotDeriveError, Described, blobs_of
from lambda_migrate.scaffold import start_script
from lambda_migrate.scaffold.facts import unwatched
from lambda_migrate.scaffold.image_files import ImageFiles
from lambda_migrate.scaffold.image_source import from_files, version_of
from lambda_migrate.scaffold.source import LARGEST_CODE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.function.image import Image
    from lambda_migrate.scaffold import FunctionFacts, Source

OTHERWISE = "name its sources with `--source`"
"""What to do where AWS does not hand out the code."""

_LAYERS = (*MANIFESTS.values(), *(each.removesuffix(".gzip").removesuffix("+gzip") for each in MANIFESTS.values()))
_MOST_STEPS = 12
_LONGEST_STEP = 100


def described(aws: Aws, answer: dict[str, Any]) -> Image | None:
    """Return the image that an answer to GetFunction names, with manifest and configuration; None for a package.

    Raises:
        MigrateError: It cannot be read, or is a list of images.
    """
    deployed = images.named(answer)
    if deployed is None:
        return None
    owner = "" if deployed.registry == aws.account else deployed.registry
    text, media_type = registry.original(aws, deployed.name, deployed.digest, owner)
    config = registry.config_of(aws, deployed.name, text, owner)
    if not config:
        raise MigrateError("its manifest does not describe one image", hint=OTHERWISE)
    return replace(deployed, manifest=text, media_type=media_type, config=config)


def with_what_it_tells(deployed: Image, facts: FunctionFacts) -> FunctionFacts:
    """Return the facts of a function with what its image says: handler or command, Python, variables."""
    handler, command = _started(deployed)
    python = re.match(r"3\.\d+", deployed.python)
    return replace(
        facts,
        runtime=f"python{python[0]}" if python else "",
        handler=facts.handler or handler,
        command=command,
        environment=image_history.variables(image_history.read(deployed.config)) | facts.environment,
    )


def _started(deployed: Image) -> tuple[str, tuple[str, ...]]:
    """Return the handler that an image starts, and its command where that starts a server in its place."""
    start = deployed.start
    words = tuple(each for each in (*start.entry_point, *start.command) if each != SELECTOR)
    if start.kind == ADAPTER or start_script.application(" ".join(words)):
        return start_script.COMMAND, words
    return start.handler, ()


def source(aws: Aws, deployed: Image, at: Callable[[int, int], None] = unwatched) -> Source:
    """Download an image's layers, one at a time, and return the code in it; nothing but its content stays on the disk.

    Args:
        aws: Where to look.
        deployed: The image.
        at: Told how many bytes of how many have come.

    Raises:
        MigrateError: It cannot be downloaded or unpacked, holds no code in a folder of its own, or the disk is full.
    """
    config = image_history.read(deployed.config)
    folder = image_history.folder(config, deployed.overrides)
    if not folder.strip("/"):
        raise MigrateError("the image is started in `/`, which holds more than the function's code", hint=OTHERWISE)
    files = _files(aws, deployed, folder, at)
    if files.moved:  # its code came before the link that leads to it, and was not kept
        files = _files(aws, deployed, files.folder, at)
    code = from_files(files)
    return replace(code, notes=tuple(_notes(deployed, config, code)))


def _files(aws: Aws, deployed: Image, folder: str, at: Callable[[int, int], None]) -> ImageFiles:
    layers = _layers(deployed)
    require_room(max((each.size for each in layers), default=0) + LARGEST_CODE)
    total, done = sum(each.size for each in layers), 0
    files = ImageFiles(tempfile.TemporaryFile(), folder)  # noqa: SIM115  # it goes with what reads it

    def came(count: int) -> None:
        nonlocal done
        done += count
        at(done, total)

    for number, layer in enumerate(layers, 1):
        what = f"layer {number} of {len(layers)} of its image"
        with tempfile.TemporaryFile() as file:
            try:
                _download(aws, deployed, layer, file, what, came)
            except OSError as error:
                raise MigrateError(f"{what} cannot be kept: {error.strerror}", hint=ROOM) from error
            file.seek(0)
            files.apply(file, what)
    return files


def _layers(deployed: Image) -> tuple[Described, ...]:
    """Return what the manifest says of each layer.

    Raises:
        MigrateError: One is of a kind that cannot be unpacked here, or the manifest does not say what one is.
    """
    try:
        layers = blobs_of(deployed.manifest)[1:]
    except CannotDeriveError as reason:
        raise MigrateError(f"its image cannot be read: {reason}", hint=OTHERWISE) from reason
    for each in layers:
        if each.media_type not in _LAYERS:
            raise MigrateError(
                f"a layer of its image has the media type `{each.media_type}`, which is not read", hint=OTHERWISE
            )
    return layers


def _download(
    aws: Aws, deployed: Image, layer: Described, file: BinaryIO, what: str, came: Callable[[int], object]
) -> None:
    owner = "" if deployed.registry == aws.account else deployed.registry
    url = registry.url_of(aws, deployed.name, layer.digest, owner)
    sha256 = layer.digest.partition(":")[2]
    fetch_into(file, url, sha256, layer.size, what, otherwise=OTHERWISE, downloads=aws.downloads(), came=came)


def _notes(deployed: Image, config: dict[str, Any], code: Source) -> Iterator[str]:
    steps = image_history.steps(config)
    if steps:
        shown = "; ".join(f"`{step[:_LONGEST_STEP]}`" for step in steps[-_MOST_STEPS:])
        yield f"its image was built in {len(steps)} steps of its own: {shown}"
    packages = dict.fromkeys(name for step in steps if step.startswith("RUN ") for name in system_packages(step))
    if packages:
        yield installing("its image", packages)
    version = version_of(code, "uvicorn")
    if version:
        yield (
            f"its image has uvicorn {version}, so it can run the service too, once it has what this repository adds:"
            f" copy the repository into it, install requirements.txt, and start `python -m service` in place of"
            f" `{deployed.start.written}`; the repository's Dockerfile makes an image of its own"
        )
    else:
        yield (
            "its image cannot run the service as it is: uvicorn is not installed in it; the repository's Dockerfile"
            " makes an image of its own"
        )
