"""The sandbox that goes on until somebody ends it: started once, found again, and told to be otherwise."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from lambda_migrate.aws.session import Aws
from lambda_migrate.detached import Place
from lambda_migrate.errors import ConfigError
from lambda_migrate.render.result import Result
from lambda_migrate.sandbox import callers_by_role
from lambda_migrate.sandbox.embedded_aws import EmbeddedAws
from lambda_migrate.sandbox.environment import exported
from lambda_migrate.sandbox.sample import deploy
from lambda_migrate.sandbox.unkindness import AT_START, KIND, Unkindness

if TYPE_CHECKING:
    from pathlib import Path

    from lambda_migrate.render.progress import Progress


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


def stood_up(
    progress: Progress, directory: Path, unkindness: Unkindness | None, *, empty: bool
) -> tuple[EmbeddedAws, dict[str, Any] | None]:
    """Return the sandbox of a folder, started where none runs, and what was deployed to it now.

    Args:
        progress: Told what is under way.
        directory: Where it keeps its files.
        unkindness: How it is to behave; None leaves one that runs as it is, and starts one that is kind.
        empty: Deploy no sample function.

    Raises:
        ConfigError: It cannot change to that while it runs.
        Locked: Another start is at work in the folder.
    """
    with Place(directory, "up").locked(f"another `sandbox up` is at work in `{directory}`", "wait for it"):
        running = EmbeddedAws.find(directory)
        if running is not None and _ready(directory).exists():
            if unkindness is not None:
                _change(running, unkindness)
            return running, None
        if running is not None:
            progress.begin("stopping an AWS whose start was cut off")
            running.stop()
        started = _start(progress, directory, unkindness or KIND, empty=empty)
        progress.end()
        return started


def _start(
    progress: Progress, directory: Path, unkindness: Unkindness, *, empty: bool
) -> tuple[EmbeddedAws, dict[str, Any]]:
    """Start an AWS and deploy the sample; what was cut off in between is known by the file that is missing."""
    _ready(directory).unlink(missing_ok=True)
    progress.begin("starting an AWS on this machine")
    started = EmbeddedAws.start_detached(directory, Unkindness(permissions_asked=unkindness.permissions_asked))
    try:
        deployed = {} if empty else _deploy(progress, started, unkindness)
        started.be(unkindness)
        _ready(directory).touch(mode=0o600)
    except BaseException:
        started.stop()
        raise
    return started, deployed


def _ready(directory: Path) -> Path:
    return directory / "ready"


def _deploy(progress: Progress, running: EmbeddedAws, unkindness: Unkindness) -> dict[str, Any]:
    progress.begin("deploying the sample function `orders` and what calls it")
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


def shown(running: EmbeddedAws, deployed: dict[str, Any] | None = None) -> Result:
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
