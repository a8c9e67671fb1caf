"""The gates that are asked of the code and the service, after those of the planner and before anything changes.

Commands that only look ask them too, once; commands that act wait for a service that is just starting.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from lambda_migrate.actions.eventbridge.create_connection import CreateConnection, unusable
from lambda_migrate.aws import secrets
from lambda_migrate.aws.documents import read_or_none
from lambda_migrate.engine.guard_role import name_of
from lambda_migrate.errors import NotAllowed
from lambda_migrate.function import signing_keys
from lambda_migrate.function.versions import proxied
from lambda_migrate.gates import (
    api_key_unusable,
    events_endpoint_open,
    no_guard,
    proxy_cannot_reach_service,
    service_unhealthy,
    service_url,
    signing_key_not_accepted,
)
from lambda_migrate.gates.gate import closed
from lambda_migrate.planner.builder import acceptance
from lambda_migrate.triggers import kind_of
from lambda_migrate.verify import checks, health, signing_key, vantage
from lambda_migrate.workflow import code_gate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.engine.blocker import Blocker
    from lambda_migrate.engine.plan import Plan
    from lambda_migrate.function.model import Function
    from lambda_migrate.http import Client
    from lambda_migrate.inventory import Inventory
    from lambda_migrate.triggers.base import Trigger
    from lambda_migrate.verify.check import Check
    from lambda_migrate.workflow.context import Context
    from lambda_migrate.workflow.phase import PhaseKind, PhaseWork


def of_traffic(context: Context, function: Function, *, wait: bool) -> Iterator[Blocker]:
    """Yield why the service's code must not get traffic yet; a version that only records sends it none."""
    version = proxied(function)
    if version is not None and version.proxy_events == "none":
        return
    yield from code_gate.closed_gates(context, function)
    yield from of_service(context, version.number if version else None, wait=wait)


def of_triggers(context: Context, inventory: Inventory) -> Iterator[Blocker]:
    """Yield why AWS would refuse to point a trigger at the alias, before the first one moves."""
    moving = [trigger for trigger in inventory.triggers if trigger.enabled and trigger.qualifier == ""]
    for blocker in _preflight(context.aws_read_only, moving, inventory.function, inventory.alias):
        if acceptance(context.migration, blocker, "cutover") is None:
            yield blocker


def _preflight(aws: Aws, moving: list[Trigger[Any]], function: Function, alias: str) -> Iterator[Blocker]:
    for trigger in moving:
        yield from kind_of(trigger).preflight(aws, trigger, function, alias)
    for name in dict.fromkeys(trigger.kind for trigger in moving):
        theirs = [trigger for trigger in moving if trigger.kind == name]
        yield from kind_of(theirs[0]).preflight_all(aws, theirs, function, alias)


def of_guard(context: Context, plan: Plan) -> Iterator[Blocker]:
    """Yield that AWS does not let us look at the schedule that would put the weights back, where it is required."""
    if not any(step.guard and step.guard.required for step in plan.steps):
        return
    aws, name = context.aws_read_only, name_of(context.migration.function)
    try:
        read_or_none(aws, "scheduler", "get_schedule", Name=name)
        read_or_none(aws, "iam", "get_role", RoleName=name)
    except NotAllowed as error:
        text = f"nothing would put the weights back by itself: {error.message}"
        yield closed(no_guard, f"{text}; {error.hint}, or accept it")


def looked_at(kind: PhaseKind, work: PhaseWork) -> Plan:
    """Return a plan with the gates that are closed now among its blockers, for a command that only shows it.

    Where there is nothing to do, nothing is asked.
    """
    plan = work.plan
    if not plan.steps:
        return plan
    gates = (str(blocker) for blocker in kind.gates(work.context, work.inputs, plan, wait=False))
    return replace(plan, blockers=tuple(dict.fromkeys((*plan.blockers, *gates))))


def of_service(context: Context, version: str | None, *, wait: bool) -> list[Blocker]:
    """Ask the service, then the proxy version, if there is one, whether it reaches it."""
    if not context.migration.service.url:
        return [closed(service_url, "migration.yaml does not say where the service is; set `service.url`")]
    with context.service_client() as client:
        blockers = list(_asked(context, client, version, wait=wait))
    context.progress.end()
    return blockers


def of_public(context: Context, *, wait: bool) -> Iterator[Blocker]:
    """Ask the service where AWS is going to reach it by itself."""
    config, progress, url = context.migration, context.progress, vantage.public(context.migration)
    if not url:
        return
    progress.begin(f"checking the health of {url}")
    with context.service_client() as client:
        seen = health.glance(config, client, url, sleep=progress.sleep)
        if seen.problem and wait:
            seen = health.await_healthy(config, client, url, sleep=progress.sleep, watch=progress.note)
    progress.end()
    if seen.problem:
        yield closed(service_unhealthy, f"{seen.problem}; AWS is to reach the service there")


def _asked(context: Context, client: Client, version: str | None, *, wait: bool) -> Iterator[Blocker]:
    config, progress = context.migration, context.progress
    progress.begin(f"checking the health of {config.service.url}")

    def reached() -> bool:
        return bool(version) and checks.proxy_reaches_service(context.aws_read_only, config, str(version))[1].reached

    seen = health.glance(config, client, sleep=progress.sleep)
    internal = not seen.reached and reached()  # an internal load balancer is reached from Lambda, not from here
    if wait and not internal:
        seen = health.await_healthy(config, client, sleep=progress.sleep, watch=progress.note)
    if seen.problem and not internal:
        yield closed(service_unhealthy, f"{seen.problem}; {health.remedy(config, seen)}")
        return  # what else there is to ask would fail for the same reason
    endpoint = checks.endpoint_closed(config, client, reached)
    if endpoint.result == "fail":
        yield closed(events_endpoint_open, _told(endpoint))
    if version:
        progress.begin(f"probing the service through version {version}")
        probed, _ = checks.proxy_reaches_service(context.aws_read_only, config, version)
        if probed.result == "fail":
            yield closed(proxy_cannot_reach_service, f"{probed.name}: {_told(probed)}")


def _told(check: Check) -> str:
    return f"{check.detail}; {check.hint}"


def of_api_key(context: Context, plan: Plan) -> Iterator[Blocker]:
    """Yield why EventBridge would refuse the connection that a plan makes, before anything else of it is made."""
    reference = context.migration.service.api_key
    if not reference or not any(isinstance(step.action, CreateConnection) for step in plan.steps):
        return
    if problem := unusable(secrets.read(context.aws_read_only, reference)):
        yield closed(api_key_unusable, f"`{reference}` {problem}")


def of_signing_key(context: Context) -> Iterator[Blocker]:
    """Ask the service whether it accepts the key that stays, before the old one is dropped."""
    keys = signing_keys.read(context.aws_read_only, context.migration.proxy.signing_keys or "")
    with context.service_client() as client:
        problem = signing_key.probe(context.migration, client, *keys.pairs[0])
    if problem:
        text = f"the service does not accept {keys.identifiers[0]}, the key that stays: {problem}"
        yield closed(signing_key_not_accepted, f"{text}; does it read its keys from the secret?")
