"""Takes the library out of a service's repository, after the proxy: what stays is plain Starlette and uvicorn.

The files that wire the library are written again without it, from what `settings.py` says; lines about it leave the
others. Where the service still does what only the library can do, or a file holds changes of the user's, it refuses.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any

from lambda_migrate.errors import GateClosed, MigrateError
from lambda_migrate.gates import own_lifespan
from lambda_migrate.scaffold import start_up, templates
from lambda_migrate.scaffold.atomic_write import Staging
from lambda_migrate.scaffold.manifest import RECORD, Manifest, load
from lambda_migrate.scaffold.service_wheel import FOLDER, IMPORT_NAME
from lambda_migrate.scaffold.without_proxy import TEST
from lambda_migrate.scaffold.writes import Write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PARTS = {
    "Around": "runs the handler around the application",
    "Sns": "takes SNS messages",
    "Polling": "polls queues",
    "ApiDestination": "takes events of API destinations",
}
"""Parts of `main.py` that only the library has, and what the service does with them."""
_SOURCE = "src"
_LINES = {
    ".dockerignore": rb"^!vendor\n",
    ".gitattributes": rb"^vendor/.*\n",
    ".ebextensions/10-service.config": rb"^# Read before what .*\n# port.*\n|^    SERVICE_DRAIN_SECONDS:.*\n",
    "Dockerfile": rb"^COPY vendor vendor\n| SERVICE_DRAIN_SECONDS=\d+",
    "Makefile": rb"^parity:.*\n(?:\t.*\n)+\n| parity\b|\bSERVICE_(?=STAND_INS=)",
    "environment.local": rb"^LAMBDA_MIGRATE_.*\n|, `make test` and `make parity`(?= on)",
    "requirements.txt": rb"^# The library is the wheel.*\n|^file:\./vendor/.*\n",
}
"""What leaves a file that stays otherwise, by path."""


def plan(directory: Path) -> tuple[Write, ...]:
    """Return what would become of the repository's files; nothing is written.

    Raises:
        GateClosed: Only the library runs the application's start-up code.
        MigrateError: The service needs the library, or the user has changed a file that would be written again.
    """
    record = load(directory)
    package = _package(record, directory)
    values = _values(directory / package / "settings.py")
    _refuse_needed(directory, package)
    _refuse_own_lifespan(directory, values)
    made = {
        (f"{package}/{path.removeprefix('service/')}" if path.startswith("service/") else path): file.content
        for path, file in templates.render("ejected", values | {"package": package}).items()
    }
    gone = {TEST, f"{package}/handlers.py", *(path for path in record.paths if path.startswith(f"{FOLDER}/"))}
    _refuse_edited(record, directory, {*made, *gone} - {"README.md", f"{package}/settings.py"})
    return tuple(_writes(directory, made, gone))


def write(writes: tuple[Write, ...], directory: Path) -> None:
    """Write what is planned and remove the record of `init`, all or nothing.

    Raises:
        MigrateError: A file cannot be written.
    """
    with Staging(directory) as change:
        for each in writes:
            if each.state == "removed":
                change.remove(each.path)
            else:
                change.put(each.path, each.content)
        change.apply()


def _writes(directory: Path, made: dict[str, bytes], gone: set[str]) -> Iterator[Write]:
    for path, pattern in _LINES.items():
        file = directory / path
        if file.is_file():
            made[path] = re.sub(pattern, b"", file.read_bytes(), flags=re.MULTILINE)
    for path in sorted({*made, *gone, RECORD}):
        file = directory / path
        before = file.read_bytes() if file.is_file() else None
        if path in made and made[path] != before:
            yield Write(path, made[path], "changed", before)
        elif path not in made and before is not None:
            yield Write(path, b"", "removed", before)


def _package(record: Manifest, directory: Path) -> str:
    for path in record.paths:
        package, _, name = path.rpartition("/")
        if name == "settings.py" and f"{package}/__main__.py" in record.paths:
            return package
    raise MigrateError(f"`{directory}` is not a repository that `init` wrote", hint="look at `service.directory`")


def _values(settings: Path) -> dict[str, Any]:
    """Read the settings of the service without running them."""
    values: dict[str, Any] = {}
    try:
        for node in ast.parse(settings.read_text(encoding="utf-8")).body:
            target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
            value = getattr(node, "value", None)
            if isinstance(target, ast.Name) and target.id == "FUNCTION" and isinstance(value, ast.Call):
                values |= {str(each.arg): ast.literal_eval(each.value) for each in value.keywords}
            elif isinstance(target, ast.Name) and value is not None and target.id not in ("ROOT", "SOURCE"):
                values[target.id] = ast.literal_eval(value)
        values["SECRETS"] = tuple(name for name in values["SECRETS"] if not name.startswith("LAMBDA_MIGRATE_"))
        return values | {"START_UP": values["LIFESPAN"] != "off", "graceful": round(min(values["timeout"] + 1, 110))}
    except (OSError, SyntaxError, ValueError, KeyError) as error:
        raise MigrateError(
            f"`{settings}` does not read as `init` wrote it", hint="set each of its names to a plain value"
        ) from error


def _refuse_needed(directory: Path, package: str) -> None:
    main = (directory / package / "main.py").read_text(encoding="utf-8")
    for part, does in PARTS.items():
        if re.search(rf"\b{part}(\.read)?\(", main):
            raise MigrateError(
                f"the service {does}, which `{IMPORT_NAME}.{part}` does for it",
                hint=f"keep the library; or take `{part}` out of `{package}/main.py` once nothing is sent any more",
            )
    requirements = (directory / "requirements.txt").read_text(encoding="utf-8")
    if not re.search(r"(?im)^(fastapi|starlette)\b", requirements):
        raise MigrateError(
            "requirements.txt names neither fastapi nor starlette, on which the service would run",
            hint="keep the library, or add starlette in the version that you want",
        )


def _refuse_own_lifespan(directory: Path, values: dict[str, Any]) -> None:
    own = values["START_UP"] and start_up.of_its_own(directory / _SOURCE, values["HANDLER"], values["APP"])
    if own:
        raise GateClosed(
            f"`{values['APP']}` is {own}: its start-up code is its own, and plain Starlette would not run it",
            gate=own_lifespan.NAME,
            hint='keep the library, or wrap the application in Starlette; `LIFESPAN = "off"` where it has no start-up',
        )


def _refuse_edited(record: Manifest, directory: Path, paths: set[str]) -> None:
    edited = [
        path
        for path in sorted(paths)
        if (directory / path).is_file() and not record.wrote(path, (directory / path).read_bytes())
    ]
    if edited:
        raise MigrateError(
            f"you have changed {', '.join(f'`{path}`' for path in edited)}, which would be written again or removed",
            hint="move what you need to other files, restore those with `git`, and run this again",
        )
