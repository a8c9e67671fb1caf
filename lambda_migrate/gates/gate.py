"""What a gate is: a module that says its name, when it can be accepted, who asks it, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from lambda_migrate.engine.blocker import Blocker

if TYPE_CHECKING:
    from types import ModuleType


class GateModule(Protocol):
    """A module of this room.

    ``NAME`` is the file's name with hyphens. ``ACCEPTABLE`` says whether `accept:` in migration.yaml opens the gate,
    ``ACCEPTANCE`` when that is right, or why nobody can. ``ASKED`` lists the commands that ask it before they change
    something. A gate whose name goes on after a colon, as in ``trigger:s3``, says in ``SUBJECT`` what follows there.
    """

    @property
    def NAME(self) -> str: ...  # noqa: D102, N802  # a constant of the module

    @property
    def ACCEPTABLE(self) -> bool: ...  # noqa: D102, N802  # as above

    @property
    def ACCEPTANCE(self) -> str: ...  # noqa: D102, N802  # as above

    @property
    def ASKED(self) -> tuple[str, ...]: ...  # noqa: D102, N802  # as above


@dataclass(frozen=True, slots=True)
class Gate:
    """One reason why something must not happen yet.

    Attributes:
        name: The name that ``accept:`` in migration.yaml takes, for example ``snap-start``.
        acceptable: Whether it takes it.
        acceptance: When it is right to accept it, or why nobody can; one sentence.
        asked: The commands that ask it, as they are typed.
        subject: What follows the name after a colon, for example ``kind``; "" where nothing does.
        documentation: What it is, why it matters, what to do; Markdown.
    """

    name: str
    acceptable: bool
    acceptance: str
    asked: tuple[str, ...]
    subject: str
    documentation: str

    @classmethod
    def of(cls, module: ModuleType) -> Gate:
        """Read a gate from its module.

        Raises:
            TypeError: The module lacks something, or its file has another name than the gate.
        """
        documentation = (module.__doc__ or "").strip()
        headings = [line for line in documentation.splitlines() if line.startswith("## ")]
        file = module.__name__.rpartition(".")[2]
        if file.replace("_", "-") != module.NAME or headings != ["## Why it matters", "## What to do"]:
            raise TypeError(f"{module.__name__} is not a gate: see the others of this room")
        return cls(
            name=module.NAME,
            acceptable=module.ACCEPTABLE,
            acceptance=module.ACCEPTANCE,
            asked=module.ASKED,
            subject=getattr(module, "SUBJECT", ""),
            documentation=documentation,
        )

    @property
    def title(self) -> str:
        """The first line of the documentation."""
        return self.documentation.partition("\n")[0]

    @property
    def written(self) -> str:
        """The name as one writes it: ``snap-start``, ``trigger:<kind>``."""
        return f"{self.name}:<{self.subject}>" if self.subject else self.name


def closed(gate: GateModule, text: str, subject: str = "", *, of: str = "", acceptable: bool | None = None) -> Blocker:
    """Return the blocker of a gate that says no.

    Args:
        gate: The gate's module.
        text: What is wrong and what to do, one line.
        subject: The thing that is in the way, by the name that people give it.
        of: What follows the gate's name after a colon.
        acceptable: Whether it can be accepted here; default: as the gate says.
    """
    name = f"{gate.NAME}:{of}" if of else gate.NAME
    return Blocker(name, text, subject, gate.ACCEPTABLE if acceptable is None else acceptable)
