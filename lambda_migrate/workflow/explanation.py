"""Explains one topic, or lists all of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lambda_migrate.errors import ConfigError
from lambda_migrate.gates import pages
from lambda_migrate.render.drawing import columns, page, paragraph
from lambda_migrate.render.result import Result
from lambda_migrate.workflow.topics import find, topics

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_migrate.workflow.context import Context


def listed(context: Context) -> Result:
    """Return every topic, each with its title."""
    known = topics().values()
    rows = [(context.paint(topic.name, "cyan"), topic.title) for topic in known]
    return Result({"topics": [topic.to_dict() for topic in known]}, "\n".join(columns(rows, context.paint.width)))


def explained(context: Context, topic: str, is_command: Callable[[str], bool]) -> Result:
    """Return what there is to say of a topic.

    Args:
        context: Of the command.
        topic: As it was typed.
        is_command: Tells whether a word is a command, whose `--help` says more.

    Raises:
        ConfigError: It is unknown.
    """
    subject = find(topic)
    if subject is None:
        raise ConfigError(f"unknown topic `{topic}`", hint=_hint(topic, is_command))
    title = "\n".join(paragraph(f"{context.paint(subject.name, 'bold')}  {subject.title}", context.paint.width))
    text = page(subject.text, context.paint.width)
    text = re.sub(r"^## .*$", lambda heading: context.paint(heading[0], "bold"), text, flags=re.MULTILINE)
    return Result(subject.to_dict(), f"{title}\n\n{text}" if text else title)


def _hint(topic: str, is_command: Callable[[str], bool]) -> str:
    known = topics().values()
    if re.fullmatch(r"LM\d*", topic, re.IGNORECASE):
        codes = sorted(each.name for each in known if each.kind == "rule")
        return f"rules go from {codes[0]} to {codes[-1]}; `lambda-migrate explain` lists them"
    if is_command(topic):
        return f"that is a command; `lambda-migrate {topic} --help` says what it does"
    near = pages.nearest(topic, [*(each.name for each in known), *(each.also for each in known if each.also)])
    return f"did you mean `{near}`?" if near else "`lambda-migrate explain` lists the topics"
