"""Whether the service is well: the checks of `verify`, and what judges the steps of a run."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from lambda_migrate.errors import ConfigError, NotFound
from lambda_migrate.function.versions import proxied
from lambda_migrate.verify import checks, health
from lambda_migrate.workflow import reading

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.engine.verdict import Judge
    from lambda_migrate.verify.checks import Check
    from lambda_migrate.workflow.context import Context


def judge(context: Context) -> Judge:
    """Return what judges gated steps: the traffic of the version on trial, and the service's health."""
    sleep = context.progress.sleep
    return checks.StepJudge(context.aws_read_only, context.migration, health.client(), time.time, sleep)


def verified(context: Context, version: str | None) -> Iterator[Check]:
    """Run the checks of `verify` one by one.

    Args:
        context: Of the command.
        version: The proxy version to probe through, or None.
    """
    config, progress = context.migration, context.progress
    with health.client() as client:
        progress.begin(f"asking {config.service.url} how it is")
        yield checks.service_healthy(config, client, progress.note)
        yield checks.endpoint_closed(config, client)
        if version:
            progress.begin(f"probing the service through version {version}")
            yield checks.proxy_reaches_service(context.aws_read_only, config, version)[0]
        progress.end()


def newest_proxy_version(context: Context) -> str | None:
    """Return the number of the newest proxy version; None without one, or without the function.

    Raises:
        ConfigError: Nothing says where the service is, which the version is to reach.
    """
    if not context.migration.service.url:
        raise ConfigError(
            f"`{context.options.config}` does not say where the service is", hint="set `service.url` in it"
        )
    context.require_ledger_place()
    try:
        version = proxied(reading.inventory_of(context).function)
    except NotFound:
        return None
    return version.number if version else None
