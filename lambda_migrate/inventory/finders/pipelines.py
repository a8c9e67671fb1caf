"""Pipelines of CodePipeline with an action that invokes the function; they invoke by the role of the pipeline."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from lambda_migrate.aws.arn import Arn
from lambda_migrate.inventory.finders import named
from lambda_migrate.inventory.finders.one_by_one import Named, look_at_each
from lambda_migrate.inventory.finders.unlooked import looked
from lambda_migrate.triggers import base
from lambda_migrate.triggers.base import Trigger

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.function.model import Function
    from lambda_migrate.inventory.grants import Grants

KIND = "codepipeline"
PRINCIPALS = ("codepipeline.amazonaws.com",)
LISTING = "CodePipeline"
CALLS = ("codepipeline:ListPipelines", "codepipeline:GetPipeline")


def find_by_role(aws: Aws, function: Function, grants: Grants) -> Iterator[Trigger[base.Settings]]:
    """Yield the pipelines that invoke the function; none are listed where no role of CodePipeline may invoke it."""
    if grants.through(PRINCIPALS[0]):
        yield from looked(LISTING, partial(_find, aws, function))


def _find(aws: Aws, function: Function) -> Iterator[Trigger[base.Settings]]:
    names = [str(each["name"]) for each in aws.pages("codepipeline", "list_pipelines", "pipelines")]
    yield from look_at_each(
        aws, "pipelines", names, partial(_of_pipeline, aws, function), lambda name: Named(f"pipeline {name}")
    )


def _of_pipeline(aws: Aws, function: Function, name: str) -> Iterator[Trigger[base.Settings]]:
    pipeline: dict[str, Any] = aws.call("codepipeline", "get_pipeline", name=name)["pipeline"]
    arn = str(Arn.parse(function.arn).sibling("codepipeline", name))
    for stage in pipeline.get("stages") or ():
        for action in stage.get("actions") or ():
            if (action.get("actionTypeId") or {}).get("provider") != "Lambda":
                continue
            qualifier = named.qualifier(function, str((action.get("configuration") or {}).get("FunctionName") or ""))
            if qualifier is not None:
                where = f"{stage['name']}/{action['name']}"
                settings = base.Settings(source=arn, detail=f"action {where}")
                yield Trigger(KIND, f"{arn}/{where}", name, qualifier, settings)
