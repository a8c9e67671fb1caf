"""Everything that `init` finds out about a function before it writes a line."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lambda_migrate.analyzer import analyze
from lambda_migrate.errors import MigrateError
from lambda_migrate.scaffold import (
    adapter,
    base_path,
    compiled,
    constants,
    declared,
    distributions,
    environment_reads,
    handlers,
    own_code,
    requirements,
    scratch,
    variables,
    warnings,
)
from lambda_migrate.scaffold.facts import DEFAULT_PYTHON, OLDEST_MINOR, unwatched
from lambda_migrate.secret_detection import secrets_in

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from lambda_migrate.analyzer import AcceptedRule, Analysis
    from lambda_migrate.scaffold.adapter import Application
    from lambda_migrate.scaffold.facts import FunctionFacts, Options
    from lambda_migrate.scaffold.own_code import OwnCode
    from lambda_migrate.scaffold.requirements import Needed
    from lambda_migrate.scaffold.source import Source
    from lambda_migrate.scaffold.variables import Variable

_PACKAGES = ("service", "web_service", "lifted_service")
_LAMBDA_SETS = ("AWS_REGION", "AWS_DEFAULT_REGION", "TZ", "PATH", "HOME", "LANG", "TMPDIR", "USER", "PWD")
_SETTABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
"""Names that a variable of a function can have (Environment, Lambda API reference): others are never set."""

_PLATFORM = (
    "AWS_LAMBDA_",
    "LAMBDA_",
    "_HANDLER",
    "_X_AMZN",
    "AWS_EXECUTION_ENV",
    "AWS_ACCESS_KEY",
    "AWS_SECRET",
    "AWS_SESSION",
)


@dataclass(frozen=True)
class Survey:
    """What was found.

    Attributes:
        application: The application and its adapter's settings.
        python: Version of Python.
        package: Name of the service's own package; another than ``service`` where the code has one of that name.
        code: Which files are lifted.
        contents: Their bytes, by path below the code's root.
        executable: Those of them that may be executed.
        needed: What the service installs.
        variables: The function's environment variables and what becomes of each.
        asked: Variables that the code asks for: name → whether it cannot do without.
        health: Path of the health check; another than the default where the application has one of that name.
        readiness: Path of the readiness check.
        analysis: What breaks off Lambda.
        secrets_in_code: Lines of the code that hold what can only be a secret: (path, line, what).
        warnings: What the user should know, one line each.
    """

    application: Application
    python: str
    package: str
    code: OwnCode
    contents: dict[str, bytes]
    executable: frozenset[str]
    needed: Needed
    variables: tuple[Variable, ...]
    asked: dict[str, bool]
    health: str
    readiness: str
    analysis: Analysis
    secrets_in_code: tuple[tuple[str, int, str], ...]
    warnings: tuple[str, ...]

    @property
    def references(self) -> tuple[Variable, ...]:
        """Variables that stand in the repository as references to secrets; the user has to be told of them."""
        return tuple(each for each in self.variables if each.fate == "reference")

    @property
    def required(self) -> tuple[str, ...]:
        """Variables without which the service does not start."""
        return tuple(each.name for each in self.variables if each.fate != "platform")


def survey(
    source: Source, facts: FunctionFacts, options: Options, *, at: Callable[[int, int], None] = unwatched
) -> Survey:
    """Look at a function's code; nothing of it is run, nothing is written but a temporary folder.

    Args:
        source: The code, with its layers.
        facts: The function as it is in AWS.
        options: What the user asks for.
        at: Told how many files of how many are read.

    Raises:
        MigrateError: The function is not in Python, its handler is not there or does not parse, or there is not exactly
            one ASGI application behind it.
    """
    python, handler = _python(facts, options), options.handler or facts.handler
    if handler:
        handlers.check_name(handler, facts, source)
    code = own_code.gather(source, handler)
    contents = _contents(source, code, at)
    if handler:
        handlers.check_code(handler, contents, source)
    with scratch.folder() as folder:
        asked_for = _declared(folder / "project", source, code, python)
        analysis = _analysed(folder / "code", code, contents, handler, asked_for, options.accepted)
    application = _application(analysis, contents, facts, options, handler)
    if not handler:
        handlers.check_code(application.handler, contents, source)
    reached = {path: contents[path] for path in analysis.reached if path in contents}
    own = set(distributions.top_level(contents))
    imported, parts = requirements.imports(reached, own), sorted(facts.parts | options.parts)
    needed = requirements.decide(code.distributions, asked_for.requirements, imported, python, parts)
    needed, unasked = compiled.pin(needed, _before(options.directory), options.resolve, python, facts.architecture)
    asked = _asked(reached)
    return Survey(
        application=application,
        python=python,
        package=next(name for name in _PACKAGES if name not in own),
        code=code,
        contents=contents,
        executable=_executable(source, code),
        needed=needed,
        variables=_variables(facts, asked, options.store),
        asked=asked,
        health=_free("/healthz", reached),
        readiness=_free("/readyz", reached),
        analysis=analysis,
        secrets_in_code=_secrets(contents),
        warnings=tuple(warnings.collect(code, application, needed, own, [*asked_for.notes, *filter(None, [unasked])])),
    )


def _application(
    analysis: Analysis, contents: dict[str, bytes], facts: FunctionFacts, options: Options, handler: str
) -> Application:
    """Return the application behind the handler, with the base path that is taken off for it."""
    if options.app:
        handlers.check_application(options.app, contents)
    known = constants.Constants(contents, facts.environment)
    application = adapter.find(analysis, handler=handler, app=options.app, constants=known)
    return base_path.resolved(application, facts, contents, options.base_path)


def _asked(reached: dict[str, bytes]) -> dict[str, bool]:
    """Return the variables that the code reads, without those that Lambda itself sets, and whether each must be set."""
    return {
        name: must
        for name, must in environment_reads.variables(reached).items()
        if _SETTABLE.fullmatch(name) and name not in _LAMBDA_SETS and not name.startswith(_PLATFORM)
    }


def _before(directory: Path) -> str:
    """Return the requirements that an earlier `init` wrote, "" where there are none."""
    try:
        return (directory / "requirements.txt").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def _secrets(contents: dict[str, bytes]) -> tuple[tuple[str, int, str], ...]:
    return tuple((path, line, what) for path, content in contents.items() for line, what in secrets_in(content))


def _python(facts: FunctionFacts, options: Options) -> str:
    """Return the version of Python that the service is to run on.

    Raises:
        MigrateError: The function is not in Python 3, or the version is none, or too old.
    """
    if facts.runtime and not facts.python:
        raise MigrateError(f"`{facts.name}` runs on `{facts.runtime}`", hint="only Python 3 functions can be lifted")
    python = options.python or facts.python or DEFAULT_PYTHON
    version = re.fullmatch(r"3\.(\d{1,2})", python)
    if version is None:
        raise MigrateError(f"`{python}` is not a Python version", hint="write it like `--python 3.12`")
    if int(version[1]) < OLDEST_MINOR:
        raise MigrateError(
            f"`{facts.name}` runs on Python {python}, and a service needs 3.{OLDEST_MINOR} or later",
            hint="lift it to a later one, `--python 3.12`, and run its tests there",
        )
    return python


def _contents(source: Source, code: OwnCode, at: Callable[[int, int], None]) -> dict[str, bytes]:
    places = {path: (source.layers[number], inside) for path, (number, inside) in code.layer_files.items()}
    places |= {path: (source, inside) for path, inside in code.files.items()}
    contents = {}
    for count, (path, (where, inside)) in enumerate(places.items(), 1):
        contents[path] = where.read(inside)
        at(count, len(places))
    return contents


def _executable(source: Source, code: OwnCode) -> frozenset[str]:
    lifted = {path for path, inside in code.files.items() if inside in source.executable}
    layers = {path for path, (number, inside) in code.layer_files.items() if inside in source.layers[number].executable}
    return frozenset(lifted | layers)


def _declared(folder: Path, source: Source, code: OwnCode, python: str) -> declared.Declared:
    """Read what the old project requires; what its files include may lie anywhere beside them."""
    included = {path for path in code.files.values() if path.endswith((".txt", ".in"))}
    known = {path for path, why in code.left_out.items() if why.startswith("it is about the old project")}
    made: set[str] = set()
    for path in (*known, *included):
        scratch.put(f"{folder}/{path}", source.read(path), made)
    return declared.read(folder, code.root, python)


def _analysed(
    folder: Path,
    code: OwnCode,
    contents: dict[str, bytes],
    handler: str,
    asked_for: declared.Declared,
    accepted: Sequence[AcceptedRule],
) -> Analysis:
    made: set[str] = set()
    for path, content in contents.items():
        scratch.put(f"{folder}/{path}", content, made)
    # What Lambda's runtime brought along is declared from now on, so nobody has to be told to do that.
    known = [*(each.requirement for each in code.distributions), *(each.name for each in asked_for.requirements)]
    known += requirements.PROVIDED.values()
    return analyze(folder, handler or None, accepted=accepted, requirements=known)


def _variables(facts: FunctionFacts, asked: dict[str, bool], store: str) -> tuple[Variable, ...]:
    if facts.environment or facts.code_sha256:
        return variables.sort(facts.environment, facts.name, store)
    guessed = variables.sort({name: "unknown" for name, must in asked.items() if must}, facts.name, store)
    return tuple(replace(each, fate="unset", text="") if each.fate == "value" else each for each in guessed)


def _free(path: str, sources: dict[str, bytes]) -> str:
    quoted = (f'"{path}"'.encode(), f"'{path}'".encode())
    taken = any(text in content for content in sources.values() for text in quoted)
    return f"/-{path}" if taken else path
