"""What `explain` explains: each registry yields its topics; whoever adds a registry adds a line to ``REGISTRIES``."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lambda_migrate.actions import ACTIONS
from lambda_migrate.analyzer.pages import body
from lambda_migrate.analyzer.rules import RULES
from lambda_migrate.errors import EXIT_CODES
from lambda_migrate.gates import GATES, pages
from lambda_migrate.targets import TARGETS
from lambda_migrate.triggers import TRIGGERS
from lambda_migrate.triggers.pages import explanation
from lambda_migrate.workflow import phases

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

STAGES = """
1 lift      `init` writes the service's repository; you deploy it; `verify` proves that it is healthy.
2 non-API   `proxy deploy --events non-api`, `verify`, `cutover`: events that are not HTTP requests go to the
            service through the function.
3 API       `proxy deploy --events all`, `verify`, `cutover`: HTTP requests too.
4 wrap up   `cutover --direct`: callers go to the service without Lambda; `retire`: the function goes away.

Each phase is planned, shown, asked for, recorded and can be rolled back; only `retire`, and the end of an old signing
key, cannot.
"""

DRIFT = """
`NN-step (…: before → after): found …` (exit 5) means that AWS shows neither what the plan found nor what it leaves
behind. Somebody else changed it. Find out who (CloudTrail shows it). Then put it back, or roll the run back with
`lambda-migrate rollback`, and plan again. Their change was not overwritten.
"""


@dataclass(frozen=True)
class Topic:
    """Something that can be explained.

    Attributes:
        name: What is typed.
        kind: Which registry it is from: ``codes``, ``trouble``, ``phase``, ``trigger``, ``target``, ``gate``,
            ``action``, ``rule``.
        title: One line.
        text: The rest; "" where the title says it all.
        also: Another name that is understood, or "".
    """

    name: str
    kind: str
    title: str
    text: str
    also: str = ""

    def to_dict(self) -> dict[str, str]:
        """Return it as JSON-able data."""
        return {"name": self.name, "kind": self.kind, "title": self.title, "text": self.text}


def topics() -> dict[str, Topic]:
    """Return every topic by name, in the order in which they are listed."""
    return {topic.name: topic for registry in REGISTRIES for topic in registry()}


def find(name: str) -> Topic | None:
    """Return the topic of that name, however it is capitalised; None if there is none."""
    known = topics()
    others = {topic.also: topic for topic in known.values() if topic.also}
    gate = pages.find(name)
    spelt = (name, name.upper(), name.lower(), name.lower().replace("-", "_"), name.lower().replace("_", "-"))
    page = next((known[each] for each in spelt if each in known), None) or others.get(spelt[-1])
    return page or (known[gate.name] if gate else None)


def _exit_codes() -> Iterator[Topic]:
    meanings = "\n".join(f"{code:>4}  {meaning}" for code, meaning in EXIT_CODES.items())
    yield Topic("exit-codes", "codes", "What the exit codes mean.", meanings)


def _troubles() -> Iterator[Topic]:
    yield Topic("drift", "trouble", "AWS differs from what the plan saw.", DRIFT.strip())


def _phases() -> Iterator[Topic]:
    yield Topic("phases", "phase", "The four stages, from function to service.", STAGES.strip())
    for kind in phases.every():
        title, _, rest = inspect.cleandoc(kind.documentation).partition("\n")
        yield Topic(kind.phase.name, "phase", title, rest.strip())


def _gates() -> Iterator[Topic]:
    for gate in GATES.values():
        yield Topic(gate.name, "gate", gate.title, pages.body(gate).partition("\n")[2].strip())


def _actions() -> Iterator[Topic]:
    for name, action in ACTIONS.items():
        title, _, rest = (inspect.getdoc(action) or "").replace("``", "`").partition("\n")
        undo = "It can be undone." if action.reversible else "It cannot be undone."
        yield Topic(name, "action", title, "\n\n".join(part for part in (rest.strip(), undo) if part))


def _rules() -> Iterator[Topic]:
    for rule in RULES:
        yield Topic(rule.code, "rule", f"{rule.name} ({rule.severity})", body(rule), also=rule.name)


def _triggers() -> Iterator[Topic]:
    for name, kind in TRIGGERS.items():
        title, text = explanation(kind)
        yield Topic(name, "trigger", title, text)


def _targets() -> Iterator[Topic]:
    for name, target in TARGETS.items():
        title, _, rest = target.documentation.partition("\n")
        yield Topic(name, "target", title, rest.strip().replace("``", "`"))


REGISTRIES: tuple[Callable[[], Iterator[Topic]], ...] = (
    _exit_codes,
    _troubles,
    _phases,
    _triggers,
    _targets,
    _gates,
    _actions,
    _rules,
)
