"""Shows the service's state, logs and events, and stops a service on this machine."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from lambda_migrate.errors import GateClosed
from lambda_migrate.gates import service_condition
from lambda_migrate.render.drawing import columns
from lambda_migrate.render.result import Result
from lambda_migrate.workflow import overrides, service, target
from lambda_migrate.workflow.following import followed
from lambda_migrate.workflow.phase import Question

if TYPE_CHECKING:
    from lambda_migrate.workflow.context import Context
    from lambda_migrate.workflow.phase import Confirm

TIME = "%Y-%m-%d %H:%M:%SZ"
HINTS = {
    "absent": "`lambda-migrate service deploy` starts it",
    "unhealthy": "`lambda-migrate service logs` shows why",
}


def condition(context: Context) -> Result:
    """Return how the service is; a refusal where it is absent or unhealthy."""
    state = target.place(context, with_function=False).state(context)
    text = f"{state.condition}: {state.text}" + (f"\n{state.url}" if state.url else "")
    hint = HINTS.get(state.condition)
    error = GateClosed(f"the service is {state.condition}", gate=service_condition.NAME, hint=hint) if hint else None
    return Result(state.to_dict(), text, error=error)


def log(context: Context, lines: int, *, follow: bool) -> Result:
    """Return the last lines of the service's log.

    Args:
        context: Of the command.
        lines: How many.
        follow: Go on until Ctrl-C, with the function's log beside it.
    """
    place = target.place(context, with_function=False)
    if follow:
        return followed(context, place)
    last = list(place.kind.logs(context.aws_read_only, place.deployment, place.settings, lines))
    return Result({"lines": last}, "\n".join(last) if last else "The log is empty.")


def happened(context: Context, since: str) -> Result:
    """Return what happened to the service.

    Args:
        context: Of the command.
        since: How far back, as it was typed: ``1h``.

    Raises:
        ConfigError: That is not a duration.
    """
    seconds = overrides.duration("--since", since) or 0.0
    place = target.place(context, with_function=False)
    seen = list(place.kind.events(context.aws_read_only, place.deployment, place.settings, time.time() - seconds))
    bad = context.paint("✗", "red")
    rows = [(time.strftime(TIME, time.gmtime(event.at)), bad if event.bad else "·", event.text) for event in seen]
    text = "\n".join(columns(rows, context.paint.width, indent=0)) or f"No events in the last {since}."
    return Result({"events": [vars(event) for event in seen]}, text)


def stop(context: Context, confirm: Confirm) -> Result:
    """Stop a service that runs on this machine.

    Args:
        context: Of the command.
        confirm: Asks, and raises where the answer is no.

    Raises:
        ConfigError: It runs elsewhere.
    """
    place, local = service.on_this_machine(context)
    confirm(Question("Stop the service?"))
    local.stop()
    state = place.kind.state(context.aws_unasked, place.deployment, place.settings)
    stands = context.status()
    following = stands.next[:1] if stands.ended else ("service deploy",)
    return Result({"condition": state.condition}, "The service is stopped.", following)
