"""What the files of the old project declare, collected while they are read."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lambda_migrate.scaffold.declared.requirement import is_path, shown
from lambda_migrate.scaffold.distributions import normalised

if TYPE_CHECKING:
    from lambda_migrate.scaffold.declared.requirement import Requirement

_ITSELF = re.compile(r"\./?(\[[^\]]*\])?")
"""The project whose requirements these are: its code is what is lifted."""
_PATH_OF_ONE = re.compile(r"@\s*(file:|\.{1,2}/|\{root:uri\})")


@dataclass
class Declarations:
    """What was read so far.

    Attributes:
        required: What has to be installed, in the order in which it was found.
        pins: Versions that lock files and constraints choose for what is required anyway: name → requirement.
        notes: What cannot be carried over, one line each.
        optional: What groups require that are installed where they are asked for: group → requirements.
        lifted: Distributions whose code is lifted, and ``/folder`` for their folders: their paths need no word.
    """

    required: list[Requirement] = field(default_factory=list)
    pins: dict[str, Requirement] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    optional: dict[str, list[Requirement]] = field(default_factory=dict)
    lifted: frozenset[str] = frozenset()

    def local(self, what: str, file: str) -> None:
        """Note a requirement that only the old project's folder has."""
        written = re.split(r"[\s\[@;<>=~!]", what.replace("\\", "/"))[0].rstrip("/")
        name = normalised(written.rpartition("/")[2])
        if {name, f"/{name}"} & self.lifted:
            return
        self.notes.append(f"`{shown(what)}` of `{file}` is a path of the old project; lift its code too, or publish it")

    def unread(self, what: str, file: str) -> None:
        """Note a line that is not a requirement, or one of a path."""
        if _ITSELF.fullmatch(what):
            return
        if is_path(what) or _PATH_OF_ONE.search(what):
            self.local(what, file)
        else:
            self.notes.append(f"`{ascii(shown(what))[1:-1]}` of `{file}` is not a valid requirement; add what it means")
