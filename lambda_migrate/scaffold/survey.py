"""Everything that `init` finds out about a function before it writes a line."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lambda_migrate.analyzer import AcceptedRule, Deployed, analyze
from lambda_migrate.analyzer.distributions import Requirements, distribution_name
from lambda_migrate.analyzer.rules import work_around_adapter
from lambda_migrate.scaffold import (
    adapter,
    applications,
    base_path,
    compiled,
    constants,
    declared,
    distributions,
    environment_reads,
    events_only,
    handlers,
    old_project,
    own_code,
    placeholders,
    python_version,
    requirements,
    scratch,
    start_script,
    variables,
    warnings,
)
from lambda_migrate.scaffold.distributions import normalised
from lambda_migrate.scaffold.facts import unwatched
from lambda_migrate.secret_detection import secrets_in

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from lambda_migrate.analyzer import Analysis
    from lambda_migrate.scaffold.adapter import Application
    from lambda_migrate.scaffold.asked import Asked
    from lambda_migrate.scaffold.facts import FunctionFacts, Options
    from lambda_migrate.scaffold.own_code import OwnCode
    from lambda_migrate.scaffold.requirements import Needed
    from lambda_migrate.scaffold.source import Source
    from lambda_migrate.scaffold.variables import Variable

HOOKED = AcceptedRule(work_around_adapter.CODE, "the service runs the handler around the application (`Around`)")
"""Why work around the adapter blocks nothing in a repository that `init` has written."""

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
        python_origin: Where that is said: ``AWS``, ``--python``, a place of the project, or ``assumed``.
        package: Name of the service's own package; another than ``service`` where the code has one of that name.
        code: Which files are lifted.
        contents: Their bytes, by path below the code's root.
        executable: Those of them that may be executed.
        needed: What the service installs.
        variables: The function's environment variables and what becomes of each.
        asked: Variables that the code asks for, and how.
        placeholders: What stands for variables without a value where tests run: name → text.
        health: Path of the health check; another than the default where the application has one of that name.
        readiness: Path of the readiness check.
        analysis: What breaks off Lambda.
        around: Whether the handler does work around its adapter, so that it runs around the application.
        secrets_in_code: Lines of the code that hold what can only be a secret: (path, line, what).
        warnings: What the user should know, one line each.
    """

    application: Application
    python: str
    python_origin: str
    package: str
    code: OwnCode
    contents: dict[str, bytes]
    executable: frozenset[str]
    needed: Needed
    variables: tuple[Variable, ...]
    asked: dict[str, Asked]
    placeholders: dict[str, str]
    health: str
    readiness: str
    analysis: Analysis
    around: bool
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
    (python, origin), handler = python_version.chosen(facts, options), options.handler or facts.handler
    script = start_script.of(handler, source, facts, options.app)
    code, contents = _code(source, facts, handler, options.root, python, at, script)
    with scratch.folder() as folder:
        asked_for = old_project.requires(folder / "project", source, code, python, options, facts.layers)
        named = "" if script else handler
        analysis = _analysed(folder / "code", code, contents, named, asked_for, python, options.accepted)
    application = _application(analysis, contents, facts, options, handler, _packages(code, asked_for), script)
    if not (handler or script):
        handlers.check_code(application.handler, contents, source, python)
    reached = {path: contents[path] for path in analysis.reached if path in contents}
    own = set(distributions.top_level(contents))
    imported, parts = requirements.imports(reached, own), sorted(facts.parts | options.parts)
    needed = requirements.decide(code.distributions, asked_for, imported, python, parts)
    needed, unasked = compiled.pin(needed, _before(options.directory), options.resolve, python, facts.architecture)
    asked = _asked(reached)
    sorted_variables = _variables(facts, asked, options.store)
    around = any(each.finding.code == work_around_adapter.CODE for each in analysis.accepted)
    notes = [*asked_for.notes, *python_version.assumed(origin, python, facts), *filter(None, [unasked])]
    notes += warnings.of_the_handler(application, around=around)
    return Survey(
        application=application,
        python=python,
        python_origin=origin,
        package=next(name for name in _PACKAGES if name not in own),
        code=code,
        contents=contents,
        executable=_executable(source, code),
        needed=needed,
        variables=sorted_variables,
        asked=asked,
        placeholders=_placeholders(sorted_variables, asked, needed),
        health=_free("/healthz", reached),
        readiness=_free("/readyz", reached),
        analysis=analysis,
        around=around,
        secrets_in_code=_secrets(contents),
        warnings=tuple(warnings.collect(code, application, needed, own, notes)),
    )


