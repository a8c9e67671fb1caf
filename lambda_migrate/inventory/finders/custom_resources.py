"""Custom resources of the function's own stack: CloudFormation invokes it when the stack is changed or deleted.

It does so as whoever changes the stack, and leaves no permission behind. A template names the function by its logical
id (``Fn::GetAtt``), its ARN or its name; what other stacks import has no index, and is not found.
"""

from __future__ import annotations

import json
import re
from functools import partial
from typing import TYPE_CHECKING, Any

from lambda_migrate.inventory.finders.unlooked import looked
from lambda_migrate.triggers import base
from lambda_migrate.triggers.base import Trigger

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.function.model import Function

KIND = "cloudformation"
PRINCIPALS = ()
CALLS = ("cloudformation:GetTemplate",)
"""What it calls, from which the policies of IAM are made."""
STACK, LOGICAL_ID = "aws:cloudformation:stack-name", "aws:cloudformation:logical-id"
_TOKEN = "ServiceToken"  # noqa: S105  # the name of a property
_IN_TEXT = re.compile(rf"^\s*[\"']?{_TOKEN}[\"']?\s*:(.*(?:\n\s+-.*|\n\s+Fn::.*)*)", re.MULTILINE)


def find(aws: Aws, function: Function) -> Iterator[Trigger[base.Settings]]:
    """Yield the function's stack, where custom resources of it are handled by the function."""
    stack, logical_id = function.tags.get(STACK), function.tags.get(LOGICAL_ID, "")
    if stack:
        yield from looked(f"template of stack {stack}", partial(_find, aws, function, stack, logical_id))


def _find(aws: Aws, function: Function, stack: str, logical_id: str) -> Iterator[Trigger[base.Settings]]:
    answer = aws.call("cloudformation", "get_template", StackName=stack, TemplateStage="Processed")
    tokens = list(_tokens(answer.get("TemplateBody") or ""))
    names = [re.escape(name) for name in (logical_id, function.name) if name]
    pattern = re.compile(rf"(?<![\w-])(?:{'|'.join(names)})(?![\w-])")
    count = sum(1 for token in tokens if pattern.search(token))
    if count:
        detail = f"{count} custom resource{'' if count == 1 else 's'} of its template"
        yield Trigger(KIND, f"{stack}/{_TOKEN}", stack, "", base.Settings(detail=detail))


def _tokens(template: Any) -> Iterator[str]:
    """Yield what a template's custom resources name as their handler, each as text."""
    if isinstance(template, str):
        yield from (match[1] for match in _IN_TEXT.finditer(template))
    elif isinstance(template, dict):
        for resource in (template.get("Resources") or {}).values():
            token = (resource.get("Properties") or {}).get(_TOKEN)
            if token is not None:
                yield json.dumps(token)
