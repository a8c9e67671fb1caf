"""Functions in what the CDK has synthesized: the templates in ``cdk.out``, as ``cdk synth`` leaves them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lambda_migrate.declarations import cloudformation, yaml_text
from lambda_migrate.declarations.model import mapping

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lambda_migrate.declarations.model import Declaration

NAME = "CDK's template"
FILES = ("cdk.out/*.template.json", "cdk.out/assembly-*/*.template.json")
OWN = ("CustomResourceProvider", "LogRetention", "BucketNotificationsHandler", "Custom::", "CustomCDK")
"""In the paths or the names of functions in Python that the CDK adds for itself."""


def read(path: Path, text: str) -> Iterator[Declaration]:
    """Yield the stack's functions in Python, but for those of the CDK's own; where their code lies is not in there.

    Raises:
        Unreadable: It cannot be parsed.
    """
    document = yaml_text.load(text)
    resources = mapping(document.get("Resources"))
    for each in cloudformation.functions(path, text, document):
        metadata = mapping(mapping(resources[each.key]).get("Metadata"))
        construct = str(metadata.get("aws:cdk:path", ""))
        if not any(name in f"{construct} {each.key}" for name in OWN) and (each.python or each.image):
            key = construct.removesuffix("/Resource").rpartition("/")[2] or each.key
            yield replace(each, key=key, folder=None)
