"""`explain`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated

import typer

from lambda_migrate.cli.fast_options import Command
from lambda_migrate.cli.options import application, examples, in_context
from lambda_migrate.cli.registry import entry
from lambda_migrate.errors import ConfigError
from lambda_migrate.gates import pages
from lambda_migrate.render.drawing import columns, page
from lambda_migrate.render.result import Result
from lambda_migrate.workflow.context import Context

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lambda_migrate.cli.topics import Topic

app = application()


@app.command(cls=Command, epilog=examples("explain", "explain exit-codes", "explain snap-start", "explain LM002"))
@in_context
def explain(
    context: Context,
    topic: Annotated[str | None, typer.Argument(help="What to explain; leave it out for the list.")] = None,
) -> Result:
    """Explain a gate, a rule, an action, a phase or the exit codes."""
    from lambda_migrate.cli.topics import topics  # noqa: PLC0415  # only this command needs it

    known = topics()
    if topic is None:
        return _list(context, known)
    named = {found.title.partition(" ")[0]: found for found in known.values() if found.kind == "rule"}
    found = known.get(topic) or known.get(topic.upper()) or named.get(topic.lower()) or known.get(topic.lower())
    gate = pages.find(topic)
    found = found or (known[gate.name] if gate else None)
    if found is None:
        raise ConfigError(f"nothing is known about `{topic}`", hint=_hint(topic, [*known, *named], named.values()))
    title = f"{context.paint(found.name, 'bold')}  {found.title}"
    text = page(found.text, context.paint.width)
    text = re.sub(r"^## .*$", lambda heading: context.paint(heading[0], "bold"), text, flags=re.MULTILINE)
    return Result(vars(found), f"{title}\n\n{text}" if text else title)


def _hint(topic: str, names: Sequence[str], rules: Iterable[Topic]) -> str:
    if re.fullmatch(r"LM\d*", topic, re.IGNORECASE):
        codes = sorted(rule.name for rule in rules)
        return f"rules go from {codes[0]} to {codes[-1]}; `lambda-migrate explain` lists them"
    if entry(topic):
        return f"that is a command; `lambda-migrate {topic} --help` says what it does"
    near = pages.nearest(topic, names)
    return f"did you mean `{near}`?" if near else "`lambda-migrate explain` lists the topics"


def _list(context: Context, known: dict[str, Topic]) -> Result:
    rows = [(context.paint(topic.name, "cyan"), topic.title) for topic in known.values()]
    return Result({"topics": [vars(topic) for topic in known.values()]}, "\n".join(columns(rows, context.paint.width)))
