"""What will stand in the way of the phases that are still to come: `doctor` asks their gates before anybody gets there.

They are the gates of the plans themselves, so that no list is kept twice. What only says that an earlier phase has not
been run yet is left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.errors import MigrateError, NoCredentials, NotFound
from lambda_migrate.gates import (
    canary_under_way,
    no_original_version,
    no_proxy_version,
    not_cut_over,
    pages,
    run_unfinished,
    service_unhealthy,
    service_url,
    signing_keys,
)
from lambda_migrate.planner.journey import command
from lambda_migrate.verify.check import Check
from lambda_migrate.workflow import phases, readiness
from lambda_migrate.workflow.overrides import Overrides
from lambda_migrate.workflow.phase import PhaseWork

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lambda_migrate.engine.plan import Plan
    from lambda_migrate.workflow.context import Context

COMING = ("proxy", "cutover", "direct")
"""The phases whose gates somebody can see to before they are due; `retire` waits for what only time brings."""

NOT_YET = frozenset(
    gate.NAME for gate in (no_proxy_version, no_original_version, not_cut_over, run_unfinished, canary_under_way)
)
"""Gates that a phase before opens."""

SEEN = frozenset(gate.NAME for gate in (service_unhealthy, service_url, signing_keys))
"""Gates that another check of `doctor` tells in its own words."""


def checks(context: Context, told: set[str], planned: Callable[[Context, str], Plan] | None = None) -> Iterator[Check]:
    """Yield every gate that is closed for a phase to come and that no other check has told.

    Args:
        context: Of the command.
        told: What other checks say, in their words.
        planned: Returns a phase's plan with every gate that is closed now; default: what its command would ask.
    """
    for name in _coming(context):
        asked = command(name, context.migration.function)
        try:
            plan = (planned or _plan)(context, name)
        except NotFound:
            return  # the function is gone, which another check tells
        except NoCredentials:
            raise
        except MigrateError as error:
            yield Check(asked, "warn", error.message, error.hint)
            continue
        for text in plan.blockers:
            if text not in told and pages.named(text) not in NOT_YET | SEEN:
                told.add(text)
                yield Check(asked, "warn", text, pages.hint([text]))


def _coming(context: Context) -> Iterator[str]:
    """Yield the phases that are still to come: those after the latest that is finished, and that one itself."""
    phase = context.status().phase
    yield from COMING[COMING.index(phase) if phase in COMING else 0 :] if phase != "retire" else ()


def _plan(context: Context, name: str) -> Plan:
    """Return a phase's plan, with every gate that its command would ask now."""
    kind = phases.load(name)
    inputs = kind.gather(context, Overrides())
    plan = kind.plan(inputs, context.migration, Overrides())
    return readiness.looked_at(kind, PhaseWork(context, inputs, plan))
