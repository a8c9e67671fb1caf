"""Reads templates of CloudFormation."""

from __future__ import annotations

from typing import Any

import yaml


class Tolerant(yaml.SafeLoader):
    """Reads CloudFormation's tags as their values."""


def _value(loader: Tolerant, _suffix: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return loader.construct_scalar(node)
    return loader.construct_sequence(node) if isinstance(node, yaml.SequenceNode) else loader.construct_mapping(node)


Tolerant.add_multi_constructor("!", _value)


def load(text: str) -> Any:
    """Return a template as a document, the short forms of its functions as what they are applied to."""
    return yaml.load(text, Loader=Tolerant)  # noqa: S506  # a safe loader that knows CloudFormation's tags
