"""Plans the life of the signing keys: the first, the next, and the end of the old one. No request is refused meanwhile.

The service accepts every key of the secret, a proxy version signs with the one that was first when it was published. So
a key is added, the service is seen to know it, and only then a version is published that signs with it; the old key
goes when nothing signs with it any more.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lambda_migrate.actions import action_to_dict
from lambda_migrate.actions.function.pin_version import PinVersion
from lambda_migrate.actions.references import MARKER
from lambda_migrate.actions.remove_leftover import RemoveLeftover
from lambda_migrate.actions.secrets.drop_signing_key import DropSigningKey
from lambda_migrate.actions.secrets.set_signing_keys import SetSigningKeys
from lambda_migrate.engine.plan import Step
from lambda_migrate.function.documents import is_pin, pin_of
from lambda_migrate.function.signing_keys import describe, next_identifier
from lambda_migrate.function.versions import proxied
from lambda_migrate.gates import canary_under_way, rotation_unfinished, signing_key_in_use
from lambda_migrate.gates.gate import closed
from lambda_migrate.planner import cutover, proxy
from lambda_migrate.planner.builder import PlanBuilder
from lambda_migrate.planner.load import WHOLE, Load
from lambda_migrate.triggers import labelled

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lambda_migrate.config import Migration
    from lambda_migrate.engine.blocker import Blocker
    from lambda_migrate.engine.plan import Plan
    from lambda_migrate.function.model import Alias, Version
    from lambda_migrate.inventory import Inventory

PROPAGATION = 5.0
"""Seconds until every process of the service can have learnt of a key: longer than the service waits between two
attempts to find a key that it does not know."""

GROUP = "signing keys"


def rotate(
    inventory: Inventory,
    config: Migration,
    *,
    keys: Sequence[str],
    layer_sha256: str,
    made: str = "",
    weights: Sequence[int] | None = None,
    bake: float | None = None,
    load: Load = cutover.UNKNOWN,
) -> Plan:
    """Plan the first signing key, or the next one with the proxy version that signs with it.

    Args:
        inventory: What there is.
        config: What the user wants.
        keys: Identifiers of the keys, the one that signs first.
        layer_sha256: Of the proxy's layer, hex.
        made: Identifier of the first key, where the last run of the ledger made it; "" else.
        weights: Percent on the new version, step by step up to 100; default: migration.yaml's.
        bake: How long each step is watched, in seconds; default: migration.yaml's.
        load: How many requests the function ran at once, against what the service takes: all of them, at every weight.

    Returns:
        The plan. Where nothing proxies yet, it changes the secret alone.
    """
    builder, function = PlanBuilder("rotate", inventory, config), inventory.function
    secret = config.proxy.signing_keys or ""
    fresh = next_identifier([*keys, *(version.signing_key for version in function.versions)])
    builder.summary |= {"secret": secret, "key": fresh}
    if not keys:
        action = SetSigningKeys(secret, [], [fresh])
        builder.add(Step("", action, "32 random bytes, which nobody sees", GROUP))
        return builder.finish()
    builder.summary |= {"drops": keys[0]}
    alias, current = _alias_and_version(inventory)
    if current is None and [*keys] == [made]:
        builder.warn(f"{made} was made by the last command and signs nothing yet, so there is nothing to rotate")
        builder.summary.pop("drops")
        return builder.finish()
    builder.block(*_half_way(keys, alias))
    added = Step("", SetSigningKeys(secret, [*keys], [*keys, fresh]), "the service accepts both", GROUP)
    signs = Step("", SetSigningKeys(secret, [*keys, fresh], [fresh, *keys]), "what is published next", GROUP)
    if current is None:
        builder.add(added, signs)
        return builder.finish()
    why = "the service accepts both, and is asked whether it does; the proxy still signs with the old one"
    builder.add(replace(added, why=why, gated=True, propagation=PROPAGATION), signs)
    marker = proxy.publish(builder, current.proxy_events, layer_sha256, fresh)
    _compare(builder, current, proxy.marker_of(inventory, config, current.proxy_events, layer_sha256, keys[0]))
    if alias is not None:
        builder.block(*cutover.of_code(inventory, alias), *load.blockers([WHOLE]))
        number = f"{MARKER}{marker}"
        target = replace(current, number=number, role=function.role, dead_letter=function.dead_letter)
        bake = config.cutover.bake if bake is None else bake
        percents = [*(weights or config.cutover.weights)]
        whole = percents if percents[-1] == cutover.WHOLE else [*percents, cutover.WHOLE]
        cutover.shift(builder, alias, target, whole, bake)
    return builder.finish()


def finish(inventory: Inventory, config: Migration, *, keys: Sequence[str]) -> Plan:
    """Plan the end of the old signing key.

    Args:
        inventory: What there is.
        config: What the user wants.
        keys: Identifiers of the keys, the one that signs first.

    Returns:
        The plan: what pins versions that only the old key signs for goes, then the key, which cannot be undone; no step
        if there is no second key.
    """
    builder = PlanBuilder("rotate-finish", inventory, config)
    if len(keys) < 2:  # noqa: PLR2004  # the one that signs, and an old one
        return builder.finish()
    *kept, dropped = keys
    builder.summary |= {"key": dropped, "keeps": kept[0]}
    builder.block(*_signing(inventory, dropped))
    left = [version.number for version in inventory.function.versions if version.signing_key == dropped]
    risk = "AWS cannot bring it back"
    if left:
        risk = f"no way back to version {', '.join(left)}: it signs with the key that is dropped"
    for alias in inventory.function.aliases:
        if alias.version in left and alias.name == pin_of(alias.version):
            unpinned = RemoveLeftover(action_to_dict(PinVersion(inventory.function.name, alias.version)))
            builder.add(Step("", unpinned, "nothing goes back to it once its key is dropped", GROUP))
    action = DropSigningKey(config.proxy.signing_keys or "", dropped, kept)
    builder.add(Step("", action, "nothing signs with it any more", GROUP, risk=risk))
    return builder.finish()


def _alias_and_version(inventory: Inventory) -> tuple[Alias | None, Version | None]:
    """Return the alias where it stands on a proxy version, and that version, or else the newest that proxies."""
    function = inventory.function
    alias = function.alias(inventory.alias)
    version = function.version(alias.version) if alias else None
    if version and version.proxy_events:
        return alias, version
    return (alias if alias and alias.weights else None), proxied(function)


def _half_way(keys: Sequence[str], alias: Alias | None) -> Iterator[Blocker]:
    """Yield what has to be finished before."""
    if len(keys) > 1:
        text = f"{describe(keys)}; `proxy rotate-key --finish` drops {keys[-1]} first"
        yield closed(rotation_unfinished, text)
    if alias is not None and alias.weights:
        text = f"alias `{alias.name}` is split between two versions; finish that `cutover`, or roll it back"
        yield closed(canary_under_way, text, alias.name)


def _compare(builder: PlanBuilder, current: Version, expected: str) -> None:
    """Warn where the new version would differ from the present one in more than the key."""
    if current.description != expected:
        builder.warn(
            f"version {current.number} is not what `proxy deploy` would publish now: the new version brings that"
            " change too; to keep the two apart, run `proxy deploy` and `cutover` before"
        )


def _signing(inventory: Inventory, key: str) -> Iterator[Blocker]:
    """Yield who still invokes a version that signs with a key."""
    function = inventory.function
    numbers = {version.number for version in function.versions if version.signing_key == key}
    reached = [
        (f"alias `{alias.name}`", number)
        for alias in function.aliases
        if not is_pin(alias.name)
        for number in (alias.version, *alias.weights)
        if number in numbers
    ]
    reached += [
        (labelled(trigger), trigger.qualifier)
        for trigger in inventory.triggers
        if trigger.enabled and trigger.qualifier in numbers
    ]
    for who, number in reached:
        text = f"{who} still invokes version {number}, which signs with {key}; move it to a newer version first"
        yield closed(signing_key_in_use, text, who)
