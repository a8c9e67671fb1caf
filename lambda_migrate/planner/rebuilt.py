"""Plans what has been done to a function already, as far as AWS shows it, to be recorded in place of a lost ledger.

Where the cutover made the traffic alias, its description says so. A trigger on it was one of the unqualified function
before: the cutover moves no other. So the plan of then is made once more, from the function and its triggers as they
were; whoever records it looks at AWS for each of its steps. On an alias that is older than the migration, AWS does not
show whether a trigger came by the cutover.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from lambda_migrate import triggers
from lambda_migrate.actions.function.pin_version import PinVersion
from lambda_migrate.actions.function.publish_version import PublishVersion
from lambda_migrate.actions.function.shift_weight import ShiftWeight
from lambda_migrate.engine.plan import Plan, Step
from lambda_migrate.function.documents import LATEST, PIN, TRAFFIC, pin_of
from lambda_migrate.function.model import Qualified
from lambda_migrate.function.versions import original, proxied
from lambda_migrate.planner import cutover

if TYPE_CHECKING:
    from lambda_migrate.config import Migration
    from lambda_migrate.function.model import Alias, Function, Version
    from lambda_migrate.inventory import Inventory
    from lambda_migrate.triggers.base import Settings, Trigger

WHOLE = 100


def rebuilt(inventory: Inventory, config: Migration) -> list[Plan]:
    """Return what has been done to a function, as far as AWS shows it, as plans whose every step may be applied.

    Args:
        inventory: What there is.
        config: What the user wants.

    Returns:
        The deployment of the proxy, and the cutover as far as it went; nothing where no version proxies.
    """
    function = inventory.function
    latest, first = proxied(function), _original(function)
    if latest is None:
        return []
    published = PublishVersion(function.name, latest.code_sha256, latest.description)
    pinned = [PinVersion(function.name, each.version) for each in function.aliases if each.name == pin_of(each.version)]
    about = {"events": latest.proxy_events, "marker": latest.description}
    steps = _numbered(Step("", published, group="proxy"), *(Step("", each, group="proxy") for each in pinned))
    plans = [Plan("proxy", function.arn, inventory.fingerprint, steps, summary=about)]
    alias = function.alias(inventory.alias)
    if first is None or alias is None:
        return plans
    moved = cutover.to_alias(before(inventory), config, first) if alias.description == TRAFFIC else ()
    shifted = _shifted(function, alias, first, latest)
    if steps := _numbered(*moved, *shifted):
        percent = round(alias.weights.get(latest.number, 1.0) * WHOLE) if shifted else 0
        about = {"alias": alias.name, "from": first.number, "to": latest.number, "events": latest.proxy_events}
        about |= {"holds": str(percent)} if percent < WHOLE else {}
        plans.append(Plan("cutover", function.arn, inventory.fingerprint, steps, summary=about))
    return plans


def before(inventory: Inventory) -> Inventory:
    """Return the function and its triggers as they were before the cutover: all of them unqualified, without the alias.

    Args:
        inventory: What there is now.
    """
    function, name = inventory.function, inventory.alias
    aliases = tuple(each for each in function.aliases if each.name != name)
    earlier = replace(function, aliases=aliases, qualified={**function.qualified, name: Qualified()})
    parked = {trigger.id: first for trigger in inventory.triggers if (first := _parked_for(trigger, inventory))}
    left = [each for each in inventory.triggers if each not in parked.values()]
    moved = tuple(_unqualified(each, inventory, parked.get(each.id, each)) for each in left)
    return replace(inventory, function=earlier, triggers=moved)


def _parked_for(trigger: Trigger[Settings], inventory: Inventory) -> Trigger[Settings] | None:
    """Return the parked trigger in whose place one on the alias was made, or None."""
    if trigger.qualifier != inventory.alias or not triggers.kind_of(trigger).parks:
        return None
    parked = (each for each in inventory.triggers if each.kind == trigger.kind and not each.enabled)
    same = (each for each in parked if each.qualifier == "" and each.settings.source == trigger.settings.source)
    return next(same, None)


def _unqualified(trigger: Trigger[Settings], inventory: Inventory, first: Trigger[Settings]) -> Trigger[Settings]:
    """Return a trigger as it was, by the id of the first: whatever names the alias names the unqualified function."""
    if trigger.qualifier != inventory.alias:
        return trigger
    qualified = re.compile(re.escape(inventory.alias_arn) + r"(?![A-Za-z0-9_-])")
    text = qualified.sub(inventory.function.arn, json.dumps(asdict(trigger)).replace(trigger.id, first.id))
    return triggers.from_dict({**json.loads(text), "qualifier": ""})


def _shifted(function: Function, alias: Alias, first: Version, latest: Version) -> tuple[Step, ...]:
    """Return the step that put traffic on the proxy; nothing where all of it is on the original version."""
    if latest.number not in (alias.version, *alias.weights):
        return ()
    there: dict[str, Any] = {"version": alias.version, "weights": dict(alias.weights)}
    shifted = ShiftWeight(function.name, alias.name, {"version": first.number, "weights": {}}, there)
    percent = round(alias.weights.get(latest.number, 1.0) * WHOLE)
    return (Step("", shifted, f"{percent} % of the traffic on the proxy", "weight"),)


def _original(function: Function) -> Version | None:
    """Return the original version: the one that is pinned, else one that is in everything what ``$LATEST`` is."""
    pin = function.alias(PIN)
    pinned = function.version(pin.version) if pin and pin.version != LATEST else None
    return pinned or original(function)


def _numbered(*steps: Step) -> tuple[Step, ...]:
    return tuple(replace(step, id=f"{number:02}-{step.action.kind}") for number, step in enumerate(steps, start=1))
