"""Stacks of CloudFormation whose custom resources the function handles: they invoke it when the stack changes.

They do so as whoever changes the stack, and leave no permission behind. The template of the function's own stack names
it by its logical id (``Fn::GetAtt``), its ARN or its name; that of another stack by a parameter whose value it is, or
by an export (``Fn::ImportValue``). An ARN that stands in the text of another stack's template has no index.
"""

from __future__ import annotations

import json
import re
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from lambda_migrate.errors import AwsError, NotFound
from lambda_migrate.inventory.finders import named
from lambda_migrate.inventory.finders.one_by_one import Named, look_at_each
from lambda_migrate.inventory.finders.unlooked import looked
from lambda_migrate.triggers import base
from lambda_migrate.triggers.base import Trigger

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.function.model import Function

KIND = "cloudformation"
PRINCIPALS = ()
LISTING = "CloudFormation stacks"
CALLS = ("cloudformation:GetTemplate", "cloudformation:DescribeStacks", "cloudformation:ListImports")
"""What it calls, from which the policies of IAM are made."""
STACK, LOGICAL_ID = "aws:cloudformation:stack-name", "aws:cloudformation:logical-id"
_TOKEN = "ServiceToken"  # noqa: S105  # the name of a property
_IN_TEXT = re.compile(rf"^\s*[\"']?{_TOKEN}[\"']?\s*:(.*(?:\n\s+-.*|\n\s+Fn::.*)*)", re.MULTILINE)
_NOT_IMPORTED = "is not imported by any stack"
"""What CloudFormation answers about an export that nobody imports (ListImports), as an error."""


class Stack(NamedTuple):
    """A stack whose template may name the function.

    Attributes:
        name: Its name.
        words: By what its template names the function: logical id, parameter, export, ARN, name.
    """

    name: str
    words: tuple[str, ...]


def find(aws: Aws, function: Function) -> Iterator[Trigger[base.Settings]]:
    """Yield the stacks of which custom resources are handled by the function: its own, and those that are given it."""
    stack, logical_id = function.tags.get(STACK), function.tags.get(LOGICAL_ID, "")
    own = [Stack(stack, tuple(filter(None, (logical_id, function.name))))] if stack else []
    yield from _of(aws, own)
    yield from looked(LISTING, partial(_others, aws, function, stack))


def _others(aws: Aws, function: Function, own: str | None) -> Iterator[Trigger[base.Settings]]:
    words: dict[str, list[str]] = {}
    for stack in aws.pages("cloudformation", "describe_stacks", "Stacks"):
        for parameter in stack.get("Parameters") or ():
            value = parameter.get("ResolvedValue") or parameter.get("ParameterValue")
            if named.qualifier(function, str(value or "")) is not None:
                words.setdefault(str(stack["StackName"]), []).append(str(parameter["ParameterKey"]))
        for output in stack.get("Outputs") or ():
            if output.get("ExportName") and named.qualifier(function, str(output.get("OutputValue"))) is not None:
                for importing in _importing(aws, str(output["ExportName"])):
                    words.setdefault(importing, []).append(str(output["ExportName"]))
    yield from _of(aws, (Stack(name, tuple(those)) for name, those in sorted(words.items()) if name != own))


def _importing(aws: Aws, export: str) -> list[str]:
    """Return the names of the stacks that import a value; CloudFormation has an error for none."""
    try:
        return [str(each) for each in aws.pages("cloudformation", "list_imports", "Imports", ExportName=export)]
    except NotFound:
        return []
    except AwsError as error:
        if _NOT_IMPORTED in error.message:
            return []
        raise


def _of(aws: Aws, stacks: Iterable[Stack]) -> Iterator[Trigger[base.Settings]]:
    return look_at_each(
        aws, LISTING, stacks, partial(_handled, aws), lambda stack: Named(f"template of stack {stack.name}")
    )


def _handled(aws: Aws, stack: Stack) -> Iterator[Trigger[base.Settings]]:
    """Yield a stack whose custom resources name the function."""
    answer = aws.call("cloudformation", "get_template", StackName=stack.name, TemplateStage="Processed")
    tokens = list(_tokens(answer.get("TemplateBody") or ""))
    pattern = re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, stack.words))})(?![\w-])")
    count = sum(1 for token in tokens if pattern.search(token))
    if count:
        detail = f"{count} custom resource{'' if count == 1 else 's'} of its template"
        yield Trigger(KIND, f"{stack.name}/{_TOKEN}", stack.name, "", base.Settings(detail=detail))


def _tokens(template: Any) -> Iterator[str]:
    """Yield what a template's custom resources name as their handler, each as text."""
    if isinstance(template, str):
        yield from (match[1] for match in _IN_TEXT.finditer(template))
    elif isinstance(template, dict):
        for resource in (template.get("Resources") or {}).values():
            token = (resource.get("Properties") or {}).get(_TOKEN)
            if token is not None:
                yield json.dumps(token)
