"""Code of Terraform and OpenTofu: the names that it writes out, for where the state is kept elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.declarations import hcl
from lambda_migrate.declarations.terraform import read as declared
from lambda_migrate.handover.states.model import FUNCTION, Managed
from lambda_migrate.handover.states.resources import RESOURCES, type_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TOOL = "terraform"
FILES = ("*.tf", "*.tofu")


def read(path: Path, text: str) -> Iterator[Managed]:
    """Yield what the code names; what only applying tells is not known.

    Raises:
        ValueError: Its brackets do not match.
    """
    for each in declared(path, text):
        if each.name:
            yield Managed(f"aws_lambda_function.{each.key}", FUNCTION, each.name, by_name=True)
    for block in hcl.parse(text):
        resource = RESOURCES.get(type_of(block.labels[0])) if block.kind == "resource" and block.labels else None
        if resource is None or not resource.name or resource.kind == FUNCTION:
            continue
        name = block.values.get(resource.name)
        if isinstance(name, str) and name:
            yield Managed(".".join(block.labels[:2]), resource.kind, name, by_name=True)
