"""Making the plan of a phase: one look at AWS, one call of the planner."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from lambda_migrate.errors import ConfigError, GateClosed

if TYPE_CHECKING:
    from pathlib import Path

    from lambda_migrate.engine.plan import Plan
    from lambda_migrate.engine.runs import Run
    from lambda_migrate.inventory import Inventory
    from lambda_migrate.workflow.context import Context

WHOLE = 100

TAKES = {
    "proxy": ("events",),
    "cutover": ("weights", "bake"),
    "direct": ("bake",),
    "rotate": ("weights", "bake"),
    "rotate-finish": (),
    "retire": (),
}
"""The phases that are planned here, and which wishes each of them has a use for."""


@dataclass(frozen=True)
class Wishes:
    """What the command line says about a phase; None where migration.yaml decides.

    Attributes:
        events: What a proxy version passes on.
        weights: Percent on the proxy version, rising to 100.
        bake: How long each step is watched, in seconds.
    """

    events: str | None = None
    weights: tuple[int, ...] | None = None
    bake: float | None = None

    def options(self) -> dict[str, str]:
        """Return what was wished for as it is typed, by the option's name."""
        weights = ",".join(map(str, self.weights)) if self.weights else None
        bake = None if self.bake is None else f"{self.bake:g}s"
        typed = {"events": self.events, "weights": weights, "bake": bake}
        return {name: text for name, text in typed.items() if text is not None}


def make(context: Context, phase: str, wishes: Wishes) -> tuple[Inventory, Plan]:
    """Look at AWS and plan a phase; changes nothing.

    Raises:
        ConfigError: Something was wished for that the phase knows nothing of, or nothing says where its keys are.
    """
    from lambda_migrate import inventory  # noqa: PLC0415  # only commands that plan need it

    config = context.migration
    for name in wishes.options():
        if name not in TAKES[phase]:
            known = ", ".join(f"`--{each}`" for each in TAKES[phase])
            raise ConfigError(f"`{phase}` knows no `--{name}`", hint=f"leave it out; it takes {known or 'none'}")
    if phase.startswith("rotate"):
        _require_reference(context)
    context.require_place()
    found = inventory.take(context.looking, config.function, alias=config.alias)
    context.pinned(found.function.arn)
    return found, _planned(context, found, phase, wishes)


def _planned(context: Context, found: Inventory, phase: str, wishes: Wishes) -> Plan:
    from lambda_migrate import triggers  # noqa: PLC0415  # as above
    from lambda_migrate.planner import cutover, direct, proxy, rotate_keys  # noqa: PLC0415  # as above
    from lambda_migrate.proxy import layer  # noqa: PLC0415  # as above

    config = context.migration
    if phase == "cutover":
        return cutover.plan(found, config, wishes.weights, wishes.bake)
    if phase == "direct":
        resources = triggers.look_up(context.looking, found.function, config.service, found.triggers)
        return direct.plan(found, config, consumers=_consumers(context, found), resources=resources, bake=wishes.bake)
    if phase == "retire":
        return _retirement(context, found)
    keys = _keys(context)
    if phase == "rotate-finish":
        return rotate_keys.finish(found, config, keys=keys)
    sha256 = layer.build().sha256
    if phase == "rotate":
        return rotate_keys.rotate(
            found, config, keys=keys, layer_sha256=sha256, weights=wishes.weights, bake=wishes.bake
        )
    events = wishes.events or config.proxy.events
    return proxy.plan(found, config, events=events, layer_sha256=sha256, signing_key=keys[0] if keys else "")


def _require_reference(context: Context) -> None:
    """Refuse to go on where nothing says where the keys are.

    Raises:
        ConfigError: Nothing does.
    """
    if not context.migration.proxy.signing_keys:
        reference = f"secretsmanager:lambda-migrate/{context.migration.function}/signing-keys"
        raise ConfigError(
            "nothing says where the signing keys are",
            hint=f"write `signing_keys: {reference}` under `proxy:` in migration.yaml",
        )


def _keys(context: Context) -> list[str]:
    """Return the identifiers of the signing keys, the one that signs first."""
    from lambda_migrate.function import signing_keys  # noqa: PLC0415  # as above

    reference = context.migration.proxy.signing_keys
    return signing_keys.read(context.looking, reference).identifiers if reference else []


def _consumers(context: Context, found: Inventory) -> frozenset[str]:
    """Ask the service, through the proxy version, which queues it polls."""
    from lambda_migrate.function.versions import proxied  # noqa: PLC0415  # as above
    from lambda_migrate.verify.probe import probe  # noqa: PLC0415  # as above

    version = proxied(found.function)
    return probe(context.looking, found.function.name, version.number).consumers if version else frozenset()


