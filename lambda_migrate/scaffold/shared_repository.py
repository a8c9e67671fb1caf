"""A repository that serves several functions: who is in it, and whether one more can share it.

Two functions in one process share what a process has once: the modules that are imported, the variables, the versions
of what is installed, the version of Python. What they would need twice is refused, with both names.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from lambda_migrate.errors import MigrateError
from lambda_migrate.scaffold import app_routes, service_wheel
from lambda_migrate.scaffold.distributions import top_level
from lambda_migrate.scaffold.manifest import Manifest, Member, load

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from lambda_migrate.scaffold.facts import FunctionFacts
    from lambda_migrate.scaffold.survey import Survey

TOGETHER = "together"
"""The package that puts the functions together."""

TOLD = 3
"""Things that a refusal names at most."""


@dataclass(frozen=True)
class SharedRepository:
    """A repository, as it is, that one more function is taken into or is in already.

    Attributes:
        directory: Where it is.
        record: What `init` remembers of it.
        members: The functions that it serves, this one among them; the first one has made it.
        own: This one.
    """

    directory: Path
    record: Manifest
    members: tuple[Member, ...]
    own: Member

    @property
    def first(self) -> Member:
        """The function whose repository it was."""
        return self.members[0]

    def text(self, path: str) -> str:
        """Return a file of it, "" where it is not there."""
        try:
            return (self.directory / path).read_bytes().decode()
        except (OSError, UnicodeDecodeError):
            return ""

    def settings(self, member: Member) -> dict[str, Any]:
        """Return what a function's settings.py says: the names in capitals, and what its `Function` is given."""
        return _settings(self.text(f"{member.package}/settings.py"))

    def contents(self) -> dict[str, bytes]:
        """Return the lifted code of all functions, by path below ``src/``."""
        paths = [each for each in self.record.files if each.startswith("src/") and (self.directory / each).is_file()]
        return {path.removeprefix("src/"): (self.directory / path).read_bytes() for path in paths}


def shared_by(directory: Path, function: str, *, joins: bool) -> SharedRepository | None:
    """Return the repository that a function shares; None where it has one of its own.

    Args:
        directory: The repository's folder.
        function: The function's name.
        joins: Whether the function is to be taken in.

    Raises:
        MigrateError: There is no repository to be taken into, or it is of an older version.
    """
    record = load(directory)
    members = record.members
    if not members and not joins:
        return None
    if not record.files:
        hint = "lift its first function with `lambda-migrate init FUNCTION --directory FOLDER`"
        raise MigrateError(f"`{directory}` is not the repository of a service", hint=hint)
    members = members or (_first(directory, record),)
    own = next((each for each in members if each.name == function), None)
    if own is None:
        if not joins:
            hint = "add it with `--into`, or name another folder"
            raise MigrateError(f"`{directory}` serves {_names(members)}, and not {function}", hint=hint)
        own = _named(function, members)
        members = (*members, own)
    return SharedRepository(directory, record, members, own) if len(members) > 1 else None


def _first(directory: Path, record: Manifest) -> Member:
    """Return the function that a repository was made for."""
    packages = [path.removesuffix("/handlers.py") for path in record.files if re.fullmatch(r"\w+/handlers\.py", path)]
    package = next((each for each in packages if f"{each}/settings.py" in record.files), "")
    try:
        settings = _settings((directory / package / "settings.py").read_text(encoding="utf-8")) if package else {}
        composed = (directory / package / "main.py").read_text(encoding="utf-8") if package else ""
    except (OSError, UnicodeDecodeError):
        settings, composed = {}, ""
    if "name" not in settings or "events.serves(" not in composed:
        hint = "run `lambda-migrate init` for its function first, which brings it up to date"
        raise MigrateError(f"`{directory}` is not laid out to take in another function", hint=hint)
    return Member(str(settings["name"]), package, "", record.parts, record.settings, tuple(sorted(record.files)))


def _named(function: str, members: tuple[Member, ...]) -> Member:
    plain = re.sub(r"[^a-z0-9]+", "_", function.lower()).strip("_") or "function"
    word = plain if plain[0].isalpha() else f"f_{plain}"
    if any(each.package == f"{word}_service" for each in members):
        raise MigrateError(f"`{function}` and {_names(members)} would have the same names in one service")
    return Member(function, f"{word}_service", word.upper())


def _names(members: tuple[Member, ...]) -> str:
    return " and ".join(each.name for each in members)


def fitted(shared: SharedRepository, survey: Survey) -> Survey:
    """Return what was found with the names that it has in the shared repository: its package, the paths of health."""
    known = shared.settings(shared.first)
    health, readiness = (str(known.get(name, "")) for name in ("HEALTH_PATH", "READINESS_PATH"))
    return replace(
        survey, package=shared.own.package, health=health or survey.health, readiness=readiness or survey.readiness
    )


