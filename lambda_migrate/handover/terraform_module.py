"""A Terraform module as a handover reads it: which blocks lead to the function, and which of them a flip is about."""

from __future__ import annotations

import json
import posixpath
import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from lambda_migrate.declarations import hcl
from lambda_migrate.declarations.hcl_names import Names
from lambda_migrate.declarations.model import Unreadable, mapping, sequence
from lambda_migrate.handover import rest_names
from lambda_migrate.handover.model import Reference
from lambda_migrate.handover.naming import may_come_to
from lambda_migrate.handover.states.resources import type_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from lambda_migrate.declarations.hcl import Block
    from lambda_migrate.handover.model import Terraform

STATE = "terraform.tfstate"
REST = "aws_api_gateway_integration"
SUFFIXES = (".tf", ".tofu")
MODULE = "terraform-aws-modules/lambda/aws"
_ALIKE = (
    *("rule", "topic_arn", "group_name", "name", "uuid", "target_id", "event_source_arn"),
    *("bucket", "log_group_name", "stage_name", "http_method", "alarm_name", "rule_set_name", "route_key"),
)
"""Attributes that name a thing the same in the code and in AWS, but for the ARN around the name."""


@dataclass(frozen=True)
class Placed:
    """A block, and the file that it stands in."""

    path: str
    block: Block

    @property
    def address(self) -> str:
        """Its address in Terraform, for a person."""
        return ".".join((() if self.block.kind == "resource" else (self.block.kind,)) + self.block.labels)

    @property
    def where(self) -> str:
        """The file and the line."""
        return f"{self.path}:{self.block.line}"


