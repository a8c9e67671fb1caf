"""Plans a proxy version of a function in a container image: a derived image, published through ``$LATEST``."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from lambda_migrate.actions.ecr.copy_image import CopyImage
from lambda_migrate.actions.ecr.push_image import PushImage
from lambda_migrate.actions.ecr.tag_image import TagImage
from lambda_migrate.actions.function.configure_image import ConfigureImage
from lambda_migrate.actions.function.point_image import PointImage
from lambda_migrate.actions.function.publish_version import PublishVersion
from lambda_migrate.actions.function.restore_image import RestoreImage
from lambda_migrate.engine.plan import Step
from lambda_migrate.function import registry
from lambda_migrate.function.image import ADAPTER
from lambda_migrate.proxy import image, layer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lambda_migrate.config import Migration
    from lambda_migrate.engine.runs import Run
    from lambda_migrate.function.image import Image
    from lambda_migrate.inventory import Inventory

OTHERS = "this tool pushes into no other account's repository; every byte of it comes by way of this machine"
SHORT = 12
"""Digits of a digest that a tag holds."""


def handler_of(inventory: Inventory) -> str:
    """Return the handler that an image starts, or ""."""
    return inventory.image.start.handler if inventory.image else ""


def wrapper_of(inventory: Inventory) -> str:
    """Return what starts the original command of an image with the web adapter, or ""."""
    return image.ENVIRONMENT if inventory.image and inventory.image.start.kind == ADAPTER else ""


def fit(deployed: Image, function: str) -> bool:
    """Return whether a proxy version of an image can be planned at all.

    Args:
        deployed: The image.
        function: ARN of the function, the registry of whose account takes derived images.
    """
    if not deployed.manifest or not deployed.start.kind or f":{deployed.home[:12]}:" not in function:
        return False
    try:
        image.derive(deployed.manifest, deployed.media_type, deployed.config, on_path=deployed.on_path)
    except image.CannotDeriveError:
        return False
    return True


def steps(inventory: Inventory, config: Migration, settings: dict[str, str], marker: str, group: str) -> Iterator[Step]:
    """Yield what publishing a proxy version of an image takes; the image has been found fit.

    Args:
        inventory: What there is, an image included.
        config: What the user wants.
        settings: The variables of the proxy.
        marker: The version's description.
        group: Heading of the steps.
    """
    function, deployed = inventory.function, inventory.image
    assert deployed is not None  # noqa: S101  # the caller has looked
    made = image.derive(deployed.manifest, deployed.media_type, deployed.config, on_path=deployed.on_path)
    kept, tag = tags_of(function.name, deployed, made.digest)
    if kept not in deployed.tags:
        why = "lifecycle policies often delete untagged images, and versions still need theirs"
        tagged = TagImage(deployed.name, deployed.digest, kept)
        copied = CopyImage(deployed.repository, deployed.name, deployed.digest, kept)
        yield Step("", copied if deployed.copies else tagged, OTHERS if deployed.copies else why, group)
    if tag not in deployed.tags:
        pushed = PushImage(deployed.name, deployed.digest, made.digest, tag, deployed.on_path, function=function.name)
        yield Step("", pushed, "the original's layers, byte for byte, and the proxy's", group)
    elsewhere = {deployed.digest: deployed.repository} if deployed.copies else {}
    there = PointImage(function.name, deployed.home, deployed.digest, made.digest, elsewhere)
    back = PointImage(function.name, deployed.home, made.digest, deployed.digest, elsewhere)
    replaced = deployed.start.replaced(deployed.overrides, layer.HANDLER, image.SELECTOR)
    keys, environment = config.proxy.signing_keys or "", function.environment_sha256
    started = (function.name, deployed.overrides, replaced, settings, keys, environment)
    digest = made.digest.partition(":")[2]
    risk = "its callers still get the original, through the proxy, until it is restored"
    yield Step("", there, "it starts what it always started", group)
    yield Step("", ConfigureImage(*started), "versions are published from $LATEST", group, risk=risk)
    yield Step("", PublishVersion(function.name, digest, marker), "nothing invokes it yet", group)
    yield Step("", RestoreImage(*started), "$LATEST starts the original again", group)
    yield Step("", back, "$LATEST is again what it was", group)


def tags_of(function: str, deployed: Image, derived: str) -> tuple[str, str]:
    """Return the tags that keep the original and the derived image."""
    return (
        f"lambda-migrate-{function}-original-{_short(deployed.digest)}",
        f"lambda-migrate-{function}-proxy-{_short(derived)}",
    )


def left(past: Iterable[Run]) -> Iterator[str]:
    """Yield which images stay in ECR once the function is deleted, with the command that removes them.

    Args:
        past: The runs of the ledger.
    """
    tagged: dict[str, set[str]] = {}
    for run in past:
        for step, action in run.actions.items():
            if step in run.applied and action["kind"] in (CopyImage.kind, TagImage.kind, PushImage.kind):
                tagged.setdefault(str(action["repository"]), set()).add(str(action["tag"]))
    for repository, tags in sorted(tagged.items()):
        yield (
            f"its images stay in repository `{repository}` for as long as the backup may be needed; afterwards"
            f" `{registry.removal(repository, sorted(tags))}` removes our tags, and an image with its last one"
        )


def warnings(inventory: Inventory) -> Iterator[str]:
    """Yield what may delete the images that versions of the function run: lifecycle policies, another account."""
    deployed = inventory.image
    if deployed is None:
        return
    if deployed.copies:
        yield (
            f"the original version runs image {deployed.digest} of repository `{deployed.name}` in account"
            f" {deployed.registry}, where no tag of ours keeps it: ask its owner to keep it until `retire`"
        )
    if not deployed.lifecycle:
        return
    ours = f"lambda-migrate-{inventory.function.name}-"
    for rule in _rules(deployed.lifecycle):
        named = " and ".join(f"`{each}`" for each in _taken(rule, ours, deployed.tags))
        if named:
            archives = (rule.get("action") or {}).get("type") == "transition"
            yield (
                f"rule {rule.get('rulePriority')} of the lifecycle policy of repository `{deployed.name}` may"
                f" {'archive' if archives else 'delete'} images with tags {named}, which versions of the function"
                " need: exclude them from the rule until `retire`"
            )


def _taken(rule: dict[str, Any], ours: str, there: Iterable[str]) -> list[str]:
    """Return the tags by which a rule may remove images that versions need.

    An image goes with all its tags, whichever of them a rule names ("Lifecycle policy properties", ECR user guide).
    """
    selection = rule.get("selection")
    told: dict[str, Any] = selection if isinstance(selection, dict) else {}
    if told.get("tagStatus") == "any":
        return [f"{ours}*"]
    if told.get("tagStatus") != "tagged":
        return []
    prefixes, patterns = _texts(told.get("tagPrefixList")), _texts(told.get("tagPatternList"))

    def takes(tag: str) -> bool:
        return any(tag.startswith(each) for each in prefixes) or any(_matches(each, tag) for each in patterns)

    made = any(takes(f"{ours}{kind}-{'0' * SHORT}") for kind in ("original", "proxy"))
    theirs = [tag for tag in there if not tag.startswith(ours) and takes(tag)]
    return [*([f"{ours}*"] if made else []), *theirs]


def _matches(pattern: str, tag: str) -> bool:
    """Return whether a pattern of a lifecycle policy, in which `*` alone stands for something, is that of a tag."""
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), tag) is not None


def _texts(value: object) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def _rules(policy: str) -> list[dict[str, Any]]:
    try:
        rules = json.loads(policy).get("rules")
    except (ValueError, AttributeError, RecursionError):
        return []
    return [each for each in rules if isinstance(each, dict)] if isinstance(rules, list) else []


def _short(digest: str) -> str:
    return digest.partition(":")[2][:SHORT]
