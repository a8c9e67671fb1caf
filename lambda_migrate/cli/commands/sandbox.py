"""`sandbox`."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lambda_migrate.aws.session import Aws
from lambda_migrate.cli.options import Command, context_of, examples, group
from lambda_migrate.detached import Place
from lambda_migrate.errors import ConfigError
from lambda_migrate.render.result import Result
from lambda_migrate.sandbox import callers_by_role
from lambda_migrate.sandbox.demo.story import exported
from lambda_migrate.sandbox.embedded_aws import EmbeddedAws
from lambda_migrate.sandbox.sample import deploy
from lambda_migrate.sandbox.unkindness import AT_START, Unkindness, named

if TYPE_CHECKING:
    from lambda_migrate.workflow.context import Context

app = group("Run an AWS on this machine, with a sample function to migrate.")

Directory = Annotated[
    Path,
    typer.Option("--directory", envvar="LAMBDA_MIGRATE_SANDBOX", help="Where it keeps its files.", metavar="FOLDER"),
]
Unkind = Annotated[
    list[str] | None,
    typer.Option(
        "--unkind",
        help="Do what an emulator spares one: a setting of docs/sandbox.md, or `all`; repeatable.",
        metavar="NAME[=VALUE]",
    ),
]
DEFAULT = Path(".lambda-migrate/sandbox")


@app.command(
    cls=Command,
    epilog=examples(
        "sandbox up",
        "sandbox up --empty",
        "sandbox up --unkind alias_lag=2s --unkind throttled",
        "sandbox up --unkind all",
    ),
)
def up(
    called: typer.Context,
    *,
    directory: Directory = DEFAULT,
    empty: Annotated[bool, typer.Option("--empty", help="Deploy no sample function.")] = False,
    unkind: Unkind = None,
) -> Result:
    """Start the sandbox, which goes on until `sandbox down`, and print what to export."""
    context = context_of(called)
    require_installed()
    unkindness = named(unkind or ())
    with Place(directory, "up").locked(f"another `sandbox up` is at work in `{directory}`", "wait for it"):
        running = EmbeddedAws.find(directory)
        if running is not None and _ready(directory).exists():
            if unkind:
                _change(running, unkindness)
            return _shown(running)
        if running is not None:
            context.progress.begin("stopping an AWS whose start was cut off")
            running.stop()
        started, deployed = _start(context, directory, unkindness, empty=empty)
        context.progress.end()
    return _shown(started, deployed)


def _start(
    context: Context, directory: Path, unkindness: Unkindness, *, empty: bool
) -> tuple[EmbeddedAws, dict[str, Any]]:
    """Start an AWS and deploy the sample; what was cut off in between is known by the file that is missing."""
    _ready(directory).unlink(missing_ok=True)
    context.progress.begin("starting an AWS on this machine")
    started = EmbeddedAws.start_detached(directory, Unkindness(permissions_asked=unkindness.permissions_asked))
    try:
        deployed = {} if empty else _deploy(context, started, unkindness)
        started.be(unkindness)
        _ready(directory).touch(mode=0o600)
    except BaseException:
        started.stop()
        raise
    return started, deployed


def _ready(directory: Path) -> Path:
    return directory / "ready"


@app.command(cls=Command, epilog=examples("sandbox status"))
def status(_called: typer.Context, *, directory: Directory = DEFAULT) -> Result:
    """Show whether the sandbox runs, what to export, and how unkind it is."""
    require_installed()
    running = EmbeddedAws.find(directory)
    if running is None:
        return Result({"running": False}, f"Nothing runs in `{directory}`.", ("sandbox up",))
    return _shown(running)


@app.command(cls=Command, epilog=examples("sandbox down"))
def down(_called: typer.Context, *, directory: Directory = DEFAULT) -> Result:
    """Stop the sandbox; everything in it is gone."""
    require_installed()
    running = EmbeddedAws.find(directory)
    if running is None:
        return Result({"stopped": False}, f"Nothing runs in `{directory}`.")
    running.stop()
    return Result({"stopped": True}, f"Stopped what ran at {running.endpoint_url}.")


def require_installed() -> None:
    """Refuse where what the sandbox needs is not installed.

    Raises:
        ConfigError: It is not.
    """
    if find_spec("ministack") is None:
        raise ConfigError(
            "the sandbox is not installed",
            hint="in a checkout of lambda-migrate, with this Python: `python -m pip install '.[sandbox]'`",
        )


def _deploy(context: Context, running: EmbeddedAws, unkindness: Unkindness) -> dict[str, Any]:
    context.progress.begin("deploying the sample function `orders` and what calls it")
    with exported(running.environment):
        aws = Aws(region=running.region, endpoint_url=running.endpoint_url)
        deployed = deploy(aws)
        if unkindness.callers_by_role:
            callers_by_role.deploy(aws, deployed.function, deployed.function_arn)
    return {"function": deployed.function, "api_url": deployed.api_url}


def _change(running: EmbeddedAws, unkindness: Unkindness) -> None:
    """Have a running sandbox behave otherwise.

    Raises:
        ConfigError: It cannot while it runs.
    """
    before = running.behaviour()[0]
    for name in sorted(AT_START):
        if getattr(unkindness, name) and not getattr(before, name):
            raise ConfigError(
                f"`{name}` holds from the start of a sandbox on",
                hint="`lambda-migrate sandbox down`, then `sandbox up` with it",
            )
    running.be(unkindness)


def _shown(running: EmbeddedAws, deployed: dict[str, Any] | None = None) -> Result:
    """Return what a sandbox is, in lines that a shell can evaluate."""
    unkindness, balancer = running.behaviour()
    data = {"running": True, "endpoint_url": running.endpoint_url, "environment": running.environment}
    data |= {"unkindness": unkindness.named(), "load_balancer": balancer, **(deployed or {})}
    lines = ["unset AWS_PROFILE AWS_DEFAULT_PROFILE LAMBDA_MIGRATE_PROFILE  # a profile would come before what follows"]
    lines += [f"export {name}={value}" for name, value in running.environment.items()]
    lines += [f"# unkind: {line}" for line in unkindness.lines()]
    if balancer:
        lines.append(f"# the load balancer is {balancer}")
    return Result(data, "\n".join(lines), ("inspect orders",) if deployed else ())