class Module:
    """The ``*.tf`` files of one folder.

    Args:
        files: Path → text.
        state: The text of the folder's state, "" without one.
        function: The function's name.

    Raises:
        Unreadable: The brackets of a file do not match.
    """

    def __init__(self, files: Mapping[str, str], state: str, function: str) -> None:
        self.files = files
        self.name = function
        self.placed = [Placed(path, block) for path in sorted(files) for block in _blocks(path, files[path])]
        folder = Path(next(iter(files), ".")).parent
        self.names = Names((each.block for each in self.placed), folder, resources=True)
        self.state = dict(_addresses(state))
        self.function = self._function()
        self.invoked = self._invoked()

    def _function(self) -> Placed | None:
        """Return the function's own block: by its name in code or state, or the only one where neither tells."""
        own = [each for each in self.placed if _is_function(each.block)]
        named = [(self._name(each), each) for each in own]
        same = [each for name, each in named if name == self.name]
        unknown = [each for name, each in named if name is None]
        if len(same) == 1:
            return same[0]
        alone = not same and len(unknown) == len(own) == 1
        return unknown[0] if alone and self._may_be(unknown[0]) else None

    def _may_be(self, placed: Placed) -> bool:
        """Return whether a name that only applying tells may be the function's."""
        given = placed.block.values.get("function_name")
        return not isinstance(given, hcl.Expression) or may_come_to(given.text.strip('"'), self.name)

    def _name(self, placed: Placed) -> str | None:
        """Return the name of a function: as the state has it, else as the code says; None where neither tells."""
        made = [str(each["function_name"]) for each in self.state.get(placed.address, ()) if each.get("function_name")]
        if made:
            return self.name if self.name in made else made[0]
        return self.names.text(placed.block.values.get("function_name"))

    def _invoked(self) -> re.Pattern[str]:
        """Return what an expression looks like that leads to the function."""
        named = rf"(?:function:{re.escape(self.name)}(?::[\w$-]+)?\"|^\"{re.escape(self.name)}(?::[\w$-]+)?\"$)"
        if self.function is None:
            return re.compile(named)
        label = re.escape(self.function.block.labels[-1])
        if self.function.block.kind == "module":
            reference = rf"module\.{label}(?:\[[^\]]*\])?\.lambda_function_\w+"
        else:
            attributes = "arn|invoke_arn|function_name|qualified_arn|qualified_invoke_arn|id"
            reference = rf"(?<![\w.])aws_lambda_function\.{label}(?:\[[^\]]*\])?\.(?:{attributes})\b"
        return re.compile(f"{reference}|{named}")

    def of_type(self, kind: str) -> list[Placed]:
        """Return the resources of a type."""
        return [each for each in self.placed if each.block.kind == "resource" and _type(each.block) == kind]

    def places(
        self, placed: Placed, path: tuple[str, ...], beside: Mapping[str, str] | None = None
    ) -> list[tuple[int, int]]:
        """Return where the expressions of an attribute stand: one for each nested block that has it.

        Args:
            placed: The block.
            path: The names of nested blocks, and the attribute's.
            beside: What else has to be said there, where it is said at all: ``{"id": "jobs"}``.
        """
        blocks = [placed.block]
        for name in path[:-1]:
            blocks = [inner for block in blocks for inner in block.blocks if inner.kind == name]
        fitting = (each for each in blocks if not self._says_else(each, beside or {}))
        return [each.spans[path[-1]] for each in fitting if path[-1] in each.spans]

    def _says_else(self, block: Block, beside: Mapping[str, str]) -> bool:
        said = {name: self.names.text(block.values.get(name)) for name in beside}
        return any(said[name] not in (None, value) for name, value in beside.items())

    def written(self, placed: Placed, path: tuple[str, ...]) -> tuple[int, int] | None:
        """Return where the expression of an attribute stands, the first of several; None without it."""
        return next(iter(self.places(placed, path)), None)

    def text(self, placed: Placed, path: tuple[str, ...]) -> str:
        """Return an expression as it is written; "" without it."""
        span = self.written(placed, path)
        return self.files[placed.path][slice(*span)] if span else ""

    def matching(self, mine: Terraform, source: str = "") -> list[Placed]:
        """Return the blocks that may be the thing in AWS: the one that the state names, else those that can be it.

        Args:
            mine: The thing.
            source: The name of what triggers, "" where it has none.
        """
        blocks = self.of_type(mine.type)
        by_state = [each for each in blocks if self._in_state(each, mine)]
        return by_state or [
            each for each in blocks if not self._differs(each, {**mine.identity, "event_source_arn": source})
        ]

    def surely(self, placed: Placed, mine: Terraform, source: str) -> bool:
        """Return whether a block is the thing by the state, or by a name that the code writes out."""
        names = [name for name in _ALIKE if name in mine.identity or (source and name == "event_source_arn")]
        return self._in_state(placed, mine) or any(self.named(placed, name) is not None for name in names)

    def several(self, placed: Placed) -> bool:
        """Return whether a block may make more than one thing, so that what it says is said of others too."""
        by_key = "for_each" in placed.block.values or "count" in placed.block.values
        return by_key and len(self.state.get(placed.address, ())) != 1

    def _in_state(self, placed: Placed, mine: Terraform) -> bool:
        known = self.state.get(placed.address, [])
        return any(all(str(each.get(name)) == value for name, value in mine.identity.items()) for each in known)

    def _differs(self, placed: Placed, names: Mapping[str, str]) -> bool:
        """Return whether the code gives a block another name than the thing has."""
        if placed.address in self.state:
            return True
        for name in _ALIKE:
            wanted = names.get(name)
            said = self.named(placed, name) if wanted else None
            if said is not None and wanted and not _same(said, wanted):
                return True
        if placed.block.labels[:1] == (REST,):
            method = rest_names.in_terraform(self.names, placed.block.values)
            return method is not None and method != names["event_source_arn"]
        return False

    def named(self, placed: Placed, attribute: str) -> str | None:
        """Return what an attribute comes to, the name of a resource in place of its id or ARN; None where unknown."""
        value = placed.block.values.get(attribute)
        told = self.names.text(value)
        written = value.text if isinstance(value, hcl.Expression) else ""
        match = re.fullmatch(r"(\w+\.[\w-]+)(?:\[[^\]]*\])?\.(?:arn|id)", written)
        if told is not None or match is None:
            return told
        given = (self.names.text(self.names.known.get(f"{match[1]}.{name}")) for name in ("name", "bucket"))
        return next((each for each in given if each is not None), None)


