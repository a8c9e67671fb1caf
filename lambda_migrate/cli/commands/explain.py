"""`explain`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated

import typer

from lambda_migrate.cli.options import Command, application, context_of, examples
from lambda_migrate.cli.registry import entry
from lambda_migrate.errors import ConfigError
from lambda_migrate.gates import pages
from lambda_migrate.render.drawing import columns, page
from lambda_migrate.render.result import Result
from lambda_migrate.workflow.topics import find, topics

if TYPE_CHECKING:
    from lambda_migrate.workflow.context import Context

app = application()


@app.command(cls=Command, epilog=examples("explain", "explain exit-codes", "explain snap-start", "explain LM002"))
def explain(
    called: typer.Context,
    topic: Annotated[str | None, typer.Argument(help="What to explain; leave it out for the list.")] = None,
) -> Result:
    """Explain a phase, a trigger, a target, a gate, an action, a rule or the exit codes."""
    context = context_of(called)
    if topic is None:
        return _list(context)
    subject = find(topic)
    if subject is None:
        raise ConfigError(f"unknown topic `{topic}`", hint=_hint(topic))
    title = f"{context.paint(subject.name, 'bold')}  {subject.title}"
    text = page(subject.text, context.paint.width)
    text = re.sub(r"^## .*$", lambda heading: context.paint(heading[0], "bold"), text, flags=re.MULTILINE)
    return Result(subject.to_dict(), f"{title}\n\n{text}" if text else title)


def _hint(topic: str) -> str:
    known = topics().values()
    if re.fullmatch(r"LM\d*", topic, re.IGNORECASE):
        codes = sorted(each.name for each in known if each.kind == "rule")
        return f"rules go from {codes[0]} to {codes[-1]}; `lambda-migrate explain` lists them"
    if entry(topic):
        return f"that is a command; `lambda-migrate {topic} --help` says what it does"
    near = pages.nearest(topic, [*(each.name for each in known), *(each.also for each in known if each.also)])
    return f"did you mean `{near}`?" if near else "`lambda-migrate explain` lists the topics"


def _list(context: Context) -> Result:
    known = topics().values()
    rows = [(context.paint(topic.name, "cyan"), topic.title) for topic in known]
    return Result({"topics": [topic.to_dict() for topic in known]}, "\n".join(columns(rows, context.paint.width)))
