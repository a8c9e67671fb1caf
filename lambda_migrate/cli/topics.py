"""What `explain` explains; gates, rules and actions explain themselves by their docstrings."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import Literal

EXIT_CODES: dict[int, str] = {
    0: "done",
    1: "it failed",
    2: "usage, or migration.yaml is wrong",
    3: "a gate said no: unhealthy, mismatches, traffic still flowing",
    4: "credentials, permissions, region or account",
    5: "AWS is not what the plan saw, or the plan is stale",
    6: "another run holds the ledger",
    7: "not enough evidence to say yes or no",
    130: "stopped by Ctrl-C or SIGTERM",
}

PHASES: dict[str, tuple[str, str]] = {
    "phases": (
        "The four steps, from function to service.",
        """
        1 lift      `init` writes the service's repository; you deploy it; `verify` proves that it is healthy.
        2 non-API   `proxy deploy --events non-api`, `verify`, `cutover`: events that are not HTTP requests go to the
                    service through the function.
        3 API       `proxy deploy --events all`, `verify`, `cutover`: HTTP requests too.
        4 wrap up   `cutover --direct`: callers go to the service without Lambda; `retire`: the function goes away.

        Each step is planned, shown, asked for, recorded and can be taken back; only `retire` cannot.
        """,
    ),
    "proxy": (
        "Publishes a version that passes events on to the service, and moves no traffic.",
        """
        The proxy is a layer and a handler override, so the function's own code is untouched. `proxy deploy` publishes
        the original as a version, passes through $LATEST for some seconds (there the proxy runs the original handler,
        so that nobody notices), publishes the proxy version, and puts $LATEST back.
        """,
    ),
    "cutover": (
        "Moves traffic to the proxy version, weight by weight, each step watched and judged.",
        """
        First an alias is made on the original version, with its own permissions and asynchronous settings, and every
        trigger is pointed to it one by one; behaviour does not change. Then the alias shifts weight. After each shift
        the world is watched (`--bake`) and judged: `pass` goes on, `fail` takes the weights back by itself,
        `inconclusive` (too little traffic) pauses with exit code 7; the same command judges anew.
        """,
    ),
    "direct": (
        "Points every trigger straight to the service, without Lambda in between.",
        """
        `cutover --direct`: an HTTP API gets an HTTP integration, an SNS topic an HTTPS subscription, an EventBridge
        rule an API destination; the service's own consumer takes over a queue before its mapping is switched off. Each
        trigger is then watched and judged by what its source counts in CloudWatch and by the service's health: too
        little traffic pauses (exit code 7), requests or events that are refused take the triggers back by themselves.
        """,
    ),
    "rotate": (
        "Gives the proxy another signing key, with no failed request.",
        """
        `proxy rotate-key` makes the first key where there is none. Later it adds one (the service accepts both), asks
        the service whether it knows it, publishes a proxy version that signs with it, and moves the alias there, weight
        by weight, judged like a cutover. `proxy rotate-key --finish` then drops the old key, last and alone; it is
        refused while an alias still points at a version that signs with it.
        """,
    ),
    "retire": (
        "Deletes the function, last and alone; it cannot be undone.",
        """
        Only when every trigger is direct, no caller is unexplained, the function was quiet for `retire.quiet`, and a
        backup was written and read back. It asks for the function's name; scripts say `--confirm NAME`.
        """,
    ),
}

Kind = Literal["codes", "phase", "gate", "action", "rule"]


@dataclass(frozen=True)
class Topic:
    """Something that can be explained."""

    name: str
    kind: Kind
    title: str
    text: str


def topics() -> dict[str, Topic]:
    """Return every topic by name, in the order in which they are listed."""
    found = [Topic("exit-codes", "codes", "What the exit codes mean.", _exit_codes())]
    found += [Topic(name, "phase", title, inspect.cleandoc(text)) for name, (title, text) in PHASES.items()]
    found += [*_gates(), *_actions(), *_rules()]
    return {topic.name: topic for topic in found}


def _exit_codes() -> str:
    return "\n".join(f"{code:>4}  {meaning}" for code, meaning in EXIT_CODES.items())


def _gates() -> list[Topic]:
    from lambda_migrate.gates import GATES, pages  # noqa: PLC0415  # many modules, needed for this command alone

    return [Topic(gate.name, "gate", gate.title, pages.body(gate).partition("\n")[2].strip()) for gate in GATES]


def _actions() -> list[Topic]:
    from lambda_migrate.actions import ACTIONS  # noqa: PLC0415  # many modules, needed for this command alone

    found = []
    for name, action in ACTIONS.items():
        title, _, rest = (inspect.getdoc(action) or "").replace("``", "`").partition("\n")
        undo = "It can be undone." if action.reversible else "It cannot be undone."
        found.append(Topic(name, "action", title, "\n\n".join(part for part in (rest.strip(), undo) if part)))
    return found


def _rules() -> list[Topic]:
    from lambda_migrate.analyzer.pages import body  # noqa: PLC0415  # many modules, needed for this command alone
    from lambda_migrate.analyzer.rules import RULES  # noqa: PLC0415  # as above

    return [Topic(rule.code, "rule", f"{rule.name} ({rule.severity})", body(rule)) for rule in RULES]