def modules(files: Mapping[str, str], function: str, unread: list[str]) -> Iterator[tuple[str, Module]]:
    """Yield each folder with ``*.tf`` files, and its module; nothing is run.

    Args:
        files: Path → text, states among them.
        function: The function's name.
        unread: Gets a line for each folder with a file that cannot be read; the folder is left out.
    """
    folders: dict[str, dict[str, str]] = {}
    for path, text in files.items():
        shadowed = f"{path.removesuffix('.tf')}.tofu" in files  # which OpenTofu reads in its place
        if path.endswith(SUFFIXES) and not shadowed:
            folders.setdefault(PurePosixPath(path).parent.as_posix(), {})[path] = text
    for folder, own in sorted(folders.items()):
        try:
            yield folder, Module(own, files.get((PurePosixPath(folder) / STATE).as_posix(), ""), function)
        except Unreadable as error:
            unread.append(str(error))


def callers(read: Iterable[tuple[str, Module]], folder: str) -> list[str]:
    """Return the places of the blocks that call a folder as a module.

    Args:
        read: Folders, and their modules.
        folder: The one that may be called.
    """
    return [
        each.where
        for place, module in read
        for each in module.placed
        if each.block.kind == "module" and _calls(place, each.block.values.get("source"), folder)
    ]


def _calls(place: str, source: object, folder: str) -> bool:
    local = isinstance(source, str) and source.startswith(".")
    return local and posixpath.normpath(posixpath.join(place, str(source))) == folder


def _blocks(path: str, text: str) -> list[Block]:
    try:
        return hcl.parse(text)
    except Unreadable as error:
        raise Unreadable(f"`{path}` cannot be read: {error}") from error


def leaves(attributes: Mapping[str, Any], above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield each attribute that a flip decides, with the names of the blocks that it is nested in."""
    for name, value in attributes.items():
        if isinstance(value, dict):
            yield from leaves(value, (*above, name))
        else:
            yield (*above, name), value


def beside(attributes: Mapping[str, Any], path: tuple[str, ...]) -> dict[str, str]:
    """Return what is decided in the same block as an attribute, literally."""
    for name in path[:-1]:
        attributes = attributes[name]
    return {name: each for name, each in attributes.items() if name != path[-1] and isinstance(each, str)}


def goal(mine: Terraform) -> tuple[tuple[str, ...], Any] | None:
    """Return the attribute that says where a flip leads, and its value; None where nothing does."""
    decided = list(leaves(mine.attributes))
    leading = [each for each in decided if isinstance(each[1], Reference)]
    return (leading or decided)[0] if len(leading) == 1 or len(decided) == 1 else None


def _type(block: Block) -> str:
    return type_of(next(iter(block.labels), ""))


def _is_function(block: Block) -> bool:
    if block.kind == "module":
        return MODULE in str(block.values.get("source", ""))
    return block.kind == "resource" and block.labels[:1] == ("aws_lambda_function",)


def _same(said: str, wanted: str) -> bool:
    """Return whether two names mean one thing, where one of them may be an ARN."""
    return said == wanted or wanted.endswith((f":{said}", f"/{said}")) or said.endswith((f":{wanted}", f"/{wanted}"))


def _addresses(state: str) -> Iterator[tuple[str, list[dict[str, object]]]]:
    """Yield what a state of version 4 knows of each resource of its root module."""
    try:
        document = mapping(json.loads(state or "{}"))
    except (ValueError, RecursionError):
        return
    for each in map(mapping, sequence(document.get("resources"))):
        if each.get("mode") == "managed" and "module" not in each:
            known = [mapping(mapping(one).get("attributes")) for one in sequence(each.get("instances"))]
            yield f"{each.get('type')}.{each.get('name')}", known
