"""The alias as the CDK writes it, in the language of the project's program; as text, which nothing is matched with."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from lambda_migrate.handover.model import Reference
from lambda_migrate.handover.template_pointers import goal
from lambda_migrate.handover.templates import logical_id

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from lambda_migrate.handover.model import Flip

ALIAS = "AWS::Lambda::Alias"
PYTHON, TYPESCRIPT = "python", "typescript"


def language(files: Mapping[str, str]) -> str:
    """Return the language of the program that ``cdk.json`` starts."""
    apps = [text for path, text in files.items() if path.rpartition("/")[2] == "cdk.json"]
    return PYTHON if any("python" in text or ".py" in text for text in apps) else TYPESCRIPT


def snippet(things: Sequence[Flip], name: str, spoken: str) -> str:
    """Return the alias as a construct, and what takes it in place of the function.

    Args:
        things: The flips.
        name: What the code calls the alias, in words joined by underscores.
        spoken: :data:`PYTHON` or :data:`TYPESCRIPT`.
    """
    construct = logical_id(name)
    variable = name if spoken == PYTHON else construct[:1].lower() + construct[1:]
    written = (_python if spoken == PYTHON else _typescript)(variable, construct, _version(things))
    moved = [each for each in things if each.cloudformation and goal(each.cloudformation.properties)]
    mark = "#" if spoken == PYTHON else "//"
    return "\n".join([*written, *(f"{mark} {line}" for line in _taking(moved, variable))])


def _version(things: Sequence[Flip]) -> tuple[str, str]:
    """Return the alias' name and the ARN of the version that it leads to: a new version would answer in its place."""
    for each in things:
        mine = each.cloudformation
        if mine and mine.type == ALIAS:
            function = mine.physical.rpartition(":")[0]
            return str(mine.properties["Name"]), f"{function}:{mine.properties['FunctionVersion']}"
    return "live", ""


def _python(variable: str, construct: str, alias: tuple[str, str]) -> list[str]:
    name, version = map(json.dumps, alias)
    return [
        f'serving = lambda_.Version.from_version_arn(self, "{construct}Version", {version})',
        f'{variable} = lambda_.Alias(self, "{construct}", alias_name={name}, version=serving)',
        f"{variable}.apply_removal_policy(RemovalPolicy.RETAIN)",
    ]


def _typescript(variable: str, construct: str, alias: tuple[str, str]) -> list[str]:
    name, version = map(json.dumps, alias)
    return [
        f'const serving = lambda.Version.fromVersionArn(this, "{construct}Version", {version});',
        f'const {variable} = new lambda.Alias(this, "{construct}", {{ aliasName: {name}, version: serving }});',
        f"{variable}.applyRemovalPolicy(RemovalPolicy.RETAIN);",
    ]


def _taking(moved: Sequence[Flip], variable: str) -> Iterator[str]:
    for each in moved:
        mine = each.cloudformation
        leads = goal(mine.properties) if mine else None
        if leads:
            value = leads[1]
            goes = f"`{variable}`" if isinstance(value, Reference) else " ".join(str(value).split())
            if isinstance(value, Reference) and value.made:
                goes = f"`{logical_id(value.made.partition('.')[2])}`, defined below"
                yield f"{' '.join(each.what.split())}: set it to {goes}"
                continue
            yield f"{' '.join(each.what.split())}: give it {goes} in place of the function"
