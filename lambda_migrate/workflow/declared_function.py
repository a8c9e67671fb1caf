"""What the project around the code says of the function: facts where AWS is not asked, differences where it is."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from lambda_migrate.declarations.deployment import Deployment, find, folders_above, top_of
from lambda_migrate.declarations.dockerfile import installing
from lambda_migrate.scaffold import FunctionFacts, from_directory, from_included, from_link, public_layers, start_script
from lambda_migrate.scaffold.distributions import top_level
from lambda_migrate.scaffold.local_packages import folders
from lambda_migrate.scaffold.source import SKIPPED_FOLDERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lambda_migrate.scaffold import Source

_COMPARED = {"handler": "handler", "timeout": "time-out", "memory": "memory"}
_UNITS = {"timeout": " s", "memory": " MB"}


@dataclass(frozen=True)
class Code:
    """The code of a function as the project has it.

    Attributes:
        folder: Where it lies; above the folder that was named where the deployment takes more than that.
        root: The folder in it that imports begin at, "" for itself.
        included: Folders whose modules are deployed with it: folder → why.
        deployment: What the project says.
        notes: What a person should know, one line each.
        linked: Links beside the code that lead to modules and packages of the same repository: name → what is there.
    """

    folder: Path
    root: str
    included: dict[Path, str]
    deployment: Deployment
    notes: tuple[str, ...] = ()
    linked: dict[str, Path] = field(default_factory=dict)


def described(folder: Path, function: str, include: Sequence[Path] = ()) -> Code:
    """Read what the project says of the code in a folder; nothing is run.

    Args:
        folder: The folder that was named.
        function: The function's name, "" where nobody knows.
        include: Folders that the user names besides.
    """
    deployment = find(folder, function)
    start, root, notes = _start(folder, deployment)
    notes += [f"imports begin in `{root}`, as `{deployment.where('folder')}` says"] if root else []
    included = dict.fromkeys((each.resolve() for each in include), "`--include`")
    named = {each.resolve(): f"`{deployment.where('shared')}`" for each in deployment.value("shared") or ()}
    named |= {each: f"`{where}`" for each, where in folders(start / root).items()}
    for each, where in named.items():
        if not each.is_relative_to(top_of(folder)) and each not in included:
            notes.append(
                f"`{each}`, which {where} names, is outside of the project: add it with `--include` if it is needed"
            )
        elif not each.is_relative_to((start / root).resolve()):
            included.setdefault(each, where)
    notes += [
        f"`{_relative(each, folder)}` is deployed with the function ({why}), so it is lifted too"
        for each, why in included.items()
    ]
    linked = dict(_linked(start, root))
    notes += [
        f"`{name}` is a link to `{_relative(each, folder)}`, which is lifted in its place"
        for name, each in linked.items()
    ]
    if deployment.value("packages"):
        notes.append(installing(f"`{deployment.where('packages')}`", deployment.value("packages")))
    if deployment.others:
        told, count = ", ".join(f"`{each}`" for each in deployment.others[:5]), len(deployment.others)
        notes.append(f"the project deploys {count} functions ({told}); it does not say which of them this is")
    return Code(start, root, included, deployment, (*deployment.notes, *notes), linked)


def source(code: Code) -> Source:
    """Return the code, with what is deployed along, and what links lead to, as if it came from layers.

    Raises:
        MigrateError: A folder cannot be read.
    """
    own = from_directory(code.folder)
    links = {f"{code.root}/{name}".lstrip("/") for name in code.linked}
    left = tuple(each for each in own.skipped if each not in links)
    layers = (from_included(each) for each in code.included)
    return replace(own, skipped=left).with_layers(*layers, *(from_link(*each) for each in code.linked.items()))


def provided(code: Code) -> frozenset[str]:
    """Return the names that are imported from what is deployed along."""
    names = {name.removesuffix(".py") for name in code.linked}
    names |= public_layers.imports(code.deployment.value("layers") or ())
    for each in code.included:
        layer = from_included(each)
        names.update(top_level(path.removeprefix("python/") for path in layer.paths))
    return frozenset(names)


def facts(name: str, deployment: Deployment) -> FunctionFacts:
    """Return the function as the project describes it."""
    told = {
        key: where
        for key, where in (
            ("runtime", deployment.where("python")),
            ("handler", deployment.where("handler")),
            ("timeout", deployment.where("timeout")),
            ("memory", deployment.where("memory")),
            ("variables", _places([each.where for each in deployment.variables.values()])),
            ("layers", deployment.where("layers")),
            ("routes", deployment.where("routes")),
            ("folder", deployment.where("folder")),
        )
        if where
    }
    unknown = FunctionFacts(name)
    command = tuple(deployment.value("command") or ())
    command = command if start_script.application(" ".join(command)) else ()
    variables = {each: told.value for each, told in deployment.variables.items()}
    return replace(
        unknown,
        runtime=f"python{deployment.value('python')}" if deployment.value("python") else "",
        handler=deployment.value("handler") or (start_script.COMMAND if command else ""),
        command=command,
        timeout=deployment.value("timeout") or unknown.timeout,
        memory=deployment.value("memory") or unknown.memory,
        architecture=deployment.value("architecture") or unknown.architecture,
        environment={each: value for each, value in variables.items() if value is not None},
        undisclosed=tuple(sorted(each for each, value in variables.items() if value is None)),
        layers=tuple(deployment.value("layers") or ()),
        routes=tuple(deployment.value("routes") or ()),
        told=told,
    )


def _places(places: Sequence[str]) -> str:
    """Return the places of several values, "" if there are none."""
    return ", ".join(dict.fromkeys(places))


def differences(known: FunctionFacts, deployment: Deployment, then: str = "AWS's value is used") -> Iterator[str]:
    """Yield where the project differs from AWS, one line each.

    Args:
        known: The function in AWS.
        deployment: What the project says.
        then: What comes of it.
    """
    said = {name: deployment.value(name) for name in _COMPARED}
    pairs = [(_COMPARED[name], said[name], getattr(known, name), name) for name in _COMPARED if said[name] is not None]
    if deployment.value("python"):
        pairs.append(("Python", deployment.value("python"), known.python, "python"))
    for what, theirs, ours, key in pairs:
        if ours and _plain(theirs) != _plain(ours):
            unit = _UNITS.get(key, "")
            place = deployment.where(key)
            yield f"`{place}` says {what} {_plain(theirs)}{unit}, AWS {_plain(ours)}{unit}: {then}"


def _plain(value: object) -> str:
    return f"{value:g}" if isinstance(value, (int, float)) else str(value).replace("/", ".")


def _start(folder: Path, deployment: Deployment) -> tuple[Path, str, list[str]]:
    """Return the folder of the code, and the folder in it that imports begin at."""
    deployed = deployment.value("folder")
    if deployed is None or not deployed.resolve().is_relative_to(top_of(folder)):
        return folder, "", []
    here, there = folder.resolve(), deployed.resolve()
    if there != here and there.is_relative_to(here):
        return folder, there.relative_to(here).as_posix(), []
    if there != here and here.is_relative_to(there) and _holds(there, deployment) and not _holds(here, deployment):
        where = deployment.where("folder")
        return deployed, "", [f"`{_relative(there, folder)}` is lifted: `{where}` deploys that folder"]
    return folder, "", []


def _linked(start: Path, root: str) -> Iterator[tuple[str, Path]]:
    """Yield the links where imports begin that lead to a module or a folder of the same repository."""
    base = start / root
    top = next((each for each in (start.resolve(), *folders_above(start)) if (each / ".git").exists()), start.resolve())
    for each in sorted(base.iterdir()) if base.is_dir() else ():
        target = Path(os.path.realpath(each)) if each.is_symlink() else None
        if target is None or not target.is_relative_to(top) or base.resolve().is_relative_to(target):
            continue
        hidden = any(part.startswith(".") or part in SKIPPED_FOLDERS for part in target.relative_to(top).parts)
        if not hidden and (target.is_dir() or (target.is_file() and each.suffix == target.suffix == ".py")):
            yield each.name, target


def _holds(folder: Path, deployment: Deployment) -> bool:
    module = str(deployment.value("handler") or "").replace("/", ".").rpartition(".")[0].replace(".", "/")
    return bool(module) and ((folder / f"{module}.py").is_file() or (folder / module / "__init__.py").is_file())


def _relative(path: Path, folder: Path) -> str:
    return Path(os.path.relpath(path, folder)).as_posix()
