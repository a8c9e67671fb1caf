"""Reads YAML and JSON that templates are written in, with CloudFormation's short forms; builds no objects."""

from __future__ import annotations

import json
from math import inf
from typing import Any

import yaml

from lambda_migrate.declarations.model import Unreadable, mapping
from lambda_migrate.yaml_nesting import require_shallow

LARGEST = 1_000_000
"""Values that a template may have once its aliases are written out; one of four megabytes has fewer of its own."""


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
        document = _json(text) if text.lstrip().startswith("{") else None
        if document is None:
            require_shallow(text)
            document = yaml.load(text, Loader=_Loader)  # noqa: S506  # made from the safe one
        size = _size(document, {})
    except yaml.MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        raise Unreadable(f"{line}{error.problem or 'not valid YAML'}") from error
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        raise Unreadable(str(error).partition("\n")[0]) from error
    if not isinstance(document, dict):
        raise Unreadable("not a mapping")
    if size > LARGEST:
        raise Unreadable("its aliases repeat too much of it")
    return mapping(document)


def _json(text: str) -> Any:
    """Return what a text in JSON holds, None for any other: YAML reads the CDK's templates too, in seconds each."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _size(value: object, known: dict[int, float]) -> float:
    """Return how many values something has once every alias is written out; one that holds itself never ends."""
    if not isinstance(value, (dict, list)):
        return 1
    if id(value) not in known:
        known[id(value)] = inf
        inner = value.values() if isinstance(value, dict) else value
        known[id(value)] = 1 + sum(_size(each, known) for each in inner)
    return known[id(value)]
