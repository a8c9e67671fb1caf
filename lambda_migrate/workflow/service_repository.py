"""The service's repository and migration.yaml: what `init` would write, from the function's own code; writing it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from lambda_migrate import scaffold
from lambda_migrate.aws.arn import function_name
from lambda_migrate.errors import ConfigError, MigrateError, NoCredentials, NotAllowed
from lambda_migrate.scaffold import git
from lambda_migrate.scaffold.compiled import ask_pip
from lambda_migrate.targets import TARGETS
from lambda_migrate.workflow import code_gate, declared_function, lift, migration_file, secret_storage
from lambda_migrate.workflow.service_request import given_url, name_of, places, require_fitting, requirements

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from lambda_migrate.scaffold import FunctionFacts, SharedRepository, Source, Survey, Write
    from lambda_migrate.scaffold.compiled import Resolve
    from lambda_migrate.workflow.context import Context
    from lambda_migrate.workflow.declared_function import Code
    from lambda_migrate.workflow.secret_storage import Secret
    from lambda_migrate.workflow.service_request import Request


AROUND = frozenset({scaffold.AROUND})


@dataclass(frozen=True)
class Planned:
    """What would be written.

    Attributes:
        folder: Where the repository goes.
        function: The function's name.
        survey: What was found in the code.
        writes: The files of the repository.
        configuration: What becomes of migration.yaml.
        notes: What a person should know, one line each.
        parts: What the service is wired with.
        facts: The function as it is in AWS; its variables' values are shown nowhere.
        api_key: Reference of the key that EventBridge sends to the service; None without one.
        shared: The repository, where it serves several functions.
    """

    folder: Path
    function: str
    survey: Survey
    writes: tuple[Write, ...]
    configuration: Write
    notes: tuple[str, ...]
    parts: frozenset[str] = frozenset()
    facts: FunctionFacts = field(default_factory=lambda: scaffold.FunctionFacts(""), repr=False)
    api_key: str | None = None
    shared: SharedRepository | None = None

    @property
    def secrets(self) -> list[Secret]:
        """What has to be stored before the service starts."""
        references = {variable.name: variable.text for variable in self.survey.references}
        return secret_storage.needed(references, self.facts.environment, self.api_key)

    def due(self, *, under_version_control: bool) -> bool:
        """Return whether there is anything to write, to finish or to commit."""
        changed = any(write.state not in ("identical", "kept") for write in (*self.writes, self.configuration))
        return changed or scaffold.unfinished(self.folder) or (under_version_control and bool(git.due(self.folder)))

    @property
    def diff(self) -> str:
        """What would change, line by line."""
        return "\n".join(write.diff() for write in (*self.writes, self.configuration) if write.diff())

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON-able data."""
        survey, configuration = self.survey, self.configuration
        return {
            "directory": str(self.folder),
            "application": survey.application.app,
            "handler": survey.application.handler,
            "python": survey.python,
            "told": {"python": survey.python_origin, **self.facts.told},
            "files": {write.path: write.state for write in self.writes},
            "configuration": {"path": configuration.path, "state": configuration.state},
            "secrets": {variable.name: variable.text for variable in survey.references},
            "warnings": list(survey.warnings),
            "findings": survey.analysis.counts,
        }


class Written(NamedTuple):
    """What was written: the files of the repository, and why they are not committed, or ""."""

    files: tuple[str, ...]
    uncommitted: str


def plan(context: Context, request: Request) -> Planned:
    """Work out what would be written; reads only.

    Args:
        context: Of the command.
        request: What the command line says.

    Raises:
        ConfigError: The request, or migration.yaml, does not fit.
        MigrateError: The function or its code cannot be read.
    """
    url = given_url(request)
    require_fitting(context, request)
    folder, named = places(context, request)
    code = declared_function.described(named, name_of(context, request.function), request.include) if named else None
    folder = folder.resolve() if folder.is_symlink() else folder  # a link that is there now is meant
    config = context.migration if context.configured else None
    options = scaffold.Options(
        folder,
        request.target or (config.service.target.kind if config else "url"),
        request.application,
        request.handler,
        request.python,
        (config.proxy.signing_keys or "") if config else "",
        code_gate.accepted(context),
        (_wired(context, request, folder) | request.parts) - AROUND,
        resolve=None if request.offline else _asking_pip(context),
        base_path=config.proxy.base_path if config else None,
        url=url or ("" if config else _own_url(request.target)),
        store=request.store,
        requirements=requirements(request, code),
        root=code.root if code else "",
        installs=tuple(code.deployment.value("installs") or ()) if code else (),
    )
    facts, source, warnings = _gathered(context, request, code)
    context.progress.begin("reading the code")
    survey = scaffold.survey(source, facts, options, at=context.progress.at)
    context.progress.begin("comparing it with what is there")
    shared = scaffold.shared_by(folder, facts.name, joins=request.into is not None)
    if shared:
        survey = scaffold.fitted(shared, survey)
        scaffold.check_shared(shared, survey, facts)
    writes = scaffold.plan(source, facts, options, survey, shared)
    text = scaffold.migration(survey, facts, options, folder=context.folder, source=code.folder if code else None)
    configuration, notes = migration_file.plan(context.options.config, text, survey, folder)
    context.progress.end()
    parts = facts.parts | options.parts | (AROUND if survey.around else frozenset())
    made = scaffold.api_key(facts, options) or None
    api_key = config.service.api_key if config else made
    told = (*warnings, *notes)
    return Planned(folder, facts.name, survey, tuple(writes), configuration, told, parts, facts, api_key, shared)


