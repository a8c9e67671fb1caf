"""What the command line says about a phase in place of migration.yaml."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from lambda_migrate.actions.function.shift_weight import ShiftWeight
from lambda_migrate.errors import ConfigError, GateClosed
from lambda_migrate.fields import written
from lambda_migrate.gates import run_unfinished

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambda_migrate.engine.plan import Plan
    from lambda_migrate.engine.runs import Run

WHOLE = 100
_NAME = re.compile(r"(?=.{1,253}$)(\*\.)?[a-z0-9_]([a-z0-9_-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+")
"""A name of DNS with at least two labels, which may begin with a wildcard."""


@dataclass(frozen=True)
class Overrides:
    """What the command line says about a phase; None where migration.yaml decides.

    Attributes:
        events: What a proxy version passes on.
        weights: Percent on the proxy version, rising; it is held at the last.
        bake: How long each step is watched, in seconds.
        on: Whom to deny changes of the function.
        domain: Which name to move from API Gateway to the service.
    """

    events: str | None = None
    weights: tuple[int, ...] | None = None
    bake: float | None = None
    on: tuple[str, ...] | None = None
    domain: str | None = None

    def options(self) -> dict[str, str]:
        """Return what was overridden as it is typed, by the option's name."""
        weights = ",".join(map(str, self.weights)) if self.weights else None
        bake = None if self.bake is None else f"{self.bake:g}s"
        on = " --on ".join(self.on) if self.on else None
        typed = {"events": self.events, "weights": weights, "bake": bake, "on": on, "domain": self.domain}
        return {name: text for name, text in typed.items() if text is not None}


def percents(text: str | None) -> tuple[int, ...] | None:
    """Read ``10,50,100``.

    Raises:
        ConfigError: It is not a list of percents that rises, to 100 at most.
    """
    if text is None:
        return None
    try:
        weights = tuple(int(part) for part in text.split(","))
    except ValueError:
        weights = ()
    rising = all(low < high for low, high in pairwise(weights))
    if not weights or not rising or weights[0] < 1 or weights[-1] > WHOLE:
        raise ConfigError(
            f"`--weights {text}` must rise from at least 1 to at most 100", hint="write it like `--weights 10,50,100`"
        )
    return weights


def duration(option: str, text: str | None) -> float | None:
    """Read ``15m`` as seconds.

    Raises:
        ConfigError: It is not a duration.
    """
    if text is None:
        return None
    try:
        return written(text)
    except ValueError as error:
        raise ConfigError(f"`{option}`: {error}", hint=f"for example `{option} 15m`") from error


def require_taken(phase: str, taken: Sequence[str], overrides: Overrides) -> None:
    """Refuse what a phase has no use for.

    Args:
        phase: Its name.
        taken: The options that it takes.
        overrides: What was typed.

    Raises:
        ConfigError: The phase does not take one of the options.
    """
    for name in overrides.options():
        if name not in taken:
            known = ", ".join(f"`--{each}`" for each in taken)
            raise ConfigError(f"`{phase}` does not take `--{name}`", hint=f"leave it out; it takes {known or 'none'}")


def require_same_overrides(run: Run, overrides: Overrides, saved: Plan | None = None) -> None:
    """Refuse overrides that a run which is carried on cannot follow any more: it goes on with its own plan.

    Args:
        run: The run that is carried on.
        overrides: What was typed now.
        saved: The saved plan that was named now, or None.

    Raises:
        GateClosed: It was started with other options.
    """
    gated = [step for step in run.plan.steps if step.gated]
    shifts = [step.action for step in gated if isinstance(step.action, ShiftWeight)]
    shifted = [round(WHOLE * next(iter(shift.after["weights"].values()), 1.0)) for shift in shifts]
    same = {
        "events": overrides.events == run.summary.get("events"),
        "weights": [each for each in overrides.weights or () if shifted and each >= shifted[0]] == shifted,
        "bake": overrides.bake in {step.bake for step in gated},
        "domain": overrides.domain == run.summary.get("domain"),
    }
    other = [f"--{name} {text}" for name, text in overrides.options().items() if not same.get(name, True)]
    if saved is not None and saved.id != run.document.get("id"):
        other.append("--plan")
    if other:
        raise GateClosed(
            f"`{run.phase}` of {run.at} is not finished, and was started without `{other[0]}`",
            gate=run_unfinished.NAME,
            hint="leave it out to carry on, or roll the run back (`lambda-migrate rollback --last`) and start again",
        )


def given(
    *,
    events: str | None = None,
    weights: str | None = None,
    bake: str | None = None,
    domain: str | None = None,
    on: Sequence[str] | None = None,
) -> Overrides:
    """Return the overrides as they are typed.

    Raises:
        ConfigError: One of them is not what it should be.
    """
    name = domain.strip().rstrip(".").lower() if domain is not None else None
    if name is not None and not _NAME.fullmatch(name):
        raise ConfigError(f"`--domain {domain}` is not a valid domain name", hint="write it like api.example.com")
    return Overrides(events, percents(weights), duration("--bake", bake), tuple(on or ()) or None, name)
