"""Reads YAML and JSON that templates are written in, with CloudFormation's short forms; builds no objects."""

from __future__ import annotations

from typing import Any

import yaml

from lambda_migrate.declarations.model import Unreadable, mapping
from lambda_migrate.yaml_nesting import require_shallow


class _Loader(yaml.SafeLoader):
    """A safe loader that reads ``!Ref X`` as ``{"Ref": "X"}``, and every other short form likewise."""


def _short_form(loader: _Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    value: Any = None
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    elif isinstance(node, yaml.MappingNode):
        value = loader.construct_mapping(node, deep=True)
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".")
    return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _short_form)


def load(text: str) -> dict[str, object]:
    """Return the mapping that a text holds.

    Raises:
        Unreadable: It is not YAML, is nested too deeply, or is not a mapping.
    """
    try:
        require_shallow(text)
        document = yaml.load(text, Loader=_Loader)  # noqa: S506  # made from the safe one
    except yaml.MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        raise Unreadable(f"{line}{error.problem or 'not valid YAML'}") from error
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        raise Unreadable(str(error).partition("\n")[0]) from error
    if not isinstance(document, dict):
        raise Unreadable("not a mapping")
    return mapping(document)