def _retirement(context: Context, found: Inventory) -> Plan:
    from datetime import UTC, datetime  # noqa: PLC0415  # as above

    from lambda_migrate.inventory import invocations  # noqa: PLC0415  # as above
    from lambda_migrate.planner import retire  # noqa: PLC0415  # as above

    config = context.migration
    gathered = invocations.gather(
        context.looking, found, quiet=config.retire.quiet, period=config.verify.metric_period, now=datetime.now(UTC)
    )
    return retire.plan(found, config, gathered, folder=str(context.folder))


def weights(text: str | None) -> tuple[int, ...] | None:
    """Read ``10,50,100``.

    Raises:
        ConfigError: It is no list of percents that rises to 100.
    """
    if text is None:
        return None
    try:
        percents = tuple(int(part) for part in text.split(","))
    except ValueError:
        percents = ()
    rising = all(low < high for low, high in pairwise(percents))
    if not percents or not rising or percents[0] < 1 or percents[-1] != WHOLE:
        raise ConfigError(
            f"`--weights {text}` must rise from at least 1 to 100", hint="write it like `--weights 10,50,100`"
        )
    return percents


def duration(option: str, text: str | None) -> float | None:
    """Read ``15m`` as seconds.

    Raises:
        ConfigError: It is no duration.
    """
    from lambda_migrate.fields import seconds  # noqa: PLC0415  # pydantic is slow to import

    if text is None:
        return None
    try:
        return seconds(text)
    except ValueError as error:
        raise ConfigError(f"`{option}`: {error}", hint=f"for example `{option} 15m`") from error


def require_as_begun(run: Run, wishes: Wishes, chosen: Plan | None = None) -> None:
    """Refuse what a run cannot fulfil any more that was begun with other wishes: it goes on with its own plan.

    Args:
        run: The run that is carried on with.
        wishes: What was typed now.
        chosen: The saved plan that was named now, or None.

    Raises:
        GateClosed: It was begun otherwise.
    """
    from lambda_migrate.actions.function.shift_weight import ShiftWeight  # noqa: PLC0415  # as above

    gated = [step for step in run.plan.steps if step.gated]
    shifts = [step.action for step in gated if isinstance(step.action, ShiftWeight)]
    percents = [round(WHOLE * next(iter(shift.after["weights"].values()), 1.0)) for shift in shifts]
    typed = wishes.options()
    same = {
        "events": wishes.events == run.summary.get("events"),
        "weights": [each for each in wishes.weights or () if percents and each >= percents[0]] == percents,
        "bake": wishes.bake in {step.bake for step in gated},
    }
    other = [f"--{name} {text}" for name, text in typed.items() if not same[name]]
    if chosen is not None and chosen.id != run.document.get("id"):
        other.append("--plan")
    if other:
        raise GateClosed(
            f"`{run.phase}` of {run.at} is not finished, and was begun without `{other[0]}`",
            hint="leave it out to carry on, or take the run back (lambda-migrate rollback --last) and begin anew",
        )


def saved(context: Context, path: Path, phase: str, made: Plan) -> Plan:
    """Read a saved plan, which must be of this phase, and of the world as it is now unless a run of it is under way.

    Args:
        context: Of the command.
        path: The file that `plan --out` wrote.
        phase: What the command runs.
        made: What was planned just now, for its fingerprint.

    Raises:
        ConfigError: The file holds no plan, or one of another phase.
        StalePlan: The world has moved since.
    """
    import json  # noqa: PLC0415  # only this option needs it

    from lambda_migrate.engine.executor import check_fresh  # noqa: PLC0415  # as above
    from lambda_migrate.engine.plan import Plan  # noqa: PLC0415  # as above
    from lambda_migrate.engine.runs import open_run  # noqa: PLC0415  # as above

    hint = "make one with `lambda-migrate plan --out FILE`"
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"`{path}` cannot be read: {error.strerror}", hint=hint) from error
    except ValueError as error:
        raise ConfigError(f"`{path}` is no saved plan", hint=hint) from error
    if not isinstance(data, dict):
        raise ConfigError(f"`{path}` is no saved plan", hint=hint)
    plan = Plan.from_dict(data)
    if plan.phase != phase or plan.function != made.function:
        raise ConfigError(
            f"`{path}` is a plan for `{plan.phase}` of `{plan.function}`", hint=f"this command runs `{phase}`; {hint}"
        )
    begun = open_run(context.ledger)
    if begun is None or not begun.under_way or begun.document.get("id") != plan.id:
        check_fresh(plan, made.fingerprint)
    return plan
