"""Who owns the function: what AWS shows of the tool, and what lies in the folder of its code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.function.model import STACK_TAG
from lambda_migrate.handover.model import Owner

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

_TAGS = (
    ("lambda:createdBy", "SAM", "sam"),
    ("aws-chalice", "", "chalice"),
    ("ZappaProject", "", "zappa"),
)
"""Tags that tools leave on functions: key, what the value has to be ("" for anything), tool."""

_FILES = (
    ("serverless", ("serverless.yml", "serverless.yaml", "serverless.ts", "serverless.json")),
    ("cdk", ("cdk.json",)),
    ("sam", ("samconfig.toml",)),
    ("chalice", (".chalice/config.json",)),
    ("zappa", ("zappa_settings.json", "zappa_settings.toml")),
    ("pulumi", ("Pulumi.yaml", "Pulumi.yml")),
)
TERRAFORM = (".tf", ".tofu", ".tf.json", ".terraform.lock.hcl", "terraform.tfstate")
OF_STACKS = frozenset({"serverless", "cdk", "sam", "chalice"})
"""Tools that deploy by a stack of CloudFormation."""


def owners(tags: Mapping[str, str], files: Collection[str]) -> tuple[Owner, ...]:
    """Return who owns the function, the surest first; more than one where the evidence points to several.

    Args:
        tags: Of the function.
        files: Paths of the code's folder and those above it, relative, with forward slashes.
    """
    stack = tags.get(STACK_TAG, "")
    by_files = dict(_by_files(files))
    tool, evidence = next(_by_tags(tags), ("", ""))
    if stack and not tool:
        tool = next((each for each in by_files if each in OF_STACKS), "cloudformation")
    if stack:
        said = [f"tag {STACK_TAG} is {stack}", *([evidence] if evidence else []), *by_files.pop(tool, [])]
        first = [Owner(tool, tuple(said), stack)]
    else:
        first = [Owner(tool, (evidence, *by_files.pop(tool, [])))] if tool else []
    rest = [Owner(each, tuple(found_in)) for each, found_in in by_files.items() if not (stack and each in OF_STACKS)]
    return (*first, *rest)


def _by_tags(tags: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for key, value, tool in _TAGS:
        if key in tags and value in ("", tags[key]):
            yield tool, f"tag {key} is {tags[key]}"


def _by_files(files: Collection[str]) -> Iterator[tuple[str, list[str]]]:
    terraform = sorted(path for path in files if path.endswith(TERRAFORM))
    if terraform:
        yield "terraform", terraform[:3]
    for tool, names in _FILES:
        present = sorted(path for path in files if any(path == name or path.endswith(f"/{name}") for name in names))
        if present:
            yield tool, present
