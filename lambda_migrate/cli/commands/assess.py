"""`assess`."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from lambda_migrate.assess.instances import instance as named
from lambda_migrate.assess.service import Shape
from lambda_migrate.cli.confirm import Confirmation
from lambda_migrate.cli.options import Command, Yes, application, context_of, examples
from lambda_migrate.render.assess import assessment, data
from lambda_migrate.render.result import Result
from lambda_migrate.workflow import results
from lambda_migrate.workflow.assess import gather

app = application()

Days = Annotated[int, typer.Option("--days", help="How many days back to look.", min=1, max=15)]
Vcpu = Annotated[float, typer.Option("--vcpu", help="vCPUs of one task of the service.", min=0.25, max=16)]
Memory = Annotated[float, typer.Option("--memory", help="GB of memory of one task.", min=0.5, max=120)]
AtOnce = Annotated[int, typer.Option("--at-once", help="Requests that one task handles at once.", min=1)]
Arm = Annotated[bool, typer.Option("--arm", help="Tasks run on arm64.")]
Nat = Annotated[
    int, typer.Option("--nat", help="NAT gateways for the service alone; 0: tasks have public addresses.", min=0)
]
InstanceType = Annotated[
    str | None,
    typer.Option("--instance", help="EC2 instances of this type in place of tasks, t3.small.", metavar="TYPE"),
]
Logs = Annotated[
    bool, typer.Option("--logs", help="Query the logs for cold starts, memory and billed time; AWS charges for it.")
]


@app.command(
    cls=Command,
    epilog=examples("assess", "assess --days 7 --vcpu 1 --memory 2", "assess --instance t3.small", "assess --logs"),
)
def assess(  # noqa: PLR0913  # one parameter for each option
    called: typer.Context,
    *,
    days: Days = 14,
    vcpu: Vcpu = 0.5,
    memory: Memory = 1.0,
    at_once: AtOnce = 40,
    arm: Arm = False,
    nat: Nat = 0,
    instance: InstanceType = None,
    logs: Logs = False,
    yes: Yes = False,
) -> Result:
    """Say what the function does and costs, what a service would need and cost, and whether to move."""
    context = context_of(called)
    made = gather(
        context,
        _shape(instance, Shape(vcpu, memory, at_once, arm, nat)),
        days,
        logs=logs,
        confirm=Confirmation(context, yes, planned=False, does="reads logs, which AWS charges for"),
    )
    told = data(made)
    results.keep(context, results.ASSESSMENT, told)
    return Result(told, f"{context.heading()}\n\n{assessment(made, context.paint)}", context.status().next[:1])


def _shape(name: str | None, asked: Shape) -> Shape:
    """Return what the service runs on: what was asked for, or instances of a type."""
    if name is None:
        return asked
    kind = named(name)
    return replace(asked, vcpu=kind.vcpu, memory=kind.memory, arm=kind.arm, instance=kind)
