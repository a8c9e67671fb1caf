"""How the code asks for an environment variable."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Asked:
    """How the code asks for a variable.

    Attributes:
        needed: Whether it fails without it.
        default: Whether it has a default of its own.
        kind: What it makes of the text: ``text``, ``int``, ``float``, ``bool``, ``url``, ``json``, ``list``, or
            ``=VALUE`` where only some values will do.
    """

    needed: bool = False
    default: bool = False
    kind: str = "text"

    def also(self, other: Asked) -> Asked:
        """Return what two places that ask for the same variable come to."""
        kind = self.kind if self.kind != "text" else other.kind
        return Asked(self.needed or other.needed, self.default and other.default, kind)
