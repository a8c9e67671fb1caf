"""What somebody asks `init` for: which function, from where, to where; and whether that fits migration.yaml."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lambda_migrate.aws.arn import function_name
from lambda_migrate.errors import ConfigError
from lambda_migrate.fields import service_url
from lambda_migrate.scaffold import git

if TYPE_CHECKING:
    from pathlib import Path

    from lambda_migrate.workflow.context import Context
    from lambda_migrate.workflow.declared_function import Code


@dataclass(frozen=True)
class Request:
    """What the command line says of the repository.

    Attributes:
        function: The function; None takes the one of migration.yaml.
        source: Folder of its code; None downloads it.
        directory: Where the repository goes; None takes the one of migration.yaml.
        target: Kind of the target; None takes the one of migration.yaml.
        application: ``module:name``, where it cannot be told.
        handler: The handler, if AWS is not asked.
        qualifier: The version or alias to lift; "" is ``$LATEST``.
        python: Version of Python; "" is the function's own.
        parts: What to wire besides what the function's triggers need: ``sqs``, ``sns``, ``api-destination``.
        offline: Do not ask AWS.
        url: Where the service answers, or will; "" takes the target's own.
        store: Where secrets are kept: ``secretsmanager`` or ``ssm``.
        requirements: Files that say what is installed; default: those beside the code or above it.
        include: Folders of code that is deployed with the function's own.
        into: Folder of a service's repository that takes the function in; None makes one of its own.
    """

    function: str | None = None
    source: Path | None = None
    directory: Path | None = None
    target: str | None = None
    application: str = ""
    handler: str = ""
    qualifier: str = ""
    python: str = ""
    parts: frozenset[str] = frozenset()
    offline: bool = False
    url: str = ""
    store: str = "secretsmanager"
    requirements: tuple[Path, ...] = ()
    include: tuple[Path, ...] = ()
    into: Path | None = None


def name_of(context: Context, given: str | None) -> str:
    """Return the function that is lifted: the one that is named, as long as migration.yaml is about no other."""
    path = context.options.config
    if not context.configured:
        if given is None:
            raise ConfigError("no function is named", hint="name it: `lambda-migrate init FUNCTION`")
        return given
    known = context.migration.function
    if given is not None and function_name(given) != function_name(known):
        raise ConfigError(
            f"`{path}` is about `{known}`, not `{given}`",
            hint="lift it in a folder of its own, or name another `--config`",
        )
    return given or known


def require_fitting(context: Context, request: Request) -> None:
    """Refuse what a migration.yaml that is there says otherwise: it is the user's, and stays as it is.

    Raises:
        ConfigError: It does.
    """
    if request.into and request.directory:
        raise ConfigError("`--into` and `--directory` cannot be combined", hint="give one of them")
    if not context.configured:
        return
    service = context.migration.service
    if request.into and request.into.resolve() != context.service_folder.resolve():
        raise ConfigError(
            f"`--into {request.into}` does not fit `{context.options.config}`, which says `{service.directory}`",
            hint="set `service.directory` there, or name the configuration of another function with `-c`",
        )
    given = {"--target": (request.target, service.target.kind, "service.target.kind")}
    given |= {"--url": (request.url.rstrip("/"), service.url or "", "service.url")}
    for option, (wanted, there, key) in given.items():
        if wanted and wanted != there:
            raise ConfigError(
                f"`{option} {wanted}` does not fit `{context.options.config}`, which says `{there or 'nothing'}`",
                hint=f"set `{key}` there, then run `init` again without `{option}`",
            )


def given_url(request: Request) -> str:
    """Return the URL that the command line names, or "".

    Raises:
        ConfigError: It is not the URL of a service.
    """
    try:
        return service_url(request.url)
    except ValueError as error:
        raise ConfigError(f"`--url`: {error}", hint="for example `--url https://orders.example.com`") from error


def places(context: Context, request: Request) -> tuple[Path, Path | None]:
    """Return where the repository goes, and the folder of the code, or None where it is downloaded."""
    directory, source = request.into or request.directory, request.source
    if directory is None:
        directory = context.service_folder if context.configured else _beside(context, request)
    if source is None and context.configured and context.migration.source:
        source = context.folder / context.migration.source
    if source is not None and not source.is_dir():
        raise ConfigError(f"`{source}` is not a directory", hint="name the folder of the function's code in `--source`")
    return directory, source


def _beside(context: Context, request: Request) -> Path:
    """Return where the repository goes by default: in no other repository, which would track half of it."""
    work_tree = git.work_tree(context.folder)
    if work_tree is None:
        return context.folder / "service"
    return work_tree.parent / f"{function_name(name_of(context, request.function))}-service"


def requirements(request: Request, code: Code | None) -> tuple[Path, ...]:
    """Return the files that say what is installed, where the user or a Dockerfile names them.

    Raises:
        ConfigError: The user names one that is not there.
    """
    missing = next((each for each in request.requirements if not each.is_file()), None)
    if missing is not None:
        raise ConfigError(f"`--requirements {missing}` is not a file", hint="name the file that says what is installed")
    return request.requirements or tuple((code.deployment.value("requirements") or ()) if code else ())
