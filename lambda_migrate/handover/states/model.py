"""What a file says that a tool has made, and what a reader of one kind of file is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from lambda_migrate.declarations.model import parts

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

FUNCTION, ALIAS = "function", "alias"


@dataclass(frozen=True)
class Managed:
    """One thing that a tool has made.

    Attributes:
        address: What the tool calls it: ``aws_lambda_function.orders``, a URN.
        kind: ``function``, ``alias``, the kind of trigger that it is; "" for any kind, where the id is unlike others.
        id: As AWS or CloudFormation calls it: an ARN, a UUID, a name.
        by_name: Whether that is only a name that the code writes; what AWS made of it is not known.
    """

    address: str
    kind: str
    id: str
    by_name: bool = False


Read = Callable[["Path", str], Iterable[Managed]]


@dataclass(frozen=True)
class StateReader:
    """A reader of one kind of file.

    Attributes:
        tool: Whose file it is.
        files: Patterns of its names, relative to a folder that is looked at.
        locks: Patterns, likewise, of files that are there while the tool is at work.
        read: Takes the path and the text; raises ``ValueError`` for what it cannot read.
        lineage: Takes the text, and returns what a file has in common with its copies; "" where nothing tells.
    """

    tool: str
    files: tuple[str, ...]
    locks: tuple[str, ...]
    read: Read
    lineage: Callable[[str], str]

    @classmethod
    def of(cls, module: ModuleType) -> StateReader:
        """Read a kind from its module.

        Raises:
            TypeError: The module lacks something.
        """
        tool, files, read = parts(module, "TOOL")
        lineage = getattr(module, "lineage", _unsaid)
        return cls(tool, files, getattr(module, "LOCKS", ()), cast("Read", read), lineage)


def _unsaid(_text: str) -> str:
    return ""


def dictionaries(value: Any) -> list[dict[str, Any]]:
    """Return the mappings of a list; none for anything else."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def dictionary(value: Any) -> dict[str, Any]:
    """Return a mapping; an empty one for anything else."""
    return value if isinstance(value, dict) else {}
