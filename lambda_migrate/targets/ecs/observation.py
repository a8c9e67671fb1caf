"""How the service on ECS is, what happened to it, and what its tasks printed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambda_migrate.actions.cloudformation.put_stack import stack_named
from lambda_migrate.errors import NotFound
from lambda_migrate.targets import cloudwatch_logs, stacks
from lambda_migrate.targets.base import Event, State
from lambda_migrate.targets.ecs import stopped_tasks
from lambda_migrate.targets.ecs.names import image_stack, log_group, service_name, service_stack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.targets.base import Deployment, Target


def state(aws: Aws, deployment: Deployment, _settings: Target) -> State:
    """Return how the stack and the service in it are."""
    name = service_stack(deployment)
    stack = stack_named(aws, name)
    if stack is None:
        return State("absent", f"there is no stack {name}")
    outputs = {each["OutputKey"]: str(each["OutputValue"]) for each in stack.get("Outputs", ())}
    parameters = {each["ParameterKey"]: str(each["ParameterValue"]) for each in stack.get("Parameters", ())}
    version, url = parameters.get("Image", "").rpartition(":")[2], outputs.get("Url", "")
    facts: dict[str, Any] = {"stack": name, "status": stack["StackStatus"]}
    changing = stack["StackStatus"].endswith("_IN_PROGRESS")
    service = _service(aws, outputs) if "Service" in outputs and not changing else None
    if service is None:
        text = f"stack {name} is in {stack['StackStatus']}" + ("" if changing else " and has no service")
        return State("changing" if changing else "unhealthy", text, version, url, facts)
    return _rollout(service, State("healthy", "", version, url, facts))


def _rollout(service: dict[str, Any], known: State) -> State:
    """Return the state that a service of ECS is in, added to what is known already."""
    version, url = known.version, known.url
    running, desired = service.get("runningCount", 0), service.get("desiredCount", 0)
    deployments = service.get("deployments") or [{}]
    rollout = deployments[0].get("rolloutState", "COMPLETED")
    facts = known.facts | {"running": running, "desired": desired, "rollout": rollout}
    text = f"{running} of {desired} tasks run {version}"
    if rollout == "FAILED":
        return State("unhealthy", f"{text}; the rollout failed", version, url, facts)
    if rollout == "IN_PROGRESS" or running != desired:
        return State("changing", text, version, url, facts)
    return State("healthy" if running else "unhealthy", text, version, url, facts)


def events(aws: Aws, deployment: Deployment, _settings: Target, since: float) -> Iterator[Event]:
    """Yield what happened to the two stacks and to the service since then, the oldest first."""
    messages = [
        each
        for name in (image_stack(deployment), service_stack(deployment))
        for each in stacks.events(aws, name, since)
    ]
    try:
        service = _service(aws, {"Cluster": service_name(deployment), "Service": service_name(deployment)})
    except NotFound:
        service = None
    for each in (service or {}).get("events", ()):
        at = each["createdAt"].timestamp()
        if at >= since:
            messages.append(Event(at, each["message"], bad="unable" in each["message"]))
    if service:
        messages += stopped_tasks.events(aws, service_name(deployment), log_group(deployment), since)
    yield from sorted(messages, key=lambda event: event.at)


def logs(aws: Aws, deployment: Deployment, _settings: Target, lines: int) -> Iterator[str]:
    """Yield the last lines that the tasks printed."""
    hint = "the first deployment makes it; see `service status`"
    return cloudwatch_logs.tail(aws, log_group(deployment), lines, hint=hint)


def _service(aws: Aws, outputs: dict[str, str]) -> dict[str, Any] | None:
    answer = aws.call("ecs", "describe_services", cluster=outputs["Cluster"], services=[outputs["Service"]])
    return next((each for each in answer["services"] if each.get("status") != "INACTIVE"), None)
