"""`verify`."""

from __future__ import annotations

from lambda_migrate.cli.fast_options import Command
from lambda_migrate.cli.options import application, examples, in_context
from lambda_migrate.errors import ConfigError, GateClosed, NotFound
from lambda_migrate.render.result import Result
from lambda_migrate.workflow.context import Context

app = application()


@app.command(cls=Command, epilog=examples("verify", "verify --json | jq '.data.checks'"))
@in_context
def verify(context: Context) -> Result:
    """Prove that the service is healthy, and that the proxy reaches it from inside Lambda."""
    from lambda_migrate.render.checks import checks as shown  # noqa: PLC0415  # as above
    from lambda_migrate.workflow import freeze_guard, running  # noqa: PLC0415  # only commands that ask the service need it

    if not context.migration.service.url:
        raise ConfigError(
            f"`{context.options.config}` does not say where the service is", hint="set `service.url` in it"
        )
    version = _version(context)
    freeze_guard.told(context)
    found = list(running.verified(context, version))
    data = {"checks": [check.to_dict() for check in found], "proxy_version": version}
    failed = [check for check in found if check.result == "fail"]
    text = shown(found, context.paint)
    if failed:
        error = GateClosed(f"{failed[0].name}: {failed[0].detail}", hint=failed[0].hint)
        return Result(data, text, error=error)
    return Result(data, text, ("cutover",) if version else ("proxy deploy --events non-api",))


def _version(context: Context) -> str | None:
    """Return the number of the newest proxy version; None without one, or without the function."""
    from lambda_migrate import inventory  # noqa: PLC0415  # as above
    from lambda_migrate.function.versions import proxied  # noqa: PLC0415  # as above

    config = context.migration
    context.require_place()
    try:
        found = inventory.take(context.looking, config.function, alias=config.alias)
    except NotFound:
        return None
    version = proxied(found.function)
    return version.number if version else None
