"""Whether the service is well: the checks of `verify`, and what judges the steps of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.engine.runs import runs
from lambda_migrate.errors import ConfigError, NotFound
from lambda_migrate.function.versions import forwarding, proxied
from lambda_migrate.planner.settings_in_force import outdated
from lambda_migrate.verify import base_path, checks
from lambda_migrate.verify.check import Check
from lambda_migrate.verify.judge import StepJudge
from lambda_migrate.workflow import reading

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.config import Migration
    from lambda_migrate.engine.verdict import Judge
    from lambda_migrate.function.model import Function
    from lambda_migrate.workflow.context import Context


def judge(context: Context) -> Judge:
    """Return what judges gated steps: the traffic of the version on trial, and the service's health."""
    aws, client = context.aws_read_only, context.service_client()
    return StepJudge(aws, context.migration, client, context.clock.now, context.progress.sleep)


def verified(context: Context, version: str | None, *, arrival: bool = False) -> Iterator[Check]:
    """Run the checks of `verify` one by one.

    Args:
        context: Of the command.
        version: The proxy version to probe through, or None.
        arrival: Wait until CloudWatch has counted the probes, which takes it minutes.
    """
    config, progress, aws = context.migration, context.progress, context.aws_read_only

    def reached() -> bool:
        return bool(version) and checks.proxy_reaches_service(aws, config, str(version))[1].reached

    with context.service_client() as client:
        progress.begin(f"checking the health of {config.service.url}")
        yield checks.service_healthy(config, client, progress.note, reached)
        public = checks.public_healthy(config, client, direct=_direct(context))
        yield from (each for each in (public,) if each is not None)
        yield checks.endpoint_closed(config, client, reached)
        if version:
            progress.begin(f"probing the service through version {version}")
            since = context.clock.now()
            probed, answer = checks.proxy_reaches_service(aws, config, version)
            yield probed
            if answer.reached:
                inventory = reading.inventory_of(context)
                yield from _settings(inventory.function, config)
                proven = base_path.check(aws, config, client, answer, inventory.triggers)
                yield from (each for each in (proven,) if each is not None)
            if arrival and answer.reached:
                progress.begin("waiting until CloudWatch has counted the probes", config.verify.arrival)
                yield checks.metrics_arrive(aws, config, version, since, context.clock.now, progress.sleep)
        progress.end()


def _settings(function: Function, config: Migration) -> Iterator[Check]:
    """Yield that the newest proxy version was published with other settings than migration.yaml has."""
    version = proxied(function)
    differing = list(outdated(function, version, config)) if version else []
    if differing:
        yield Check("proxy settings", "fail", "; ".join(differing), "`lambda-migrate proxy deploy` puts them in force")


def _direct(context: Context) -> bool:
    """Return whether a trigger reaches the service without Lambda."""
    return any(run.phase == "direct" and not run.is_back for run in runs(context.ledger))


def newest_proxy_version(context: Context) -> str | None:
    """Return the number of the newest proxy version that forwards; None without one, or without the function.

    Raises:
        ConfigError: Nothing says where the service is, which the version is to reach.
    """
    if not context.migration.service.url:
        raise ConfigError(
            f"`{context.options.config}` does not say where the service is", hint="set `service.url` in it"
        )
    context.require_ledger_place()
    try:
        version = forwarding(reading.inventory_of(context).function)
    except NotFound:
        return None
    return version.number if version else None
