"""Plans the cutover: the alias on the original version first, then the triggers to the alias, only then weights."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from lambda_migrate.actions.function.create_alias import CreateAlias
from lambda_migrate.actions.function.grant_permission import GrantPermission
from lambda_migrate.actions.function.pin_version import PinVersion
from lambda_migrate.actions.function.set_async_settings import SetAsyncSettings, same
from lambda_migrate.actions.function.shift_weight import ShiftWeight
from lambda_migrate.engine.plan import Guard, Step
from lambda_migrate.errors import ConfigError
from lambda_migrate.function import policy as permissions
from lambda_migrate.function.documents import TRAFFIC, is_pin
from lambda_migrate.function.model import Alias, Qualified
from lambda_migrate.function.versions import original, proxied
from lambda_migrate.gates import (
    latest_differs_from_alias,
    no_guard,
    no_original_version,
    no_proxy_version,
    permission_not_copyable,
    proxy_settings_outdated,
    proxy_version_outdated,
    versions_differ,
)
from lambda_migrate.gates.gate import closed
from lambda_migrate.inventory.model import ASYNC_SETTINGS, FUNCTION_URLS, PROVISIONED, STACKS
from lambda_migrate.planner import blockers, destination, policy_size, provisioned
from lambda_migrate.planner.builder import PlanBuilder
from lambda_migrate.planner.load import Load
from lambda_migrate.planner.proxy import RETRIED
from lambda_migrate.planner.settings_in_force import outdated
from lambda_migrate.triggers import kind_of, labelled, policy
from lambda_migrate.triggers.function_url import KEPT as URL_KEPT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lambda_migrate.config import Migration
    from lambda_migrate.engine.blocker import Blocker
    from lambda_migrate.engine.plan import Plan
    from lambda_migrate.engine.source_metrics import SourceMetrics
    from lambda_migrate.function.model import Version
    from lambda_migrate.inventory import Inventory

PERMISSION_PROPAGATION = 10.0
"""Seconds until a permission that was granted is known everywhere; policies are eventually consistent."""

UNKNOWN = Load()
"""Nobody has looked."""

WHOLE = 100
LATEST = "$LATEST"
GROUP = "alias"


def plan(
    inventory: Inventory,
    config: Migration,
    weights: Sequence[int] | None = None,
    bake: float | None = None,
    load: Load = UNKNOWN,
) -> Plan:
    """Plan the move of all traffic to the newest proxy version.

    Args:
        inventory: What there is.
        config: What the user wants.
        weights: Percent on the proxy version, step by step up to 100 at most; default: migration.yaml's.
        bake: How long each step is watched, in seconds; default: migration.yaml's.
        load: How many requests the function ran at once, against what the service takes.

    Returns:
        The plan; without steps where all of it has been done. Where a canary stands half way, it goes on from there.
    """
    builder = PlanBuilder("cutover", inventory, config)
    target, start = proxied(inventory.function), original(inventory.function)
    alias = inventory.function.alias(inventory.alias)
    base = start if alias is None or alias.version == LATEST else alias
    builder.block(*blockers.unread(inventory, ASYNC_SETTINGS, FUNCTION_URLS, PROVISIONED, STACKS))
    builder.block(*blockers.of_triggers(inventory), *of_code(inventory, alias), *_missing(inventory, target, base))
    builder.block(*of_settings(inventory, target, config))
    if target is None or base is None:
        return builder.finish()
    alias = _alias(builder, alias, base)
    _belongings(builder)
    _triggers(builder)
    builder.block(*policy_size.blockers(inventory, builder.steps))
    _outlasting(builder)
    bake = config.cutover.bake if bake is None else bake
    shift(builder, alias, target, weights or config.cutover.weights, bake, load)
    builder.warn(*(f"unexplained: {caller}" for caller in inventory.unexplained), *destination.warnings(config))
    return builder.finish()


def to_alias(inventory: Inventory, config: Migration, version: Version) -> tuple[Step, ...]:
    """Return what brings every trigger of the unqualified function to the alias; no request goes elsewhere for it.

    Args:
        inventory: What there is; without the alias.
        config: What the user wants.
        version: Where the alias begins: the original version.
    """
    builder = PlanBuilder("cutover", inventory, config)
    _alias(builder, None, version)
    _belongings(builder)
    _triggers(builder)
    _outlasting(builder)
    return tuple(builder.steps)


def _alias(builder: PlanBuilder, alias: Alias | None, base: Alias | Version) -> Alias:
    """Return the alias on a published version, which weights need on either side; add what brings it there."""
    if isinstance(base, Alias):
        return base
    name = builder.inventory.function.name
    if alias is None:
        alias = Alias(builder.inventory.alias, base.number)
        made = CreateAlias(name, alias.name, base.number, TRAFFIC)
        builder.add(Step("", made, "on the original version: nothing changes yet", GROUP, lingers=RETRIED))
    else:
        moved = ShiftWeight(name, alias.name, _side(LATEST, {}), _side(base.number, {}))
        builder.add(Step("", moved, "to the version that matches $LATEST: nothing changes yet", GROUP))
    return replace(alias, version=base.number)


def _missing(inventory: Inventory, target: Version | None, start: Alias | Version | None) -> Iterator[Blocker]:
    """Yield what has to be published before: a version to go to, and one to start from."""
    if target is None:
        yield closed(no_proxy_version, "no version proxies yet; run `proxy deploy` first")
    elif not inventory.same_code(target):
        text = f"version {target.number} proxies other code than $LATEST has: run `proxy deploy` again"
        yield closed(proxy_version_outdated, text)
    if start is None:
        text = "no published version matches $LATEST; `proxy deploy` publishes one"
        yield closed(no_original_version, text)


def of_settings(inventory: Inventory, target: Version | None, config: Migration) -> list[Blocker]:
    """Return a blocker where the version that traffic would go to has other settings than migration.yaml."""
    if target is None or not (differing := list(outdated(inventory.function, target, config))):
        return []
    return [closed(proxy_settings_outdated, f"{'; '.join(differing)}: run `proxy deploy` again")]


def of_code(inventory: Inventory, alias: Alias | None) -> list[Blocker]:
    """Return a blocker where what is published from ``$LATEST`` would run other code than the alias does."""
    version = inventory.function.version(alias.version) if alias else None
    if alias is None or version is None or inventory.same_code(version):
        return []
    text = (
        f"$LATEST has other code than version {version.number}, which alias `{alias.name}` points at:"
        " somebody deployed; publish it and run `proxy deploy` again"
    )
    return [closed(latest_differs_from_alias, text, alias.name)]


def _belongings(builder: PlanBuilder) -> None:
    """Clone to the alias what belongs to the unqualified function: permissions and asynchronous settings."""
    function, alias = builder.inventory.function, builder.inventory.alias
    unqualified = function.qualified.get("", Qualified())
    qualified = function.qualified.get(alias, Qualified())
    there = [policy.meaning(statement) for statement in qualified.policy]
    grants = []
    for statement in unqualified.policy:
        if policy.meaning(statement) in there:
            continue
        copy = policy.clone(statement, function.qualified_arn(alias))
        try:
            permissions.arguments({**copy, "Sid": statement.get("Sid") or copy["Sid"]})  # by the name that it has
        except ConfigError as error:
            builder.block(closed(permission_not_copyable, error.message, str(statement.get("Sid", ""))))
            continue
        action = GrantPermission(function.name, alias, copy)
        kept = URL_KEPT if policy.source(statement).url else 0.0
        grants.append(Step("", action, "permissions belong to one qualifier each", GROUP, lingers=kept))
    if grants:
        grants[-1] = replace(grants[-1], propagation=PERMISSION_PROPAGATION)
    builder.add(*grants)
    if unqualified.event_invoke is not None and not same(unqualified.event_invoke, qualified.event_invoke):
        settings = SetAsyncSettings(function.name, alias, qualified.event_invoke, unqualified.event_invoke)
        builder.add(Step("", settings, "retries and destinations belong to one qualifier each", GROUP, lingers=RETRIED))


def _triggers(builder: PlanBuilder) -> None:
    """Re-point every trigger of the unqualified function to the alias, one by one."""
    inventory, moving = builder.inventory, []
    for trigger in inventory.triggers:
        if trigger.enabled and trigger.qualifier == "":
            repoint = kind_of(trigger).to_alias(trigger, inventory.function, inventory.alias)
            if repoint is not None:
                builder.take(repoint, trigger)
                moving.append(trigger)
    builder.block(*blockers.of_stacks(inventory, moving, alias=True))
    builder.warn(*blockers.of_code(inventory, moving, alias=True))


def _outlasting(builder: PlanBuilder) -> None:
    """Let the alias stay after the way back for as long as the longest of what is made on it."""
    longest = max((step.lingers for step in builder.steps), default=0.0)
    builder.steps = [
        replace(step, lingers=longest) if isinstance(step.action, CreateAlias) else step for step in builder.steps
    ]


def shift(
    builder: PlanBuilder,
    alias: Alias,
    target: Version,
    weights: Sequence[int],
    bake: float,
    load: Load = UNKNOWN,
) -> None:
    """Add the steps of the canary that are still to be done, each guarded.

    Args:
        builder: Takes the steps.
        alias: As it stands.
        target: Where it goes; its number may be a reference, ``marker:<description>``.
        weights: Percent on the target, step by step; where the last is below 100, it is held there.
        bake: How long each step is watched, in seconds.
        load: How many requests the function ran at once, against what the service takes.
    """
    builder.summary |= {"alias": alias.name, "from": alias.version, "to": target.number, "events": target.proxy_events}
    before = _side(alias.version, alias.weights)
    done = round(alias.weights.get(target.number, 0.0) * WHOLE)
    sources = _sources(builder.inventory)
    percents = [WHOLE] if alias.version == target.number else [percent for percent in weights if percent > done]
    if percents and alias.version != target.number:
        _pin(builder, alias.version)
        provisioned.ahead(builder, alias, target, GROUP)
    for percent in percents:
        whole = percent == WHOLE
        after = _side(target.number, {}) if whole else _side(alias.version, {target.number: percent / WHOLE})
        if after == before:
            continue
        action = ShiftWeight(builder.inventory.function.name, alias.name, before, after)
        told = load.told(percent)
        why = f"{'all traffic' if whole else f'{percent} % of the traffic'} on the proxy" + (told and f": {told}")
        step = Step("", action, why, "weight", gated=True, bake=bake, source_metrics=sources)
        builder.add(replace(step, guard=_guard(builder.config, builder.phase)))
        before = after
    config, reserved = builder.config, builder.inventory.function.reserved_concurrency
    builder.block(*(load.blockers(percents) if percents else ()))
    builder.warn(*load.advice(percents, reserved, config.proxy.api_timeout))
    if percents and percents[-1] < WHOLE:
        builder.summary["holds"] = str(percents[-1])
    if percents not in ([], [WHOLE]):
        builder.block(*_weightless(builder.inventory, alias, target))
    _unguarded(builder)


def _pin(builder: PlanBuilder, version: str) -> None:
    """Keep the version that traffic leaves, and that the way back leads to, from whoever prunes versions."""
    function = builder.inventory.function
    if any(alias.version == version and is_pin(alias.name) for alias in function.aliases):
        return
    pinned = PinVersion(function.name, version)
    builder.add(Step("", pinned, "the way back needs it: AWS deletes no version that an alias names", GROUP))


def guarded(plan: Plan, config: Migration) -> Plan:
    """Return a plan that was recorded, with its weights guarded as migration.yaml says now.

    Where AWS refused the guard, that is where the boundary is named that it asks for, or `no-guard` accepted.
    """
    guard = _guard(config, plan.phase)
    return replace(plan, steps=tuple(replace(step, guard=guard) if step.guard else step for step in plan.steps))


def _guard(config: Migration, phase: str) -> Guard:
    """Return how each weight is guarded: by itself, unless the team accepts that it may not be."""
    required = all(entry.rule != no_guard.NAME or not entry.holds_in(phase) for entry in config.accept)
    return Guard(config.cutover.grace, config.cutover.hold, required, config.permissions_boundary or "")


def _unguarded(builder: PlanBuilder) -> None:
    """Say that nothing may put the weights back by itself, where that is accepted."""
    accepted = (entry for entry in builder.config.accept if entry.rule == no_guard.NAME)
    reasons = [entry.reason for entry in accepted if entry.holds_in(builder.phase)]
    if reasons and any(step.guard for step in builder.steps):
        text = "where AWS refuses the schedule, nothing puts the weights back by itself"
        builder.warn(f"accepted ({reasons[0]}): {no_guard.NAME}: {text}")


def _sources(inventory: Inventory) -> tuple[SourceMetrics, ...]:
    """Return what counts the requests that come through the alias, each named as its trigger is."""
    invoking = [each for each in inventory.triggers if each.enabled and each.qualifier in ("", inventory.alias)]
    known = ((trigger, kind_of(trigger).request_metrics(trigger, inventory.function)) for trigger in invoking)
    sources = [replace(metrics, name=labelled(trigger)) for trigger, metrics in known if metrics]
    return tuple(
        {tuple(each.dimensions.items()): each for each in sources}.values()
    )  # an API may have two integrations


def _weightless(inventory: Inventory, alias: Alias, target: Version) -> Iterator[Blocker]:
    """Yield why Lambda refuses weights between the alias' version and the target."""
    start = inventory.function.version(alias.version)
    if start and (start.role, start.dead_letter) != (target.role, target.dead_letter):
        text = f"versions {start.number} and {target.number} have different roles or dead-letter queues"
        yield closed(versions_differ, f"{text}, which weights cannot be put between; take `--weights 100`", alias.name)
    yield from provisioned.of_alias(inventory, alias)


def _side(version: str, weights: dict[str, float]) -> dict[str, Any]:
    return {"version": version, "weights": dict(weights)}
