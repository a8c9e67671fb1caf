"""What names stand for in the files of one Terraform module: variables' defaults, locals, attributes of resources."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lambda_migrate.declarations.hcl import Expression

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from lambda_migrate.declarations.hcl import Block, Value

_REFERENCE = re.compile(r"\$\{([^}]+)\}|^([a-z][\w.-]*(?:\[[^\]]*\])?[\w.]*)$")
DEEPEST = 5


class Names:
    """The names of a module.

    Args:
        blocks: Of all of its files.
        folder: Where they are.
        resources: Whether attributes of resources count: ``aws_sqs_queue.jobs.name``.
    """

    def __init__(self, blocks: Iterable[Block], folder: Path, *, resources: bool = False) -> None:
        self.folder = folder
        self.known: dict[str, Value] = {}
        for block in blocks:
            if block.kind == "variable" and block.labels and "default" in block.values:
                self.known[f"var.{block.labels[0]}"] = block.values["default"]
            elif block.kind == "locals":
                self.known |= {f"local.{name}": value for name, value in block.values.items()}
            elif resources and block.kind in ("resource", "data"):
                address = ".".join((("data",) if block.kind == "data" else ()) + block.labels)
                self.known |= {f"{address}.{name}": value for name, value in block.values.items()}

    def text(self, value: Value, depth: int = DEEPEST) -> str | None:
        """Return what a value is, with the defaults of variables; None where only applying tells."""
        if isinstance(value, bool):
            return str(value).lower()
        if isinstance(value, float):
            return f"{value:g}"
        if isinstance(value, str):
            return value
        if not isinstance(value, Expression) or not depth:
            return None
        written = value.text.removeprefix('"').removesuffix('"')
        unknown = False

        def told(match: re.Match[str]) -> str:
            nonlocal unknown
            name = (match[1] or match[2]).strip()
            given = str(self.folder) if name in ("path.module", "path.root") else None
            inner = self.text(self.known.get(name), depth - 1) if given is None else given
            unknown = unknown or inner is None
            return inner or ""

        filled = _REFERENCE.sub(told, written)
        return None if unknown or not _REFERENCE.search(written) else filled
