"""Functions in Terraform and OpenTofu: the resource ``aws_lambda_function`` and modules around it.

A module of the same repository is followed with what it is called with; of those from elsewhere, what most of them call
by the same names is read.

https://github.com/hashicorp/terraform-provider-aws/blob/main/website/docs/r/lambda_function.html.markdown
https://github.com/terraform-aws-modules/terraform-aws-lambda
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from lambda_migrate.declarations import hcl
from lambda_migrate.declarations.hcl import Expression
from lambda_migrate.declarations.hcl_names import UNKNOWN, Names
from lambda_migrate.declarations.model import Declaration, layer_arn, number, python_of, whole
from lambda_migrate.file_names import slashed
from lambda_migrate.regular_file import read_regular
from lambda_migrate.text_encoding import decoded

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from lambda_migrate.declarations.hcl import Block, Value

NAME = "Terraform"
FILES = ("*.tf", "*.tofu")
MODULE = "terraform-aws-modules/lambda/aws"
VALUES = ("terraform.tfvars", "*.auto.tfvars")
"""Files whose values are taken without being named ("Assigning values to variables", Terraform)."""
TIMEOUT, MEMORY = 3.0, 128.0
"""Seconds and megabytes, where neither the resource nor that module says more."""
LONGEST = 1 << 20
DEEPEST = 3


def read(path: Path, text: str) -> Iterator[Declaration]:
    """Yield every Lambda function of a file; what its neighbours define is looked up in them.

    Raises:
        Unreadable: Its brackets do not match.
    """
    blocks = list(_parsed(text))
    if any(_is_function(each) or _local(each) for each in blocks):
        given = _values(path.parent)
        folder = _Folder(path.parent.resolve(), given, dict.fromkeys(given, UNKNOWN))
        for block in blocks:
            yield from folder.functions(block)


@lru_cache(maxsize=256)
def _parsed(text: str) -> tuple[Block, ...]:
    return tuple(hcl.parse(text))


def _values(folder: Path) -> dict[str, Value]:
    given: dict[str, Value] = {}
    for pattern in VALUES:
        for path in sorted(folder.glob(pattern)):
            try:
                given |= hcl.values(decoded(read_regular(path, LONGEST)))
            except (ValueError, OSError):
                continue  # Terraform would refuse it: what it says is unknown, the rest is not
    return given


def _is_function(block: Block) -> bool:
    if block.kind == "module" and block.labels:
        elsewhere = not _local(block) and str(block.values.get("runtime", "")).startswith("python")
        return "handler" in block.values and (MODULE in str(block.values.get("source", "")) or elsewhere)
    return block.kind == "resource" and block.labels[:-1] == ("aws_lambda_function",)


def _local(block: Block) -> str:
    """Return the folder that a block takes its module from, "" where that is elsewhere."""
    source = block.values.get("source") if block.kind == "module" and block.labels else None
    return slashed(source) if isinstance(source, str) and source.startswith((".", "..")) else ""


class _Folder:
    """A folder of ``*.tf`` files, which are one module.

    Args:
        folder: The folder.
        given: Values of its variables.
        shown: The same, but for those of files of values: these are often kept out of repositories, and may be secret.
        callers: The folders of the modules that call it, one from inside the other.
    """

    def __init__(
        self, folder: Path, given: Mapping[str, Value], shown: Mapping[str, Value], callers: tuple[Path, ...] = ()
    ) -> None:
        self.folder = folder
        self.called_by = (*callers, folder)
        self.blocks: list[Block] = []
        for path in sorted(each for pattern in FILES for each in folder.glob(pattern)):
            try:
                self.blocks += _parsed(decoded(read_regular(path, LONGEST)))
            except (ValueError, OSError):
                continue  # its own turn comes, and its own line in the report
        self.names = Names(self.blocks, folder, given=given)
        self.shown = Names(self.blocks, folder, given=shown)
        self.text = self.names.text

    def functions(self, block: Block) -> Iterator[Declaration]:
        """Yield the functions that a block makes: one, one for each entry of a map, or those of a module."""
        if _local(block):
            yield from self._of_module(block)
        elif _is_function(block):
            several = self.names.resolved(block.values.get("for_each"))
            if not isinstance(several, dict):
                yield self.function(block)
            for key, value in several.items() if isinstance(several, dict) else ():
                self.names.known |= {"each.key": key, "each.value": value}
                self.shown.known |= {"each.key": key, "each.value": self._entry(block, key)}
                yield replace(self.function(block), key=key)

    def _entry(self, block: Block, key: str) -> Value:
        several = self.shown.resolved(block.values.get("for_each"))
        return several.get(key) if isinstance(several, dict) else UNKNOWN

    def _of_module(self, block: Block) -> Iterator[Declaration]:
        place = (self.folder / _local(block)).resolve()
        top = next((each for each in (self.folder, *self.folder.parents) if (each / ".git").exists()), self.folder)
        if len(self.called_by) > DEEPEST or place in self.called_by or not place.is_relative_to(top):
            return
        given, shown = (
            {name: names.resolved(value) for name, value in block.values.items()} for names in (self.names, self.shown)
        )
        inner = _Folder(place, given, shown, self.called_by)
        made = [each for one in inner.blocks for each in inner.functions(one)]
        for each in made:
            key = block.labels[-1] if len(made) == 1 else f"{block.labels[-1]}.{each.key}"
            yield replace(each, key=key, line=block.line)

    def function(self, block: Block) -> Declaration:
        """Return what a block says of its function."""
        values = block.values
        plain = block.kind == "resource" or MODULE in str(values.get("source", ""))
        environment = block.inner("environment")
        variables = environment.values.get("variables") if environment else values.get("environment_variables")
        timeout = values.get("timeout", TIMEOUT if plain else None)
        return Declaration(
            line=block.line,
            key=block.labels[-1],
            name=self.text(values.get("function_name")) or "",
            folder=self._source(values.get("source_path", values.get("filename"))),
            handler=self.text(values.get("handler")) or "",
            python=python_of(self.text(values.get("runtime"))),
            variables=self._variables(variables),
            timeout=number(self.text(timeout)),  # None where only applying tells
            memory=whole(self.text(values.get("memory_size", MEMORY if plain else None))),
            layers=tuple(arn for each in self._list(values.get("layers")) if (arn := self._arn(each))),
            shared=tuple(self._layers(values.get("layers"))),
            routes=tuple(self._routes()),
            command=tuple(self._command(block)),
            image=self.text(values.get("package_type")) == "Image" or "image_uri" in values,
            architecture=next((self.text(each) or "" for each in self._list(values.get("architectures"))), ""),
        )

    def _source(self, value: Value) -> Path | None:
        """Return the folder that a package is made from: named, or zipped by ``archive_file``."""
        value = self.names.named(value)
        if isinstance(value, list):
            value = value[0] if value else None
        if isinstance(value, dict):
            value = value.get("path")
        archive = re.match(r"data\.archive_file\.([\w-]+)\.", value.text) if isinstance(value, Expression) else None
        if archive:
            blocks = (each for each in self.blocks if each.labels == ("archive_file", archive[1]))
            given = next((each.values for each in blocks), {})
            value = given.get("source_dir", given.get("source_file"))
        written = self.text(value)
        place = self.folder / slashed(written) if written else None
        if place is None or place.suffix == ".zip":
            return None
        place = place.parent if place.suffix == ".py" else place
        return place if place.is_dir() else None

    def _arn(self, value: Value) -> str:
        return layer_arn(self.text(value), value.text.strip('"') if isinstance(value, Expression) else None)

    def _layers(self, value: Value) -> Iterator[Path]:
        """Yield the folders of layers that the same files make."""
        for each in self._list(value):
            made = (
                re.match(r"(?:aws_lambda_layer_version|module)\.([\w-]+)\.", each.text)
                if isinstance(each, Expression)
                else None
            )
            for block in self.blocks if made else ():
                if made and block.labels[-1:] == (made[1],) and block.kind in ("resource", "module"):
                    place = self._source(block.values.get("source_path", block.values.get("filename")))
                    yield from [place] if place else []

    def _routes(self) -> Iterator[str]:
        """Yield the routes of HTTP APIs, where there is only one function that they can lead to."""
        if sum(1 for each in self.blocks if _is_function(each)) == 1:
            for block in self.blocks:
                if block.labels[:1] == ("aws_apigatewayv2_route",):
                    yield self.text(block.values.get("route_key")) or "$default"

    def _command(self, block: Block) -> Iterator[str]:
        configured = block.inner("image_config")
        for each in self._list(
            configured.values.get("command") if configured else block.values.get("image_config_command")
        ):
            yield self.text(each) or ""

    def _variables(self, value: Value) -> dict[str, str | None]:
        """Return the environment: the names that are known, and the values that may stand in a repository."""
        named, shown = self.names.resolved(value), self.shown.resolved(value)
        values = shown if isinstance(shown, dict) else {}
        return {name: self.text(values.get(name, UNKNOWN)) for name in named} if isinstance(named, dict) else {}

    def _list(self, value: Value) -> list[Value]:
        named = self.names.named(value)
        return named if isinstance(named, list) else []
