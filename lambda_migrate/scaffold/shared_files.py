"""The files of a repository that serves several functions: those of one function, and those that all of them share.

What is shared is added to, line by line; what is there stays.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from lambda_migrate.analyzer.distributions import distribution_name
from lambda_migrate.errors import MigrateError
from lambda_migrate.scaffold import templates
from lambda_migrate.scaffold.distributions import normalised
from lambda_migrate.scaffold.shared_repository import TOGETHER
from lambda_migrate.scaffold.templates import Rendered, literal
from lambda_migrate.scaffold.writes import compare

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lambda_migrate.scaffold.manifest import Member
    from lambda_migrate.scaffold.shared_repository import SharedRepository
    from lambda_migrate.scaffold.writes import Write

HANDLERS = "from lambda_migrate_service import HANDLERS, on\n"
OWN_HANDLERS = "from lambda_migrate_service import registry\n\nHANDLERS, on = registry()\n"
TESTS = {"tests/test_service.py": "tests/test_{}.py", "tests/test_proxy.py": "tests/test_{}_proxy.py"}
KEYS = "LAMBDA_MIGRATE_SIGNING_KEYS"


def joined(shared: SharedRepository, own: Mapping[str, Rendered], signing_keys: str) -> tuple[Write, ...]:
    """Return what is written for one function, and what becomes of the files that are shared.

    Args:
        shared: The repository.
        own: The files of a repository that would serve this function alone.
        signing_keys: Reference of its signing keys.

    Raises:
        MigrateError: It needs another value of a variable, or another version of a package, than the others.
    """
    merged = _merged(shared, own, signing_keys)
    together = templates.render("together", {"functions": shared.members})
    writes = compare({**dict(_own(shared.own, own)), **merged, **together}, shared.directory, shared=True)
    # what is added to keeps everything that the user has written there
    return tuple(replace(each, state="changed") if _is_added_to(each, merged) else each for each in writes)


def _is_added_to(write: Write, merged: Mapping[str, Rendered]) -> bool:
    return write.path in merged and write.state == "kept"


def members_after(
    shared: SharedRepository, writes: Iterable[Write], settings: dict[str, Any], parts: frozenset[str]
) -> tuple[Member, ...]:
    """Return the functions of a repository, this one with what is known of it now."""
    own = shared.own
    folders = ("src/", f"{own.package}/", "tests/")
    files = tuple(each.path for each in writes if each.path.startswith(folders))
    now = replace(own, settings=settings, parts=parts, files=files)
    return tuple(now if each is own else each for each in shared.members)


def _merged(shared: SharedRepository, own: Mapping[str, Rendered], signing_keys: str) -> dict[str, Rendered]:
    member = shared.own
    merged = {
        "requirements.txt": _requirements(shared, own, "requirements.txt"),
        "requirements-dev.txt": _requirements(shared, own, "requirements-dev.txt"),
        "environment.defaults": _variables(shared, own, "environment.defaults", _keys(member, signing_keys)),
        "environment.local": _variables(shared, own, "environment.local", _keys(member, "local:not-a-secret")),
        "pyproject.toml": _project(shared, own),
        "Procfile": _started(shared.text("Procfile"), shared),
        "Dockerfile": _image(shared),
        ".dockerignore": _with_lines(shared.text(".dockerignore"), [f"!{each}" for each in _packages(shared)]),
    }
    return {path: Rendered(text.encode()) for path, text in merged.items() if shared.text(path)}


def _own(member: Member, own: Mapping[str, Rendered]) -> Iterable[tuple[str, Rendered]]:
    """Yield what is a function's alone; the first one has all that is not shared."""
    word = member.suffix.lower()
    for path, file in own.items():
        if path.startswith("src/") or not word:
            yield path, file
        elif path in TESTS:
            yield TESTS[path].format(word), file
        elif path == f"{member.package}/handlers.py":
            yield path, Rendered(file.content.replace(HANDLERS.encode(), OWN_HANDLERS.encode()))
        elif path.startswith(f"{member.package}/") and not path.endswith("/__main__.py"):
            yield path, file


def _packages(shared: SharedRepository) -> list[str]:
    return [*(each.package for each in shared.members), TOGETHER]


def _keys(member: Member, value: str) -> list[str]:
    return [f"{KEYS}_{member.suffix}={value}"] if member.suffix else []


