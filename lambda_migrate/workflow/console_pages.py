"""The pages of the AWS console that a plan is about; none where AWS is an emulator, which has no console."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.aws.arn import Arn
from lambda_migrate.aws.console import function_page, trigger_page

if TYPE_CHECKING:
    from lambda_migrate.engine.plan import Plan
    from lambda_migrate.workflow.context import Context

_BY_ALIAS = ("cutover", "direct")
"""The phases in which the alias is what one looks at."""


def of_function(context: Context, function: str, alias: str = "") -> str:
    """Return the address of the function's page, or of its alias; "" if there is none.

    Args:
        context: Of the command.
        function: The function's ARN, unqualified.
        alias: Name of the alias, or "".
    """
    return "" if context.aws_read_only.endpoint_url else function_page(Arn.parse(function), alias)


def of_plan(context: Context, plan: Plan) -> dict[str, str]:
    """Return the addresses of what a plan changes, by what each is called: the function, its alias, each trigger."""
    pages = {"function": of_function(context, plan.function)}
    if not pages["function"]:
        return {}
    if plan.phase in _BY_ALIAS:
        alias = context.migration.alias
        pages[f"alias {alias}"] = of_function(context, plan.function, alias)
    for step in plan.steps:
        kind, _, source = step.trigger.partition(":")
        name = step.trigger_name or Arn.parse(source).name.rpartition("/")[2]
        if source and (page := trigger_page(kind, Arn.parse(source))):
            pages[f"{step.group} {name}"] = page
    return pages