def _code(
    source: Source,
    facts: FunctionFacts,
    handler: str,
    root: str,
    python: str,
    at: Callable[[int, int], None],
    script: Application | None,
) -> tuple[OwnCode, dict[str, bytes]]:
    """Return which files are lifted, and their bytes; a handler that is named has to be among them."""
    if script:
        code = own_code.gather(source, script.app.removesuffix("()").replace(":", "."), root)
        return code, _contents(source, code, at)
    if handler:
        handlers.check_name(handler, facts, source)
    code = own_code.gather(source, handler, root)
    contents = _contents(source, code, at)
    if handler:
        handlers.check_code(handler, contents, source, python)
    return code, contents


def _packages(code: OwnCode, asked_for: declared.Declared) -> frozenset[str]:
    """Return the names that what is installed is imported by, as far as that can be told."""
    names = {name for each in code.distributions for name in each.modules}
    return frozenset(names | {each.name.replace("-", "_") for each in asked_for.requirements})


def _application(
    analysis: Analysis,
    contents: dict[str, bytes],
    facts: FunctionFacts,
    options: Options,
    handler: str,
    packages: frozenset[str],
    script: Application | None,
) -> Application:
    """Return the application behind the handler, with the base path that is taken off for it."""
    if script:
        applications.check(script.app, contents, packages)
        return script
    if not analysis.handler:
        handlers.check_all(contents, python_version.chosen(facts, options)[0])
    if options.app:
        applications.check(options.app, contents, packages)
    known = constants.Constants(contents, facts.environment)
    only = events_only.serves(analysis, facts)
    application = adapter.find(analysis, handler=handler, app=options.app, constants=known, events_only=only)
    applications.require_no_arguments(application.app, contents)
    return base_path.resolved(application, facts, contents, options.base_path)


def _asked(reached: dict[str, bytes]) -> dict[str, Asked]:
    """Return the variables that the code reads, without those that Lambda itself sets, and how it asks for each."""
    return {
        name: asked
        for name, asked in environment_reads.variables(reached).items()
        if _SETTABLE.fullmatch(name) and name not in _LAMBDA_SETS and not name.startswith(_PLATFORM)
    }


def _before(directory: Path) -> str:
    """Return the requirements that an earlier `init` wrote, "" if there are none."""
    try:
        return (directory / "requirements.txt").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def _secrets(contents: dict[str, bytes]) -> tuple[tuple[str, int, str], ...]:
    return tuple((path, line, what) for path, content in contents.items() for line, what in secrets_in(content))


def _placeholders(known: tuple[Variable, ...], asked: dict[str, Asked], needed: Needed) -> dict[str, str]:
    """Return what stands for each variable that has no value in the repository."""
    installed = {normalised(distribution_name(line)) for line in needed.lines}
    texts = {}
    for each in known:
        if each.fate in ("reference", "unset"):
            kind = asked[each.name].kind if each.name in asked else "text"
            like = each.placeholder if each.placeholder != placeholders.TEXT else ""
            texts[each.name] = like or placeholders.of_kind(kind, each.name, installed)
    return texts


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


def _analysed(
    folder: Path,
    code: OwnCode,
    contents: dict[str, bytes],
    handler: str,
    asked_for: declared.Declared,
    python: str,
    accepted: Sequence[AcceptedRule],
) -> Analysis:
    made: set[str] = set()
    for path, content in contents.items():
        scratch.put(f"{folder}/{path}", content, made)
    # What Lambda's runtime brought along is declared from now on, so nobody has to be told to do that.
    known = [*(each.requirement for each in code.distributions), *(each.line for each in asked_for.requirements)]
    known += [each.line for group in asked_for.optional.values() for each in group]
    known += requirements.PROVIDED.values()
    complete = bool(code.distributions) or asked_for.complete
    required = Requirements(known, complete=complete)
    known_work = (*accepted, HOOKED)
    return analyze(folder, handler or None, accepted=known_work, requirements=required, deployed=Deployed(python))


def _variables(facts: FunctionFacts, asked: dict[str, Asked], store: str) -> tuple[Variable, ...]:
    """Return what becomes of each variable: known ones, and where AWS was not asked those that the code needs."""
    known = variables.sort(facts.environment, facts.name, store)
    if facts.asked:
        return known
    missing = {*facts.undisclosed, *(name for name, each in asked.items() if each.needed)} - set(facts.environment)
    guessed = variables.sort(dict.fromkeys(sorted(missing), "unknown"), facts.name, store)
    unset = (replace(each, fate="unset", text="") if each.fate == "value" else each for each in guessed)
    return tuple(sorted((*known, *(replace(each, placeholder="") for each in unset)), key=lambda each: each.name))


def _free(path: str, sources: dict[str, bytes]) -> str:
    quoted = (f'"{path}"'.encode(), f"'{path}'".encode())
    taken = any(text in content for content in sources.values() for text in quoted)
    return f"/-{path}" if taken else path