def _requirements(shared: SharedRepository, own: Mapping[str, Rendered], path: str) -> str:
    """Return the requirements with what this function needs besides.

    Raises:
        MigrateError: It needs another version.
    """
    before = shared.text(path)
    there = {_distribution(line): line for line in _said(before)}
    added = []
    for line in _said(own[path].content.decode()):
        name = _distribution(line)
        if name in there and there[name] != line and path == "requirements.txt" and name != "lambda-migrate-service":
            hint = "pin both to one version, or give it a service of its own"
            text = f"{shared.own.name} needs `{line}`, and the others have `{there[name]}`"
            raise MigrateError(text, hint=hint)
        added += [line] if name not in there else []
    return _with_lines(before, added)


def _distribution(line: str) -> str:
    return line if line.startswith("-") else normalised(distribution_name(line))


def _variables(shared: SharedRepository, own: Mapping[str, Rendered], path: str, keys: list[str]) -> str:
    """Return the variables with what this function has besides.

    Raises:
        MigrateError: It has another value under the same name.
    """
    before = shared.text(path)
    there = dict(line.split("=", 1) for line in _said(before) if "=" in line)
    added = [line for line in keys if line.split("=", 1)[0] not in there]
    for plain in _said(own[path].content.decode()) if path in own else ():
        line = _suffixed(plain, shared.own)  # first: the others have one of the plain name
        name, _, value = line.partition("=")
        if name in there and there[name] != value and path == "environment.defaults":
            hint = "rename the variable in one of them, or give it a service of its own"
            raise MigrateError(f"{shared.own.name} and the others have different values of `{name}`", hint=hint)
        added += [line] if name not in there and not (shared.own.suffix and name.startswith(KEYS)) else []
    return _with_lines(before, added)


def _suffixed(line: str, member: Member) -> str:
    """Return a variable of the service under this function's own name for it."""
    name, _, value = line.partition("=")
    own = member.suffix and name.startswith("LAMBDA_MIGRATE_") and not name.endswith(f"_{member.suffix}")
    return f"{name}_{member.suffix}={value}" if own else line


def _project(shared: SharedRepository, own: Mapping[str, Rendered]) -> str:
    """Return pyproject.toml with this function's package and the debt of its code."""
    text, mine = shared.text("pyproject.toml"), tomllib.loads(own["pyproject.toml"].content.decode())
    first = shared.first.package
    lists = re.compile(rf'^(source|files) = \["{first}"[^\]]*\]', re.MULTILINE)
    text = lists.sub(lambda each: _listed(each, shared), text)
    ignored: dict[str, list[str]] = mine["tool"]["ruff"]["lint"]["per-file-ignores"]
    lines = [f"{literal(path)} = [{', '.join(map(literal, codes))}]" for path, codes in ignored.items()]
    text = _behind(text, '"tests/**" = ["S"]\n', lines)
    debts = [each for each in mine["tool"]["mypy"].get("overrides", ()) if each.get("ignore_errors")]
    modules = [each for debt in debts for each in debt["module"]]
    return _behind(
text, "take a module out, fix what mypy says, commit.\n[[tool.mypy.overrides]]\nmodule = [\n",
                   [f"    {literal(each)}," for each in modules])  # fmt: skip


def _listed(match: re.Match[str], shared: SharedRepository) -> str:
    rest = [each for each in ("tests", "src") if f'"{each}"' in match[0]]
    return f"{match[1]} = [{', '.join(map(literal, [*_packages(shared), *rest]))}]"


def _behind(text: str, anchor: str, lines: list[str]) -> str:
    """Return a text with those of the lines behind an anchor that it does not have."""
    missing = [line for line in lines if f"{line}\n" not in text]
    return text.replace(anchor, anchor + "".join(f"{line}\n" for line in missing), 1)


def _started(text: str, shared: SharedRepository) -> str:
    return text.replace(f"python -m {shared.first.package}\n", f"python -m {TOGETHER}\n")


def _image(shared: SharedRepository) -> str:
    text, first = shared.text("Dockerfile"), shared.first.package
    text = _behind(text, f"COPY {first} {first}\n", [f"COPY {each} {each}" for each in _packages(shared)])
    return text.replace(f'"-m", "{first}"]', f'"-m", "{TOGETHER}"]')


def _said(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]


def _with_lines(text: str, lines: Iterable[str]) -> str:
    there = set(text.splitlines())
    missing = [line for line in lines if line not in there]
    end = "" if text.endswith("\n") or not text else "\n"
    return text + end + "".join(f"{line}\n" for line in missing)
