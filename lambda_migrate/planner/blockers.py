"""What stands against a phase as a whole: functions that cannot carry the proxy, triggers that nobody can re-point."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lambda_migrate.function.image import HANDLER
from lambda_migrate.function.web_adapter import WRAPPER
from lambda_migrate.gates import (
    capacity_provider,
    code_signing,
    durable,
    environment_size,
    exec_wrapper,
    five_layers,
    handler_form,
    lambda_edge,
    latest_not_restored,
    owned_by_stack,
    package_size,
    qualifier,
    snap_start,
    tenancy,
    web_adapter,
)
from lambda_migrate.gates import runtime as runtime_gate
from lambda_migrate.gates import runtime_updates as runtime_gate_updates
from lambda_migrate.gates import trigger as trigger_gate
from lambda_migrate.gates import unread as unread_gate
from lambda_migrate.gates.gate import closed
from lambda_migrate.inventory.model import PROXY_LAYER
from lambda_migrate.planner import image_blockers
from lambda_migrate.planner.image_blockers import OLDEST_PYTHON, PROVEN_WRAPPERS
from lambda_migrate.proxy import image, layer
from lambda_migrate.triggers import kind_of, labelled

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lambda_migrate.engine.blocker import Blocker
    from lambda_migrate.function.image import Image
    from lambda_migrate.function.model import Function
    from lambda_migrate.gates.gate import GateModule
    from lambda_migrate.inventory import Inventory
    from lambda_migrate.triggers.base import Settings, Trigger

ENVIRONMENT_BYTES = 4096
MAXIMUM_LAYERS = 5
PACKAGE_BYTES = 250 * 1024 * 1024
"""Lambda's quota for the unzipped package and layers together; zipped ones that exceed it exceed it unzipped too."""

_RUNTIME_UPDATES = {
    "FunctionUpdate": "its runtime is updated when it changes, as publishing a proxy version makes it do",
    "Manual": "its runtime is updated by hand, and the proxy version may get another one than the original",
}
"""Why the runtime has to be known that Lambda does not update by itself."""

_SPECIAL: dict[str, tuple[GateModule, str]] = {
    "durable": (durable, "it runs durable executions, which would go on in the wrong version"),
    "tenancy": (tenancy, "it isolates tenants, which aliases with weights do not keep apart"),
    "capacity-provider": (capacity_provider, "it runs on managed instances, which publish versions in another way"),
}


def of_function(
    inventory: Inventory, added_bytes: int, layer_marker: str = "", *, signs: bool = False
) -> Iterator[Blocker]:
    """Yield why a function cannot carry the proxy.

    Args:
        inventory: What there is.
        added_bytes: What the proxy's settings add to the environment.
        layer_marker: Description of the version of the proxy's layer that it gets; "" for any.
        signs: Whether the plan has the layer signed.
    """
    function = inventory.function
    if carries_the_proxy(inventory):
        yield closed(latest_not_restored, "$LATEST carries the proxy since an earlier run was cut off; `rollback` it")
    if function.edge:
        yield closed(lambda_edge, "it is a Lambda@Edge function, which runs at CloudFront's locations")
    if function.package_type == "Image":
        yield from image_blockers.of_image(inventory)
    elif not _new_enough(function.runtime):
        yield closed(
            runtime_gate,
            f"it runs `{function.runtime}`; the proxy needs python3.{OLDEST_PYTHON} or newer",
        )
    yield from _started_otherwise(function)
    yield from _without_room(function, added_bytes)
    if not (signs and function.signing_profiles):
        yield from _of_signatures(inventory, layer_marker)
    if function.runtime_updates in _RUNTIME_UPDATES and not function.runtime_version:
        text = f"{_RUNTIME_UPDATES[function.runtime_updates]}; AWS does not say which one it runs"
        yield closed(runtime_gate_updates, text)
    if function.snap_start and function.web_adapter:
        yield closed(snap_start, "SnapStart makes snapshots of it, and has not been tried with proxy and adapter")
    for name in function.special:
        yield closed(*_SPECIAL[name])


