"""What `doctor` says of the function itself: its update, package, versions, callers, owners and code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.function.versions import original, proxied
from lambda_migrate.gates import pages
from lambda_migrate.planner import blockers
from lambda_migrate.triggers import kind_of
from lambda_migrate.verify.check import Check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.engine.blocker import Blocker
    from lambda_migrate.function.model import Function
    from lambda_migrate.inventory import Inventory
    from lambda_migrate.planner.builder import PlanBuilder
    from lambda_migrate.workflow.ownership import Ownership


def of_updates(aws: Aws, function: Function) -> Check:
    """Return whether an update of the function is in progress, or has failed."""
    configuration = aws.call("lambda", "get_function_configuration", FunctionName=function.name)
    status = configuration.get("LastUpdateStatus", "Successful")
    if status == "InProgress":
        return Check("update", "warn", "an update of the function is in progress", "commands wait for it")
    if status == "Failed":
        reason = configuration.get("LastUpdateStatusReason", "no reason given")
        return Check("update", "fail", f"the last update failed: {reason}", "fix the function first")
    return Check("update", "pass", "no update is in progress")


def of_gates(name: str, gates: Iterator[Blocker], builder: PlanBuilder, phase: str = "") -> Iterator[Check]:
    """Yield the gates that are closed or accepted, under a name; for the package also that none is."""
    listed = list(gates)
    for blocker in listed:
        accepted = builder.accepted(blocker, phase)
        if accepted is not None:
            yield Check(name, "warn", f"{blocker.text} (accepted: {accepted})")
        else:
            yield Check(name, "fail", str(blocker), pages.hint([str(blocker)]))
    if not listed and name == "package":
        yield Check(name, "pass", "it can carry the proxy")


def of_versions(taken: Inventory) -> Iterator[Check]:
    """Yield which versions are the original and the proxy, and where the alias stands."""
    function, alias = taken.function, taken.function.alias(taken.alias)
    first, latest = original(function), proxied(function)
    parts = [
        f"original {first.number}" if first else "",
        f"proxy {latest.number} ({latest.proxy_events})" if latest else "",
    ]
    detail = ", ".join(part for part in parts if part) or "no published version matches $LATEST; run `proxy deploy`"
    yield Check("versions", "pass" if first else "skip", detail)
    if alias is None:
        yield Check("alias", "skip", f"`{taken.alias}` does not exist yet; `cutover` makes it")
        return
    shares = "".join(f", {weight:.0%} on {number}" for number, weight in alias.weights.items())
    yield Check("alias", "pass", f"`{alias.name}` is at version {alias.version}{shares}")


def of_triggers(taken: Inventory, builder: PlanBuilder) -> Iterator[Check]:
    """Yield what blocks moving the triggers, and unexplained callers."""
    listed = list(of_gates("triggers", blockers.of_triggers(taken), builder, "cutover"))
    yield from listed
    enabled = [trigger for trigger in taken.triggers if trigger.enabled]
    if not listed:
        kinds = ", ".join(dict.fromkeys(kind_of(trigger).label for trigger in enabled)) or "none"
        yield Check("triggers", "pass", f"{len(enabled)} to re-point: {kinds}" if enabled else "none")
    for caller in taken.unexplained:
        yield Check("callers", "warn", caller, "find out who it is before `retire`")


def of_owners(known: Ownership) -> Iterator[Check]:
    """Yield who owns what: their next deployment may undo what is moved."""
    for each in known.things:
        if each.owners:
            yield Check("owner", "pass", f"{each.thing.label}: {each}")
    if not any(each.owners for each in known.things):
        yield Check("owner", "skip", "no owner was found; `handover --owner TOOL` writes for the tool that you name")
    yield from (Check("owner", "warn", note) for note in known.notes)


def of_code(closed: list[Blocker] | None) -> Iterator[Check]:
    """Yield what blocks the code that the service runs."""
    if closed is None:
        yield Check("code", "skip", "it is not lifted yet; `init` does that")
        return
    for blocker in closed:
        yield Check("code", "fail", str(blocker), pages.hint([str(blocker)]))
    if not closed:
        yield Check("code", "pass", "the analyzer finds no error that is not accepted")
