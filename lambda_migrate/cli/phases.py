"""Making the plan of a phase: one look at AWS, one call of the planner."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from lambda_migrate.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

    from lambda_migrate.context import Context
    from lambda_migrate.inventory import Inventory
    from lambda_migrate.plan import Plan

WHOLE = 100


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


def make(context: Context, phase: str, wishes: Wishes) -> tuple[Inventory, Plan]:
    """Look at AWS and plan a phase; changes nothing."""
    from lambda_migrate import inventory  # noqa: PLC0415  # only commands that plan need it

    config = context.migration
    context.require_place()
    found = inventory.take(context.looking, config.function, alias=config.alias)
    context.pinned(found.function.arn)
    return found, _planned(context, found, phase, wishes)


def _planned(context: Context, found: Inventory, phase: str, wishes: Wishes) -> Plan:
    from lambda_migrate import planner  # noqa: PLC0415  # as above
    from lambda_migrate.proxy import layer  # noqa: PLC0415  # as above

    config = context.migration
    if phase == "cutover":
        return planner.cutover(found, config, wishes.weights, wishes.bake)
    if phase == "direct":
        return planner.direct(found, config, consumers=_consumers(context, found), bake=wishes.bake)
    if phase == "retire":
        return _retirement(context, found)
    keys = _keys(context)
    if phase == "rotate-finish":
        return planner.finish_rotation(found, config, keys=keys)
    sha256 = layer.build().sha256
    if phase == "rotate":
        return planner.rotate(found, config, keys=keys, layer_sha256=sha256, weights=wishes.weights, bake=wishes.bake)
    events = wishes.events or config.proxy.events
    return planner.proxy(found, config, events=events, layer_sha256=sha256, signing_key=keys[0] if keys else "")


def _keys(context: Context) -> list[str]:
    """Return the identifiers of the signing keys, the one that signs first."""
    from lambda_migrate import signing_keys  # noqa: PLC0415  # as above

    reference = context.migration.proxy.signing_keys
    return signing_keys.read(context.looking, reference).identifiers if reference else []


def _consumers(context: Context, found: Inventory) -> frozenset[str]:
    """Ask the service, through the proxy version, which queues it polls."""
    from lambda_migrate.planner.versions import proxied  # noqa: PLC0415  # as above
    from lambda_migrate.verify.probe import probe  # noqa: PLC0415  # as above

    version = proxied(found.function)
    return probe(context.looking, found.function.name, version.number).consumers if version else frozenset()


def _retirement(context: Context, found: Inventory) -> Plan:
    from datetime import UTC, datetime  # noqa: PLC0415  # as above

    from lambda_migrate import evidence, planner  # noqa: PLC0415  # as above

    config = context.migration
    gathered = evidence.gather(
        context.looking, found, quiet=config.retire.quiet, period=config.verify.metric_period, now=datetime.now(UTC)
    )
    return planner.retire(found, config, gathered, folder=str(context.folder))


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
    from lambda_migrate.strict import seconds  # noqa: PLC0415  # pydantic is slow to import

    if text is None:
        return None
    try:
        return seconds(text)
    except ValueError as error:
        raise ConfigError(f"`{option}`: {error}", hint=f"for example `{option} 15m`") from error


def saved(path: Path, phase: str, made: Plan) -> Plan:
    """Read a saved plan, which must be of this phase and of the world as it is now.

    Args:
        path: The file that `plan --out` wrote.
        phase: What the command runs.
        made: What was planned just now, for its fingerprint.

    Raises:
        ConfigError: The file holds no plan, or one of another phase.
        StalePlan: The world has moved since.
    """
    import json  # noqa: PLC0415  # only this option needs it

    from lambda_migrate.executor import check_fresh  # noqa: PLC0415  # as above
    from lambda_migrate.plan import Plan  # noqa: PLC0415  # as above

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
    check_fresh(plan, made.fingerprint)
    return plan