def _of_signatures(inventory: Inventory, layer_marker: str) -> Iterator[Blocker]:
    """Yield what is to be signed first. Lambda checks signatures of packages and layers, and of no images.

    https://docs.aws.amazon.com/lambda/latest/dg/configuration-codesigning.html
    """
    function = inventory.function
    if not function.code_signing or function.package_type == "Image" or function.unsigned_code == "Warn":
        return
    if layer_marker in inventory.signed_layers or (not layer_marker and inventory.signed_layers):
        return
    profiles = ", ".join(f"`{each.rpartition('/signing-profiles/')[2]}`" for each in function.signing_profiles)
    text = f"it takes signed code only: sign the proxy's layer for {profiles or 'its signing profile'} and publish it"
    named = f" with the description `{layer_marker}`" if layer_marker else ""
    yield closed(code_signing, f"{text} as `{PROXY_LAYER}{function.name}`{named}, or set `proxy.signer_bucket`")


def carries_the_proxy(inventory: Inventory) -> bool:
    """Return whether the proxy is on ``$LATEST``: an earlier run was not finished."""
    function, deployed = inventory.function, inventory.image
    of_image = deployed is not None and _is_ours(deployed)
    return function.handler == layer.HANDLER or function.exec_wrapper == layer.WRAPPER or of_image


def _is_ours(deployed: Image) -> bool:
    words = [*(deployed.overrides.get("EntryPoint") or ()), *(deployed.overrides.get("Command") or ())]
    return layer.HANDLER in words or image.SELECTOR in words or image.carries(deployed.manifest, deployed.config)


def _started_otherwise(function: Function) -> Iterator[Blocker]:
    """Yield what is in the way where something else than Lambda's runtime starts the handler.

    https://docs.aws.amazon.com/lambda/latest/dg/runtimes-modify.html
    https://github.com/awslabs/aws-lambda-web-adapter
    """
    if function.handler == layer.HANDLER or function.exec_wrapper == layer.WRAPPER:
        return  # an earlier run was not finished
    if function.web_adapter:
        if function.package_type != "Image" and function.web_adapter.wrapper != WRAPPER:
            starts = f"`{function.exec_wrapper}` starts it" if function.exec_wrapper else "its script does not start it"
            yield closed(web_adapter, f"it has the layer of the AWS Lambda Web Adapter, and {starts}")
        return
    if function.exec_wrapper and function.exec_wrapper not in PROVEN_WRAPPERS:
        yield closed(exec_wrapper, f"`{function.exec_wrapper}` starts its runtime, and may replace the handler")
    if function.package_type != "Image" and not HANDLER.fullmatch(function.handler):
        yield closed(handler_form, f"its handler `{function.handler}` is not of the form `module.function`")


def _without_room(function: Function, added_bytes: int) -> Iterator[Blocker]:
    if len(function.layers) >= MAXIMUM_LAYERS:
        yield closed(five_layers, f"it has {len(function.layers)} layers already, as many as Lambda allows")
    if function.code_size + sum(function.layer_sizes.values()) >= PACKAGE_BYTES:
        yield closed(package_size, "its package and layers fill the 250 MB that Lambda allows")
    size = function.environment_size + added_bytes
    if size > ENVIRONMENT_BYTES:
        yield closed(environment_size, f"its environment would be {size} bytes, Lambda allows {ENVIRONMENT_BYTES}")


def _new_enough(runtime: str) -> bool:
    version = re.fullmatch(r"python3\.(\d+)", runtime)
    return version is not None and int(version[1]) >= OLDEST_PYTHON