def _asking_pip(context: Context) -> Resolve:
    """Return a function that asks pip and shows progress: nothing in `init` takes longer."""

    def ask(lines: Sequence[str], python: str, architecture: str, constraints: Mapping[str, str]) -> dict[str, str]:
        context.progress.begin("asking pip which versions to pin")
        return ask_pip(lines, python, architecture, constraints)

    return ask


def write(context: Context, planned: Planned, *, under_version_control: bool) -> Written:
    """Write the repository and migration.yaml, and commit them.

    Args:
        context: Of the command.
        planned: What to write.
        under_version_control: Whether to commit it.

    Raises:
        ConfigError: migration.yaml cannot be written; the repository is.
        MigrateError: The repository cannot be written.
    """
    if planned.folder.is_symlink():
        raise MigrateError(
            f"`{planned.folder}` has become a link since it was looked at", hint="run `init` again, if you made it"
        )
    settings = scaffold.settings(planned.survey.application)
    progress = context.progress
    progress.begin(f"writing `{planned.folder}`")
    files = _written(planned, settings, progress.at)
    migration_file.write(planned.configuration)
    uncommitted = "not under version control: `--no-git`"
    if under_version_control:
        progress.begin(f"committing `{planned.folder}`")
        uncommitted = git.commit_all(planned.folder, planned.function)
    progress.end()
    return Written(tuple(files), uncommitted)


def _written(planned: Planned, settings: dict[str, Any], at: Callable[[int, int], None]) -> tuple[str, ...]:
    """Write the files; of one of several functions, the record keeps what is known of the others."""
    shared = planned.shared
    if shared is None:
        return scaffold.write(planned.writes, planned.folder, settings=settings, parts=planned.parts, at=at)
    members = scaffold.members_after(shared, planned.writes, settings, planned.parts)
    first = shared.own is shared.first
    return scaffold.write(
        planned.writes,
        planned.folder,
        settings=settings if first else None,
        parts=planned.parts if first else None,
        members=members,
        at=at,
    )


def _wired(context: Context, request: Request, folder: Path) -> frozenset[str]:
    """Return the parts that the function's service has already."""
    if request.into is not None:
        return frozenset()
    return scaffold.wired(folder, function_name(name_of(context, request.function)))


def _own_url(target: str | None) -> str:
    """Return where the service is going to answer, for targets that say so before they are deployed; or ""."""
    return TARGETS[target].own_url() if target else ""


def _gathered(context: Context, request: Request, code: Code | None) -> tuple[FunctionFacts, Source, tuple[str, ...]]:
    """Return what is known of the function, its code, and what could not be read."""
    name = name_of(context, request.function)
    if request.offline:
        if code is None:
            raise ConfigError("without AWS there is no code to download", hint="name its folder with `--source`")
        return declared_function.facts(name, code.deployment), declared_function.source(code), code.notes
    context.progress.begin(f"looking at {name}")
    try:
        deployed = lift.read_function(context.aws_read_only, name, request.qualifier)
    except (NotAllowed, NoCredentials) as error:
        hint = f"{error.hint}; or do without AWS: `lambda-migrate init {name} --offline --source FOLDER`"
        raise type(error)(error.message, hint=hint) from error
    if code is not None:
        said = tuple(declared_function.differences(deployed.facts, code.deployment))
        return deployed.facts, declared_function.source(code), (*deployed.warnings, *code.notes, *said)
    what = "image" if deployed.image else "package"
    context.progress.begin(f"downloading the {what} of {deployed.facts.name}")
    source = lift.source(context.aws_read_only, deployed, context.progress.came)
    return lift.completed(deployed.facts, source), source, (*deployed.warnings, *source.notes)
