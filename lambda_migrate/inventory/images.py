"""Reads the container image of a function: its manifest, its configuration, and what protects it in its repository."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from lambda_migrate.errors import AwsError, NotAllowed, NotFound
from lambda_migrate.function import documents, image, registry, web_adapter
from lambda_migrate.proxy.image import CannotDeriveError, derive, is_derived

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws
    from lambda_migrate.function.image import Image
    from lambda_migrate.function.model import Version
    from lambda_migrate.function.web_adapter import WebAdapter


def named(answer: dict[str, Any]) -> Image | None:
    """Return the image that an answer to GetFunction names, as yet without its content; None for a package."""
    deployed = image.parse(str((answer.get("Code") or {}).get("ResolvedImageUri") or ""))
    return replace(deployed, overrides=image.overrides(answer["Configuration"])) if deployed else None


def web_adapter_of(deployed: Image, configuration: dict[str, Any]) -> WebAdapter | None:
    """Return how the AWS Lambda Web Adapter of an image is set, by the image and by the function; None without one."""
    if deployed.start.kind != image.ADAPTER:
        return None
    return web_adapter.of_variables(deployed.variables | documents.variables(configuration))


def read(aws: Aws, deployed: Image, versions: Iterable[Version], warnings: list[str]) -> Image:
    """Return an image with its content; of one in another account's registry, also where a copy would go.

    Args:
        aws: Where to look.
        deployed: What a function runs.
        versions: Its published versions, of which those that proxy run derived images.
        warnings: Takes what could not be read besides.

    Raises:
        AwsError, NotAllowed: It cannot be read.
    """
    if deployed.region != aws.region_name:
        return deployed
    owner = "" if deployed.registry == aws.account else deployed.registry
    text, media_type = registry.original(aws, deployed.name, deployed.digest, owner)
    config = registry.config_of(aws, deployed.name, text, owner)
    known = replace(deployed, manifest=text, media_type=media_type, config=config)
    if owner:
        known = replace(known, copies=_for_copies(aws, deployed))
        if not known.copies:
            return known
    digests = {f"sha256:{each.code_sha256}" for each in versions if each.proxy_events}
    derived = _derived(aws, known, digests)
    names = (known.digest, *derived)
    tags = tuple(sorted(tag for digest in names for tag in registry.tags(aws, known.name, digest)))
    return replace(known, derived=derived, tags=tags, lifecycle=_lifecycle(aws, known.name, warnings))


def _for_copies(aws: Aws, deployed: Image) -> str:
    """Return the repository of the same name in our own registry, "" if there is none."""
    try:
        registry.manifest(aws, deployed.name, {"imageDigest": deployed.digest})
    except NotFound:
        return ""
    return deployed.repository.replace(deployed.registry, aws.account, 1)


def _derived(aws: Aws, known: Image, digests: set[str]) -> tuple[str, ...]:
    """Return the images of the repository that are this one with the proxy's layer: proven by their manifests."""
    try:
        made = derive(known.manifest, known.media_type, known.config, on_path=known.on_path)
    except CannotDeriveError:
        return ()
    deployed = []
    for digest in sorted(digests | {made.digest}):
        there = registry.manifest(aws, known.name, {"imageDigest": digest})
        if there and (digest == made.digest or _is_derived(aws, known, there[0])):
            deployed.append(digest)
    return tuple(deployed)


def _is_derived(aws: Aws, known: Image, manifest: str) -> bool:
    """Return whether another manifest than the one that we would write now is of the image and the proxy alone."""
    config = registry.config_of(aws, known.name, manifest)
    return is_derived((known.manifest, known.config), (manifest, config))


def _lifecycle(aws: Aws, repository: str, warnings: list[str]) -> str:
    try:
        return registry.lifecycle(aws, repository)
    except (AwsError, NotAllowed) as error:
        what = f"the lifecycle policy of repository `{repository}`"
        warnings.append(f"unknown: {what} could not be read ({error.message})")
        return ""


def calls_of(deployed: Image, account: str) -> Iterator[Call]:
    """Yield every call that reading an image may make; `account` is the function's own."""
    yield from registry.calls_of(deployed.name, registry.READS, "DescribeImages GetLifecyclePolicy")
    if deployed.registry != account:
        yield from registry.calls_of(deployed.name, registry.READS, owner=deployed.registry)
