"""Terraform's language, as far as a handover writes it: literals, blocks, references to the alias."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from lambda_migrate.handover.model import Reference

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from lambda_migrate.handover.model import Flip


def snippet(things: Iterable[Flip], alias: str, known: Mapping[str, str] | None = None) -> str:
    """Return import blocks and resources for what the migration made, and what to change of what was there.

    Args:
        things: The flips.
        alias: The name of the alias' resource in the code.
        known: Expressions for texts that the code has a name for.
    """
    return "\n\n".join("\n".join(_written(each, alias, known or {})) for each in things if each.terraform)


def _written(flip: Flip, alias: str, known: Mapping[str, str]) -> Iterator[str]:
    mine = flip.terraform
    if mine is None:
        return
    yield f"# {one_line(flip.what)}"
    if flip.made and mine.import_id:
        yield "import {"
        yield f"  to = {mine.type}.{flip.name}"
        yield f"  id = {literal(mine.import_id)}"
        yield "}"
        yield ""
    if not flip.made:
        yield f"# in the resource {mine.type} whose id is {one_line(mine.import_id)}:"
    if flip.made:
        yield f'resource "{mine.type}" "{flip.name}" {{'
    yield from _attributes(mine.attributes, alias, "  ", known)
    if mine.ignored:
        yield "  lifecycle {"
        yield f"    ignore_changes = [{', '.join(mine.ignored)}]"
        yield "  }"
    if flip.made:
        yield "}"


def _attributes(attributes: Mapping[str, Any], alias: str, indent: str, known: Mapping[str, str]) -> Iterator[str]:
    width = max((len(name) for name, value in attributes.items() if not isinstance(value, dict)), default=0)
    for name, value in attributes.items():
        if isinstance(value, dict):
            yield f"{indent}{name} {{"
            yield from _attributes(value, alias, f"{indent}  ", known)
            yield f"{indent}}}"
        elif isinstance(value, str) and name == "function_name" and value in known:
            yield f"{indent}{name:<{width}} = {known[value]}"
        else:
            yield f"{indent}{name:<{width}} = {written(value, alias)}"


def written(value: Any, alias: str) -> str:
    """Return a value as Terraform writes it; a reference by the resource that it is of, the alias' in most cases."""
    if not isinstance(value, Reference):
        return literal(value)
    return f"{value.made or f'aws_lambda_alias.{alias}'}.{value.attribute}"


def literal(value: Any) -> str:
    """Return a literal; what begins a template in a text is escaped ("Strings and Templates", Terraform's language)."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("${", "$${").replace("%{", "%%{")
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(literal(each) for each in value)}]"
    return json.dumps(value)


def one_line(text: str) -> str:
    """Return a text that ends no comment."""
    return " ".join(text.split())
