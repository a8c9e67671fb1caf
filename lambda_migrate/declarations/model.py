"""What a file of a project says about a function, and what a reader of one kind of file is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType


_KEY = re.compile(r"""\s*["']?([\w.:-]*[\w.-])["']?\s*:""")
_PLACEHOLDER = re.compile(r"\$\{[^{}]*\}")


class Unreadable(ValueError):
    """A file is not what its name says: the text says where and why."""


@dataclass(frozen=True)
class Declaration:
    """What one file says of one function, or of every function of its folder.

    Attributes:
        line: Where it says so, from 1; 0 where the whole file does.
        key: What the file calls the function; "" where it speaks of all functions of its folder.
        name: Its name as deployed, "" where only the deployment tells.
        folder: The folder that Lambda imports from; None where it does not say.
        handler: As Lambda is configured with, "" where it does not say.
        python: Version, for example ``3.12``, "" where it does not say.
        variables: Environment variables; None for a value that only the deployment knows.
        timeout: Seconds, None where it does not say.
        memory: Megabytes, None where it does not say.
        layers: ARNs of layers; what the project builds itself is in `shared`.
        shared: Folders of code that is deployed with the function's own.
        routes: Keys of its API routes, for example ``ANY /tickets/{proxy+}``.
        requirements: Requirements files that it is built with.
        installs: Requirements that an image's build installs by name, as pip takes them.
        packages: System packages that an image installs.
        command: What an image runs in place of a handler.
        image: Whether it is deployed as a container image.
        architecture: ``x86_64`` or ``arm64``, "" where it does not say.
    """

    line: int = 0
    key: str = ""
    name: str = ""
    folder: Path | None = None
    handler: str = ""
    python: str = ""
    variables: Mapping[str, str | None] = field(default_factory=dict)
    timeout: float | None = None
    memory: int | None = None
    layers: tuple[str, ...] = ()
    shared: tuple[Path, ...] = ()
    routes: tuple[str, ...] = ()
    requirements: tuple[Path, ...] = ()
    installs: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    image: bool = False
    architecture: str = ""


Read = Callable[["Path", str], Iterable[Declaration]]


@dataclass(frozen=True)
class Reader:
    """A reader of one kind of file.

    Attributes:
        name: What people call the file.
        files: Patterns of its names, relative to a folder that is looked at.
        read: Takes the path and the text; raises :class:`Unreadable` for what it cannot read.
    """

    name: str
    files: tuple[str, ...]
    read: Read

    @classmethod
    def of(cls, module: ModuleType) -> Reader:
        """Read a kind from its module.

        Raises:
            TypeError: The module lacks something.
        """
        name, files, read = parts(module, "NAME")
        return cls(name, files, cast("Read", read))


def parts(module: ModuleType, name: str) -> tuple[str, tuple[str, ...], Callable[..., object]]:
    """Return what the module of a reader has: a text, the patterns of its files, and what reads one.

    Args:
        module: The module.
        name: What the text is called there.

    Raises:
        TypeError: It lacks something.
    """
    text, files, read = (getattr(module, each, None) for each in (name, "FILES", "read"))
    if not isinstance(text, str) or not isinstance(files, tuple) or not callable(read):
        msg = f"{module.__name__} needs {name}, FILES and read"
        raise TypeError(msg)
    return text, files, read


def python_of(runtime: object) -> str:
    """Return the version of Python that a runtime has, `3.12` of ``python3.12``; "" for any other."""
    match = re.fullmatch(r"python(3\.\d{1,2})", str(runtime))
    return match[1] if match else ""


def number(value: object) -> float | None:
    """Return a finite number that a file gives as such or as text; None for anything else."""
    try:
        given = None if isinstance(value, (bool, type(None))) else float(str(value))
    except ValueError:
        return None
    return given if given is not None and isfinite(given) else None


def whole(value: object) -> int | None:
    """Return a whole number, as :func:`number`."""
    given = number(value)
    return int(given) if given is not None else None


def line_of(text: str, pattern: str) -> int:
    """Return the first line, from 1, in which a pattern is found; 0 where it is not."""
    match = re.search(pattern, text, re.MULTILINE)
    return text.count("\n", 0, match.start()) + 1 if match else 0


def lines_of_keys(text: str) -> dict[str, int]:
    """Return the line, from 1, of each key that begins a line; of one that comes again, the first."""
    lines: dict[str, int] = {}
    for number, line in enumerate(text.split("\n"), 1):
        if match := _KEY.match(line):
            lines.setdefault(match[1], number)
    return lines


def layer_arn(told: str | None, written: object) -> str:
    """Return a layer's ARN; what only the deployment knows of it, such as the region, is ``*``.

    Args:
        told: What the value is, None where it is not known in full.
        written: The text with its placeholders, ``${AWS::Region}``; anything else tells nothing.
    """
    text = told if told is not None else _PLACEHOLDER.sub("*", written) if isinstance(written, str) else ""
    return text if text.startswith("arn:") and ":layer:" in text else ""


def mapping(value: object) -> dict[str, object]:
    """Return a mapping with text for its keys; empty for anything else."""
    return {str(key): each for key, each in value.items()} if isinstance(value, dict) else {}


def sequence(value: object) -> list[object]:
    """Return a list; empty for anything else."""
    return value if isinstance(value, list) else []