def check_shared(shared: SharedRepository, survey: Survey, facts: FunctionFacts) -> None:
    """Refuse a function that would need twice what a process has once.

    Args:
        shared: The repository.
        survey: What was found, as it was fitted.
        facts: The function.

    Raises:
        MigrateError: It does; both names are told.
    """
    others = _names(tuple(each for each in shared.members if each is not shared.own))
    python = shared.text(".python-version").strip()
    if python and python != survey.python:
        hint = f"`--python {python}` if its code runs there, or give it a service of its own"
        raise MigrateError(f"{facts.name} runs on Python {survey.python}, and {others} on {python}", hint=hint)
    if service_wheel.build().requirement not in shared.text("requirements.txt"):
        hint = f"run `lambda-migrate init` for {shared.first.name} first"
        raise MigrateError(f"the service library of {others} is of another version", hint=hint)
    _check_code(shared, survey, others)
    _check_routes(shared, survey)


def _check_code(shared: SharedRepository, survey: Survey, others: str) -> None:
    theirs = shared.contents()
    mine = set(shared.own.files)
    both = sorted(
        path
        for path, content in survey.contents.items()
        if path in theirs and theirs[path] != content and f"src/{path}" not in mine
    )
    if both:
        told = ", ".join(f"`{each}`" for each in both[:TOLD])
        hint = "lift them from a folder above, so that each has a package of its own; or give it a service of its own"
        raise MigrateError(f"{shared.own.name} and {others} have other code under the same name: {told}", hint=hint)
    _check_names(shared, survey, others)


def _check_names(shared: SharedRepository, survey: Survey, others: str) -> None:
    """Refuse code that Python would not find: a module and a package of one name, or one of the service's own names.

    Raises:
        MigrateError: There is such code.
    """
    services = {each.package for each in shared.members} | {TOGETHER}
    taken = next(iter(sorted(services & {*top_level(survey.contents), *top_level(shared.contents())})), "")
    if taken:
        hint = f"rename `{taken}` in the code, or give {shared.own.name} a service of its own"
        raise MigrateError(f"`{taken}` is a package of the service, and one in the functions' code", hint=hint)
    mine, theirs = _importable(survey.contents), _importable(shared.contents())
    both = sorted(_hidden(mine, theirs) | _hidden(theirs, mine))
    if both:
        hint = "rename one of the two, or give it a service of its own"
        text = f"{shared.own.name} and {others} have a module and a package of one name: `{both[0]}`"
        raise MigrateError(text, hint=hint)


def _importable(paths: Iterable[str]) -> tuple[set[str], set[str]]:
    """Return the modules, without ``.py``, and the folders that have some."""
    modules = {path.removesuffix(".py") for path in paths if path.endswith(".py")}
    return modules, {parent.as_posix() for each in modules for parent in PurePosixPath(each).parents}


def _hidden(one: tuple[set[str], set[str]], other: tuple[set[str], set[str]]) -> set[str]:
    """Return the modules of the one that are packages in the other, and not beside them already."""
    return (one[0] & other[1]) - one[1]


def _check_routes(shared: SharedRepository, survey: Survey) -> None:
    """Refuse routes that both have, as far as the code tells; the service looks at all of them when it starts."""
    theirs = shared.contents()
    mine, overlap = app_routes.routes(survey.contents, survey.application.app), app_routes.overlap()
    for other in shared.members:
        settings = shared.settings(other)
        prefixes = {survey.application.base_path.strip("/"), str(settings.get("BASE_PATH", "")).strip("/")}
        if other is shared.own or (len(prefixes) > 1 and "" not in prefixes):
            continue
        for method, path in app_routes.routes(theirs, str(settings.get("APP", ""))):
            same = next((place for verb, place in mine if verb == method and overlap(place, path)), None)
            if same is not None:
                hint = "give both a base path, rename the route, or give it a service of its own"
                text = f"`{method} {same}` of {shared.own.name} collides with `{path}` of {other.name}"
                raise MigrateError(text, hint=hint)


def _settings(text: str) -> dict[str, Any]:
    values: dict[str, Any] = {}
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError):
        return {}
    for each in body:
        if isinstance(each, ast.Assign) and isinstance(each.targets[0], ast.Name):
            if isinstance(each.value, ast.Call):
                pairs = [(str(one.arg), one.value) for one in each.value.keywords]
            else:
                pairs = [(each.targets[0].id, each.value)]
            values |= {name: value.value for name, value in pairs if isinstance(value, ast.Constant)}
    return values
