"""What names stand for in the files of one Terraform module: variables' defaults, locals, attributes of resources."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING

from lambda_migrate.declarations.hcl import Expression, arguments

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from lambda_migrate.declarations.hcl import Block, Value

_REFERENCE = re.compile(r"\$\{([^}]+)\}|^([a-z][\w.-]*(?:\[[^\]]*\])?[\w.]*)$")
DEEPEST = 5
MOST = 200_000
"""Names that are looked up in a module at most, a hundred characters of text for one: each may stand for many more."""
UNKNOWN = Expression("")
"""What only applying tells."""


class Names:
    """The names of a module.

    Args:
        blocks: Of all of its files.
        folder: Where they are.
        resources: Whether attributes of resources count: ``aws_sqs_queue.jobs.name``.
        given: Values of variables, from whoever calls the module or from a file of values.
    """

    def __init__(
        self,
        blocks: Iterable[Block],
        folder: Path,
        *,
        resources: bool = False,
        given: Mapping[str, Value] = MappingProxyType({}),
    ) -> None:
        self.folder = folder
        self.left = MOST
        self.known: dict[str, Value] = {}
        for block in blocks:
            if block.kind == "variable" and block.labels:
                name = block.labels[0]
                value = given.get(name, block.values.get("default"))
                self.known |= {f"var.{name}": value} if value is not None and not block.values.get("sensitive") else {}
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
        if "%{" in written:
            return None
        unknown = False

        def told(match: re.Match[str]) -> str:
            nonlocal unknown
            if self.left <= 0:
                unknown = True
                return ""
            name = (match[1] or match[2]).strip()
            given = str(self.folder) if name in ("path.module", "path.root") else None
            inner = self.text(self._at(name, depth), depth - 1) if given is None else given
            unknown = unknown or inner is None
            self.left -= 1 + len(inner or "") // 100
            return inner or ""

        filled = _REFERENCE.sub(told, written)
        return None if unknown or not _REFERENCE.search(written) else filled

    def _at(self, name: str, depth: int = DEEPEST) -> Value:
        """Return what a name stands for; ``var.settings.memory`` is looked up in ``var.settings``."""
        if name in self.known:
            return self.known[name]
        first, dot, last = name.rpartition(".")
        held = self.resolved(self._at(first, depth), depth - 1) if depth and dot and "." in first else None
        return held.get(last) if isinstance(held, dict) else None

    def resolved(self, value: Value, depth: int = DEEPEST) -> Value:
        """Return a value with every name in it looked up and ``merge`` put together; what is not known is `UNKNOWN`."""
        self.left -= 1
        if self.left <= 0:
            return UNKNOWN
        if isinstance(value, list):
            return [self.resolved(each, depth - 1) for each in value]
        if isinstance(value, dict):
            return {name: self.resolved(each, depth - 1) for name, each in value.items()}
        if not isinstance(value, Expression) or not depth:
            return UNKNOWN if isinstance(value, Expression) else value
        if value.text.startswith("merge("):
            self.left -= len(value.text) // 10
            parts = (self.resolved(each, depth - 1) for each in arguments(value, "merge"))
            return {name: each for part in parts if isinstance(part, dict) for name, each in part.items()}
        held = self._at(value.text, depth)
        told = self.text(value, depth) if held is None else None
        return self.resolved(held, depth - 1) if held is not None else UNKNOWN if told is None else told

    def named(self, value: Value) -> Value:
        """Return what a plain name stands for, as it is written there; any other value as it is."""
        for _ in range(DEEPEST):
            held = self._at(value.text) if isinstance(value, Expression) else None
            if held is None:
                return value
            value = held
        return value
