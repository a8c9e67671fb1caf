"""What a phase is: a module with a place on the journey, what it reads, its plan, its gates and its question.

The module's docstring is what `explain` prints.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol

from lambda_migrate.workflow import execution

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from types import ModuleType

    from lambda_migrate.config import Migration
    from lambda_migrate.engine.blocker import Blocker
    from lambda_migrate.engine.plan import Plan
    from lambda_migrate.engine.runs import Run
    from lambda_migrate.planner.journey import Phase
    from lambda_migrate.render.result import Result
    from lambda_migrate.workflow.context import Context
    from lambda_migrate.workflow.overrides import Overrides

OnDrift = Literal["refuse", "warn", "ignore"]


class Question(NamedTuple):
    """What a person is asked before anything changes.

    Attributes:
        text: With its question mark; where something has to be typed, what is going to happen.
        typed: What has to be typed in place of yes, because it cannot be undone; "" asks for yes or no.
    """

    text: str
    typed: str = ""


class Gates(Protocol):
    """Yields the gates that are closed."""

    def __call__(self, context: Context, inputs: Any, plan: Plan, /, *, wait: bool) -> Iterable[Blocker]:  # noqa: D102  # the class says it
        ...


Confirm = Callable[[Question], None]
"""Asks, and raises where the answer is no."""


@dataclass(frozen=True)
class PhaseWork:
    """What a phase is about to do.

    Attributes:
        context: Of the command.
        inputs: What was gathered.
        plan: What is run: planned just now, saved, or recorded by the run that is carried on.
        unfinished: The run that is carried on, or None.
        otherwise: Ids of its steps to go that would be planned otherwise now.
    """

    context: Context
    inputs: Any
    plan: Plan
    unfinished: Run | None = None
    otherwise: tuple[str, ...] = ()

    def execute(self) -> Result:
        """Run the plan; what every phase does, and most of them nothing else."""
        return execution.execute(self.context, self.plan)


@dataclass(frozen=True)
class PhaseKind:
    """One phase, read from its module.

    Attributes:
        phase: Its place on the journey: name, stage, command, what comes next.
        documentation: What `explain` prints.
        gather: Reads what the plan is made from; changes nothing.
        plan: Makes the plan from that; pure.
        question: What is asked before it runs.
        overrides: The options that it takes.
        savable: Whether its command runs a saved plan.
        on_drift: What it does where others have changed the function since the code freeze began.
        last: What is left to do once every step is applied.
        works_without_steps: Whether there is something to do where the plan has no steps.
        gates: Asks the gates of the code and the service, besides those of the plan; `wait` gives a service time that
            is just starting.
        facts: Rows that are shown above the plan; None shows the plan alone.
        data: What else the answer holds.
        perform: Does it; default: runs the plan.
        on_missing: Answers where the function is gone, or raises the error again.
    """

    phase: Phase
    documentation: str
    gather: Callable[[Context, Overrides], Any]
    plan: Callable[[Any, Migration, Overrides], Plan]
    question: Callable[[Plan, Any], Question]
    overrides: tuple[str, ...] = ()
    savable: bool = False
    on_drift: OnDrift = "refuse"
    last: str = "verdict"
    works_without_steps: bool = False
    gates: Gates = field(default=lambda _context, _inputs, _plan, *, wait: ())  # noqa: ARG005  # as the others take it
    facts: Callable[[Any], Sequence[tuple[str, str]] | None] = field(default=lambda _inputs: None)
    data: Callable[[Any], dict[str, Any]] = field(default=lambda _inputs: {})
    perform: Callable[[PhaseWork], Result] = PhaseWork.execute
    on_missing: Callable[..., Result] | None = None

    @classmethod
    def of(cls, phase: Phase, module: ModuleType) -> PhaseKind:
        """Read a phase from its module.

        Args:
            phase: Its place on the journey.
            module: Says the rest: constants in capitals, functions by their names.

        Raises:
            TypeError: The module lacks something that every phase has.
        """
        required = {"documentation": "__doc__", "gather": "gather", "plan": "plan", "question": "question"}
        missing = [name for name in required.values() if not getattr(module, name, None)]
        if missing:
            msg = f"{module.__name__} is not a phase: it has no {', '.join(missing)}"
            raise TypeError(msg)
        constants = {name: name.upper() for name in ("overrides", "savable", "on_drift", "last", "works_without_steps")}
        hooks = {name: name for name in ("gates", "facts", "data", "perform", "on_missing")}
        optional = {name: own for name, own in (constants | hooks).items() if hasattr(module, own)}
        return cls(phase, **{name: getattr(module, own) for name, own in (required | optional).items()})
