"""What a function is and who calls it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.aws.arn import Arn
from lambda_migrate.function.versions import original
from lambda_migrate.render.drawing import GUIDE, columns, paragraph, tree
from lambda_migrate.render.format import counted, duration, size
from lambda_migrate.triggers import kind_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambda_migrate.function.model import Alias, Function
    from lambda_migrate.inventory import Inventory
    from lambda_migrate.render.terminal import Paint
    from lambda_migrate.triggers.base import Settings, Trigger


def inventory(inventory: Inventory, paint: Paint) -> str:
    """Return the function, its versions and aliases, its triggers, and what a person should know."""
    lines = columns(_facts(inventory.function), paint.width)
    triggers = [trigger for trigger in inventory.triggers if not kind_of(trigger).caller]
    lines += ["", *_triggers(triggers, inventory, paint)]
    staying = _staying(triggers)
    if staying:
        lines += ["", paint("No further than the alias", "bold"), *_marked(staying, paint)]
    owners = _owners(inventory, triggers)
    if owners:
        lines += ["", paint("Owners", "bold"), *columns(owners, paint.width)]
    if inventory.unexplained:
        lines += ["", paint("Who else may call", "bold"), *_marked(inventory.unexplained, paint)]
    if inventory.warnings:
        lines += ["", paint("To know", "bold"), *_marked(inventory.warnings, paint)]
    return "\n".join(lines)


def _facts(function: Function) -> list[tuple[str, str]]:
    package = f"{function.package_type.lower()}, {size(function.code_size)}, sha256 {function.code_sha256[:16]}…"
    limits = f"{function.memory} MB, {duration(function.timeout)}, {', '.join(function.architectures)}"
    rows = [
        ("runtime", f"{function.runtime or function.package_type}, {limits}"),
        ("handler", function.handler),
        ("package", package),
        ("layers", ", ".join(Arn.parse(arn).name for arn in function.layers) or "none"),
        ("role", function.role.rpartition(":role/")[2] or function.role),
        ("settings", counted(len(function.environment_names), "environment variable")),
        ("versions", _versions(function)),
        ("aliases", "; ".join(position(alias) for alias in function.aliases) or "none"),
    ]
    if function.vpc:
        dual = ", IPv4 and IPv6" if function.vpc.get("Ipv6AllowedForDualStack") else ""
        rows.append(("network", f"VPC {function.vpc.get('VpcId', '')}".rstrip() + dual))
    if function.file_systems:
        rows.append(("file systems", ", ".join(sorted(function.file_systems))))
    if function.dead_letter:
        rows.append(("dead letter", Arn.parse(function.dead_letter).name))
    return [row for row in rows if row[1]]


def _versions(function: Function) -> str:
    first = original(function)
    shown = []
    for version in function.versions:
        about = f" (proxy, {version.proxy_events})" if version.proxy_events else ""
        about = " (matches $LATEST)" if first and version.number == first.number else about
        shown.append(f"{version.number}{about}")
    return ", ".join(shown) or "none published"


def position(alias: Alias) -> str:
    """Return where an alias points: ``live → 2, 10 % on 3``."""
    shares = "".join(f", {weight * 100:g} % on {number}" for number, weight in alias.weights.items())
    return f"{alias.name} → {alias.version}{shares}"


def _triggers(triggers: Sequence[Trigger[Settings]], inventory: Inventory, paint: Paint) -> list[str]:
    kinds: dict[str, list[tuple[str, str, str]]] = {}
    for trigger in triggers:
        kinds.setdefault(kind_of(trigger).label, []).append(_trigger(trigger, inventory, paint))
    leaves = [[label, *columns(rows, paint.width - GUIDE, indent=0)] for label, rows in kinds.items()]
    return tree(paint("Triggers", "bold"), leaves or [["none was found"]], paint, indent=0)


def _trigger(trigger: Trigger[Settings], inventory: Inventory, paint: Paint) -> tuple[str, str, str]:
    kind = kind_of(trigger)
    repoint = kind.to_alias(trigger, inventory.function, inventory.alias)
    movable = repoint is not None and bool(repoint.steps)
    mark = paint("·", "dim") if not trigger.enabled else paint("→", "cyan") if movable else paint("!", "yellow")
    notes = [trigger.qualifier or "unqualified"]
    notes += [trigger.settings.detail] if trigger.settings.detail else []
    notes += [] if trigger.enabled else ["switched off"]
    notes += [] if movable or not trigger.enabled else [kind.stays]
    notes += [] if movable or not trigger.settings.source else [trigger.settings.source]
    return mark, trigger.name, ", ".join(notes)


def _owners(inventory: Inventory, triggers: Sequence[Trigger[Settings]]) -> list[tuple[str, str]]:
    """Return what has an owner, and what not; nothing where no owner is known at all."""
    things = [(f"function {inventory.function.name}", inventory.function.arn)]
    if inventory.function.alias(inventory.alias):
        things.append((f"alias {inventory.alias}", inventory.alias_arn))
    moving = [each for each in triggers if kind_of(each).alias]
    things += [(f"{kind_of(each).label} {each.name}", kind_of(each).physical_id(each)) for each in moving]
    return [(label, inventory.declared.get(key, "unknown")) for label, key in things] if inventory.declared else []


def _staying(triggers: Sequence[Trigger[Settings]]) -> tuple[str, ...]:
    """Return why kinds of triggers do not go straight to the service, or not by themselves; each kind once."""
    kinds = {kind_of(trigger).name: kind_of(trigger) for trigger in triggers if trigger.enabled}
    return tuple(f"{kind.label}: {kind.stays}" for kind in kinds.values() if kind.alias and kind.stays)


def _marked(texts: tuple[str, ...], paint: Paint) -> list[str]:
    lines: list[str] = []
    for text in texts:
        lines += paragraph(text, paint.width, first=f"  {paint('!', 'yellow')} ", rest="    ")
    return lines
