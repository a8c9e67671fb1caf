"""Moves a domain name from API Gateway to the service, by weighted records of Route 53.

`cutover --domain NAME` replaces all records of the name in one batch: one weighted record leads where the name leads
now, one to the service's load balancer, with weight 0. Then the weights move step by step (`--weights`), each watched
and judged by what the load balancer counts and by the service's health. `rollback` moves them back, and at last makes
the one simple record again. Resolvers keep an answer for its TTL, and some clients for longer: leave the domain name of
API Gateway and its mappings in place until `retire`.

The plan lists what API Gateway does for the callers of the name and the load balancer does not, as gates.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from lambda_migrate.engine.runs import open_run, runs
from lambda_migrate.errors import AwsError, ConfigError, NotAllowed, NotFound
from lambda_migrate.gates import domain_not_served
from lambda_migrate.gates.gate import closed
from lambda_migrate.http import HttpError
from lambda_migrate.inventory import domains, gateway_features
from lambda_migrate.planner import domain as planner
from lambda_migrate.planner.builder import acceptance
from lambda_migrate.planner.domain import Move
from lambda_migrate.workflow import name_target, reading
from lambda_migrate.workflow.phase import Question

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.config import Migration
    from lambda_migrate.engine.blocker import Blocker
    from lambda_migrate.engine.plan import Plan
    from lambda_migrate.inventory import Inventory
    from lambda_migrate.workflow.context import Context
    from lambda_migrate.workflow.overrides import Overrides

OVERRIDES = ("domain", "weights", "bake")


class Inputs(NamedTuple):
    """What the plan is made from: what there is, what is known of the name, and where it goes."""

    inventory: Inventory
    move: Move


def gather(context: Context, overrides: Overrides) -> Inputs:
    """Read the function, and the name with its mappings, records and what API Gateway does for it.

    Raises:
        ConfigError: No name is given, and no run is open that has one.
    """
    name = overrides.domain or _under_way(context)
    inventory, aws = reading.recorded_inventory(context), context.aws_read_only
    known = domains.read(aws, inventory, name)
    domain, unread = known.named(name), list(known.unread)
    apis = domains.apis_of(inventory) | _ours(context)
    features: set[str] = set()
    for api in sorted({each.api for each in domain.mappings} & apis) if domain else ():
        try:
            features |= gateway_features.read(aws, api)
        except NotFound:
            continue  # deleted meanwhile, so that it does nothing
        except (AwsError, NotAllowed) as error:
            unread.append(f"what API Gateway does for API {api} could not be read: {error.message}")
    target = name_target.of_service(aws, context.migration, known)
    return Inputs(inventory, Move(name, domain, target, apis, frozenset(features), tuple(unread)))


def _under_way(context: Context) -> str:
    run = open_run(context.ledger)
    name = run.summary.get("domain", "") if run else ""
    if not name:
        raise ConfigError("no domain name is given", hint="name it: `--domain api.example.com`")
    return name


def _ours(context: Context) -> frozenset[str]:
    """Return the APIs whose integrations earlier runs have moved: they invoke the function no more."""
    steps = (step for run in runs(context.ledger) for step in run.plan.steps)
    return frozenset(str(getattr(step.action, "api_id", "")) for step in steps) - {""}


def plan(inputs: Inputs, config: Migration, overrides: Overrides) -> Plan:
    """Plan the move of the name."""
    return planner.plan(inputs.inventory, config, inputs.move, overrides.weights, overrides.bake)


def gates(context: Context, inputs: Inputs, plan: Plan, *, wait: bool) -> Iterator[Blocker]:  # noqa: ARG001  # as all
    """Ask the service as a caller of the name would: by TLS and by host."""
    problem = _unserved(context, inputs.move.name) if plan.steps else ""
    if problem:
        blocker = closed(domain_not_served, problem, inputs.move.name)
        if acceptance(context.migration, blocker, "domain") is None:
            yield blocker


def _unserved(context: Context, name: str) -> str:
    """Return why the service does not answer for a name, or ""."""
    service = context.migration.service
    url = f"{(service.public_url or service.url or '').rstrip('/')}{service.readiness}"
    host = name.replace("*", "any", 1)
    try:
        with context.service_client() as client:
            answer = client.get(url, headers={"Host": host}, server_name=host)
    except HttpError as error:
        return f"`{urlsplit(url).netloc}` does not serve {name}: it {error}"
    return "" if answer.is_success else f"`{urlsplit(url).netloc}` answers {answer.status_code} for host {name}"


def question(_plan: Plan, inputs: Inputs) -> Question:
    """Ask whether to move the name."""
    return Question(f"Move {inputs.move.name} to the service?")
