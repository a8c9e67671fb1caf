"""State machines of Step Functions, whose tasks invoke the function.

Their definitions are texts that people write: what names the function is replaced, and no other byte. Executions that
run go on with the definition that they began with, and a published version never changes. A state machine invokes with
a role of its own, which has to be allowed to invoke the alias first.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lambda_migrate.actions.step_functions.point_definition import PointDefinition
from lambda_migrate.engine.plan import Step
from lambda_migrate.gates import trigger as trigger_gate
from lambda_migrate.gates.gate import closed
from lambda_migrate.triggers import base, invoking_role
from lambda_migrate.triggers.base import Repoint
from lambda_migrate.triggers.naming import at_alias

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.engine.blocker import Blocker
    from lambda_migrate.function.model import Function
    from lambda_migrate.triggers.base import Trigger

KIND = "step_functions"
LABEL = "state machine"
TRAFFIC = "events"
FOUND = "the definitions of all state machines, where a role of theirs may invoke the function"
PRINCIPALS = ("states.amazonaws.com",)
ALIAS = "in its definition what names the function is replaced, each time that it does, and no other byte"
STAYS = "a task waits for the function's answer; this version does not write an HTTP task in its place"
BACK = "the texts are put back where they stood; all else of the definition stays as it is then"
TWICE = "nothing: an execution runs one definition to its end"
PROPAGATION = 60.0
"""UpdateStateMachine is "eventually consistent": "all StartExecution calls within a few seconds use the updated
definition" (Step Functions API reference); a minute leaves room."""

SETTLES = PROPAGATION


@dataclass(frozen=True, kw_only=True)
class Settings(base.Settings):
    """What is known of a state machine.

    Attributes:
        role: The ARN of the role that it invokes with.
        texts: The texts of its definition that name the function, by their JSON pointers.
        fixed: What names it and cannot be replaced: published versions, expressions; one clause each.
    """

    role: str = ""
    texts: dict[str, str] = field(default_factory=dict)
    fixed: tuple[str, ...] = ()


def to_alias(trigger: Trigger[Settings], _function: Function, alias: str) -> Repoint:
    """Replace what names the function in the definition."""
    settings = trigger.settings
    blockers: tuple[Blocker, ...] = ()
    if settings.fixed:
        advice = "publish another version, or write the alias' ARN by hand, then accept this"
        text = f"{LABEL} `{trigger.name}` goes on invoking `$LATEST`: {'; '.join(settings.fixed)}; {advice}"
        blockers = (closed(trigger_gate, text, trigger.name, of=KIND),)
    if not settings.texts:
        return Repoint((), blockers)
    action = PointDefinition(trigger.name, settings.texts, at_alias(settings.texts, alias), settings.source)
    step = Step("", action, "executions that begin from then on reach the alias", propagation=PROPAGATION)
    return Repoint((step,), blockers, _running(trigger))


def _running(trigger: Trigger[Settings]) -> tuple[str, ...]:
    names = trigger.settings.passing
    if not names:
        return ()
    text = (
        f"executions that run go on with the definition that they began with, and invoke `$LATEST`: {', '.join(names)}"
    )
    return (f"{LABEL} `{trigger.name}`: {text}",)


def preflight(aws: Aws, trigger: Trigger[Settings], function: Function, alias: str) -> Iterator[Blocker]:
    """Yield that its role may not invoke the alias."""
    settings, caller = trigger.settings, f"{LABEL} `{trigger.name}`"
    if settings.texts:
        yield from invoking_role.not_permitted(aws, settings.role, function.qualified_arn(alias), caller, trigger.name)