def of_triggers(inventory: Inventory) -> Iterator[Blocker]:
    """Yield the triggers that cannot be re-pointed, or that invoke something else than the alias or ``$LATEST``."""
    for trigger in inventory.triggers:
        if not trigger.enabled or trigger.qualifier == inventory.alias:
            continue
        if kind_of(trigger).to_alias(trigger, inventory.function, inventory.alias) is None:
            yield goes_on(trigger, f"point it at `{inventory.alias}` by hand, or accept that it stays")
        elif trigger.qualifier:
            yield closed(
                qualifier,
                f"{labelled(trigger)} invokes `{trigger.qualifier}`, neither the alias `{inventory.alias}`"
                " nor the unqualified function; move it by hand, or take that alias as `alias:` in migration.yaml",
                trigger.name,
                of=trigger.qualifier,
            )


def goes_on(trigger: Trigger[Settings], advice: str) -> Blocker:
    """Return the gate of a trigger that goes on invoking what it invokes, why, and what to do about it."""
    why = kind_of(trigger).stays
    text = f"{whom(trigger)} goes on invoking `{trigger.qualifier or '$LATEST'}`" + (f": {why}" if why else "")
    return of_trigger(trigger, f"{text}; {advice}")


def of_trigger(trigger: Trigger[Settings], text: str, *, acceptable: bool = True) -> Blocker:
    """Return the gate of a trigger; of one that could not be looked at, that it may be there.

    Args:
        trigger: The trigger.
        text: What it does and what to do about it, where it could be looked at.
        acceptable: Whether it can be accepted.
    """
    reason = trigger.settings.reason
    if reason:
        text = f"{labelled(trigger)} cannot be looked at: {reason}; allow it to be read, or accept it if nothing calls"
    return closed(trigger_gate, text, trigger.name, of=trigger.kind, acceptable=acceptable)


def whom(trigger: Trigger[Settings]) -> str:
    """Return a trigger for a person, with how it names the function where that is not plain."""
    detail = trigger.settings.detail
    return labelled(trigger) + (f" ({detail})" if detail else "")


def owned(inventory: Inventory, concerned: Iterable[Trigger[Settings]], *, alias: bool) -> Iterator[tuple[str, str]]:
    """Yield what a CloudFormation stack owns: what it is, for a person, and the stack.

    Args:
        inventory: What there is.
        concerned: The triggers to look at.
        alias: Whether to look at the traffic alias too.
    """
    if alias and inventory.alias_arn in inventory.owners:
        yield f"alias `{inventory.alias}`", inventory.owners[inventory.alias_arn]
    for trigger in concerned:
        owner = inventory.owners.get(kind_of(trigger).physical_id(trigger))
        if owner:
            yield labelled(trigger), owner


def of_stacks(inventory: Inventory, moving: Iterable[Trigger[Settings]], *, alias: bool = False) -> Iterator[Blocker]:
    """Yield what a stack would put back that is about to be moved; see :func:`owned`."""
    for thing, stack in owned(inventory, moving, alias=alias):
        text = f"CloudFormation stack `{stack}` owns {thing}, and its next deployment puts it back, or fails"
        yield closed(owned_by_stack, f"{text}; see to it that nobody deploys the stack, then accept this", stack)


def of_code(inventory: Inventory, moving: Iterable[Trigger[Settings]], *, alias: bool = False) -> Iterator[str]:
    """Yield what code or state of others says is theirs that is about to be moved, where no stack is in the way.

    Args:
        inventory: What there is.
        moving: The triggers that are moved.
        alias: Whether the alias is moved too.
    """
    things = [(f"alias `{inventory.alias}`", inventory.alias_arn)] if alias else []
    things += [(labelled(trigger), kind_of(trigger).physical_id(trigger)) for trigger in moving]
    for label, identity in things:
        if identity in inventory.declared and identity not in inventory.owners:
            owner = inventory.declared[identity]
            yield f"{label} has an owner ({owner}): its next deployment undoes the move; `handover` writes the change"


def unread(inventory: Inventory, *needed: str) -> Iterator[Blocker]:
    """Yield what could not be read although a plan would take its absence for a fact."""
    for what in needed:
        if what in inventory.unread:
            text = f"{what} could not be read, so the plan would miss it; allow it to be read"
            yield closed(unread_gate, text, what)
