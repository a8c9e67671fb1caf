"""`explain`."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Annotated

import typer

from lambda_migrate.cli.options import application, examples, in_context
from lambda_migrate.cli.quick import Command
from lambda_migrate.context import Context
from lambda_migrate.errors import ConfigError
from lambda_migrate.result import Result

if TYPE_CHECKING:
    from lambda_migrate.cli.topics import Topic

app = application()


@app.command(cls=Command, epilog=examples("explain", "explain exit-codes", "explain LM002"))
@in_context
def explain(
    context: Context,
    topic: Annotated[str | None, typer.Argument(help="What to explain; leave it out for the list.")] = None,
) -> Result:
    """Explain a rule, an action, a phase or the exit codes."""
    from lambda_migrate.cli.topics import topics  # noqa: PLC0415  # only this command needs it

    known = topics()
    if topic is None:
        return _list(context, known)
    named = {found.title.partition(" ")[0]: found for found in known.values() if found.kind == "rule"}
    found = known.get(topic) or known.get(topic.upper()) or named.get(topic.lower()) or known.get(topic.lower())
    if found is None:
        near = difflib.get_close_matches(topic, [*known, *named], n=1, cutoff=0.5)
        hint = f"did you mean `{near[0]}`?" if near else "`lambda-migrate explain` lists the topics"
        raise ConfigError(f"nothing is known about `{topic}`", hint=hint)
    text = f"{context.paint(found.name, 'bold')}  {found.title}"
    return Result(vars(found), f"{text}\n\n{found.text}" if found.text else text)


def _list(context: Context, known: dict[str, Topic]) -> Result:
    from lambda_migrate.render.table import columns  # noqa: PLC0415  # only this command needs it

    rows = [(context.paint(topic.name, "cyan"), topic.title) for topic in known.values()]
    return Result({"topics": [vars(topic) for topic in known.values()]}, "\n".join(columns(rows, context.paint.width)))
