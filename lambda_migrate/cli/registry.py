"""The commands in the order of the journey, each loaded only when it is called or asked for help."""

from __future__ import annotations

import difflib
import importlib
from typing import TYPE_CHECKING, Any, NamedTuple

import typer

from lambda_migrate.cli.fast_options import Group
from lambda_migrate.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Sequence


class Entry(NamedTuple):
    """A command or a group of them.

    Attributes:
        name: What is typed.
        summary: The first sentence of its help, which a test compares with the command's own.
        panel: The heading it stands under.
        commands: The names within a group; empty for a command.
        changes: What of it changes AWS, so that an interruption can say what to type next.
        acts: True where a group's name alone is a command too.
    """

    name: str
    summary: str
    panel: str
    commands: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    acts: bool = False

    @property
    def module(self) -> str:
        """The module that holds it."""
        return f"lambda_migrate.cli.commands.{self.name}"


LOOK, LIFT, MOVE, END, ALWAYS = "Look", "1 lift", "2 events, 3 requests", "4 wrap up", "Always"
TRY = "Try it"

ENTRIES: tuple[Entry, ...] = (
    Entry("inspect", "Show what the function is, its versions and aliases, and who calls it.", LOOK),
    Entry("analyze", "Find what will behave differently off Lambda, in the source code; runs nothing.", LOOK),
    Entry(
        "assess",
        "Say what the function does and costs, what a service would need and cost, and whether to move.",
        LOOK,
    ),
    Entry("doctor", "Check everything that the migration needs, and say what to do about what is missing.", LOOK),
    Entry("init", "Write the service's repository and migration.yaml, from the function's own code.", LIFT),
    Entry(
        "service",
        "Deploy the service to its target, and check its health.",
        LIFT,
        commands=("deploy", "rollback", "status", "logs", "events", "cleanup", "stop"),
        changes=("deploy", "rollback"),
    ),
    Entry(
        "freeze",
        "Announce the code freeze, record the function's state, and report who changes it.",
        LIFT,
        changes=("freeze",),
    ),
    Entry(
        "pipeline",
        "Have the service checked, built and deployed whenever its branch changes.",
        LIFT,
        commands=("deploy", "status"),
        changes=("deploy",),
    ),
    Entry(
        "verify",
        "Prove that the service is healthy, that the proxy reaches it from inside Lambda, and that its metrics arrive.",
        LIFT,
        commands=("record", "shadow", "load"),
        acts=True,
    ),
    Entry(
        "proxy",
        "Build and deploy the proxy that stands in front of the function.",
        MOVE,
        commands=("build", "deploy", "rotate-key"),
        changes=("deploy", "rotate-key"),
    ),
    Entry("plan", "Show what would change, and change nothing.", MOVE),
    Entry("cutover", "Move traffic to the service, step by step, each watched and judged.", MOVE, changes=("cutover",)),
    Entry(
        "handover",
        "Print the changes that the owners' code needs, so that its next deployment keeps what was moved.",
        END,
    ),
    Entry(
        "retire",
        "Delete the function, last, once nothing invokes it; this cannot be undone.",
        END,
        changes=("retire",),
    ),
    Entry("status", "Show where the migration stands and what to type next.", ALWAYS),
    Entry("history", "Show what was done, by whom and when.", ALWAYS),
    Entry(
        "report", "Make a page for the change ticket: where the migration stands, what happened, what remains.", ALWAYS
    ),
    Entry(
        "rollback", "Roll back what was done, the latest first, from the ledger alone.", ALWAYS, changes=("rollback",)
    ),
    Entry(
        "cleanup",
        "Remove what a rollback has left in place, once it can carry no traffic any more.",
        ALWAYS,
        changes=("cleanup",),
    ),
    Entry("policy", "Print the least IAM policy for a phase and its way back.", ALWAYS),
    Entry(
        "adopt", "Bring a lost ledger back, from version control or from what AWS shows.", ALWAYS, changes=("adopt",)
    ),
    Entry("explain", "Explain a phase, a trigger, a target, a gate, an action, a rule or the exit codes.", ALWAYS),
    Entry("unlock", "Evict a run that is gone but still holds the ledger.", ALWAYS),
    Entry("schema", "Print the JSON schema of migration.yaml.", ALWAYS),
    Entry(
        "sandbox",
        "Run an AWS on this machine, with a sample function to migrate.",
        TRY,
        commands=("up", "status", "down"),
    ),
    Entry("demo", "Show the whole migration on this machine, under live traffic; needs no AWS account.", TRY),
)


def entry(name: str) -> Entry | None:
    """Return the entry of that name, or None."""
    return next((each for each in ENTRIES if each.name == name), None)


def words(arguments: Sequence[str]) -> list[str]:
    """Return the words among the arguments that name the command: ``["proxy", "deploy"]``."""
    plain = [argument for argument in arguments if not argument.startswith("-")]
    command = entry(plain[0]) if plain else None
    if command is None:
        return []
    inner = [word for word in plain[1:2] if word in command.commands]
    return [command.name, *inner]


def load(name: str) -> Any:
    """Return the command of an entry, ready to be called; imports its module."""
    known = entry(name)
    if known is None:
        return None
    command = typer.main.get_command(importlib.import_module(known.module).app)
    command.name = name
    return command


BACK = ("restore", "undo", "revert", "back")
"""Words that people type to go back. None of them leads to `retire`, which deletes."""
SURE = 0.8
"""How similar a word must be to a command that cannot be undone before it is suggested, from 0 to 1."""


def _meant(typed: str) -> list[str]:
    """Return the commands that somebody probably meant."""
    if typed in BACK:
        return ["rollback"]
    within = [f"{each.name} {typed}" for each in ENTRIES if typed in each.commands]
    names = [each.name for each in ENTRIES]
    near = difflib.get_close_matches(typed, names, n=1)
    if near == ["retire"] and not difflib.get_close_matches(typed, near, cutoff=SURE):
        near = difflib.get_close_matches(typed, [name for name in names if name != "retire"], n=1)
    return within or near


class Journey(Group):
    """The root group: knows every command by name, and imports the one that is called."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002  # typer's signature
        """Return the names in the order of the journey."""
        return [each.name for each in ENTRIES]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002  # typer's signature
        """Return the command of that name.

        Raises:
            ConfigError: There is none.
        """
        command = load(cmd_name)
        if command is None:
            near = " or ".join(f"`{name}`" for name in _meant(cmd_name))
            hint = f"did you mean {near}?" if near else "`lambda-migrate --help` lists the commands"
            raise ConfigError(f"unknown command `{cmd_name}`", hint=hint)
        return command

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002  # typer's signature
        """Write the commands under their headings, without loading them."""
        for panel in dict.fromkeys(each.panel for each in ENTRIES):
            with formatter.section(panel):
                formatter.write_dl([(each.name, each.summary) for each in ENTRIES if each.panel == panel])
