"""Somebody who migrates the function: types commands, in a folder with a migration.yaml and a ledger."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from lambda_migrate import config
from lambda_migrate.clock import Clock
from lambda_migrate.engine.ledger import Ledger
from lambda_migrate.errors import MigrateError
from lambda_migrate.render.terminal import Terminal
from lambda_migrate.workflow import code_freeze
from lambda_migrate.workflow.call import Call, GlobalOptions
from lambda_migrate.workflow.context import Context
from lambda_migrate.workflow.overrides import Overrides
from lambda_migrate.workflow.promotion import promote
from lambda_migrate.workflow.rollback import Chosen, roll_back
from lambda_migrate.workflow.run import run
from tests.simulation.faults import LEDGER, Fault, Killed, Process
from tests.simulation.session import SimulatedAws
from tests.simulation.world import FUNCTION, SERVICE

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from lambda_migrate.config import Migration
    from lambda_migrate.http import Client
    from lambda_migrate.render.result import Result
    from tests.simulation.world import World

CONFIGURATION = f"""
function: {FUNCTION}
service: {{url: '{SERVICE}', api_key: 'secretsmanager:orders/api-key', directory: '.'}}
proxy: {{signing_keys: 'secretsmanager:orders/signing-keys'}}
cutover: {{weights: [20, 100], bake: 2m, grace: 3m, hold: 1h}}
verify: {{timeout: 10s, probes: 1, arrival: 60s, minimum_invocations: 10}}
retire: {{quiet: 2d}}
accept: [{{rule: secret-kept-nowhere, reason: the password is made up}}]
"""


class Command(NamedTuple):
    """A command line.

    Attributes:
        name: A phase, or ``rollback``, ``promote``, ``lift``.
        options: Of a rollback: ``last``, ``now``, ``to``, ``skip``; of a phase: its overrides.
    """

    name: str
    options: tuple[tuple[str, Any], ...] = ()

    def __str__(self) -> str:
        return " ".join([self.name, *(f"{name}={value}" for name, value in self.options)])


class Outcome(NamedTuple):
    """What came of a command.

    Attributes:
        how: ``done``; ``refused``, with an error of ours; ``killed``.
        result: What it answered, where it is done.
        error: What it was refused with, or what a result has besides.
        called: What it called.
    """

    how: Literal["done", "refused", "killed"]
    result: Result | None = None
    error: MigrateError | None = None
    called: tuple[str, ...] = ()

    @property
    def well(self) -> bool:
        """Whether it did what it was to do."""
        return self.how == "done" and self.error is None


@dataclass(frozen=True)
class Ticking(Clock):
    """The world's clock, for a process that may be killed whenever it writes to the ledger.

    Attributes:
        process: The process.
    """

    process: Process = field(default_factory=Process)

    def moment(self) -> datetime:
        fault = self.process.due(LEDGER)
        if fault and fault.kind.startswith("killed"):
            raise self.process.die()
        return super().moment()


@dataclass
class Simulated(Context):
    """A context whose AWS and whose service are in memory.

    Attributes:
        parsed: migration.yaml, read already.
        world: Both.
        process: Who works.
        wrote: Told of every call that may have changed something.
        check: As for :class:`SimulatedAws`.
        asked: Likewise.
    """

    parsed: Migration | None = None
    world: World = None  # type: ignore[assignment]
    process: Process = field(default_factory=Process)
    wrote: Callable[[str], None] = field(default=lambda _called: None)
    check: Callable[[str, str, Any, Any], None] | None = None
    asked: Callable[[str, str, Any], None] | None = None

    @cached_property
    def migration(self) -> Migration:
        assert self.parsed is not None
        return self.parsed

    def service_client(self) -> Client:
        return self.world.services.service.client()

    def _session(self, _kind: object, *, read_only: bool) -> SimulatedAws:  # type: ignore[override]  # always this one
        return SimulatedAws(
            self.world,
            self.process,
            read_only=read_only,
            sleep=self.progress.sleep,
            wrote=self.wrote,
            check=self.check,
            asked=self.asked,
        )


@dataclass
class Migrating:
    """Somebody who migrates.

    Attributes:
        world: The account.
        folder: With migration.yaml and the ledger.
        configuration: Text of migration.yaml.
        wrote: Told of every call that may have changed something, once AWS has carried it out.
        check: As for :class:`SimulatedAws`.
        asked: Likewise.
        said: What the last command wrote to standard error.
    """

    world: World
    folder: Path
    configuration: str = CONFIGURATION
    wrote: Callable[[str], None] = field(default=lambda _called: None)
    check: Callable[[str, str, Any, Any], None] | None = None
    asked: Callable[[str, str, Any], None] | None = None
    said: str = ""

    def __post_init__(self) -> None:
        self.path = self.folder / "migration.yaml"
        self.path.write_text(self.configuration)
        self._parsed = config.parse(self.configuration)

    @property
    def ledger(self) -> Ledger:
        """The ledger as it is on disk."""
        return Ledger.read(self.folder / "ledger.yaml")

    def context(self, process: Process | None = None, name: str = "look") -> Simulated:
        """Return the context of a new command."""
        process = process or Process()
        terminal = Terminal(io.StringIO(), io.StringIO(), io.StringIO())
        clock = Ticking(lambda: self.world.time.now, self.world.time.advance, process)
        call = Call(terminal, clock=clock)
        process.stop = lambda: setattr(call.stop, "asked", "Ctrl-C")
        return Simulated(
            GlobalOptions(self.path),
            call,
            [name],
            parsed=self._parsed,
            world=self.world,
            process=process,
            wrote=self.wrote,
            check=self.check,
            asked=self.asked,
        )

    def __call__(self, command: Command | str, *faults: Fault) -> Outcome:
        """Type a command, and say yes to whatever it asks."""
        command = Command(command) if isinstance(command, str) else command
        process = Process(faults)
        context = self.context(process, command.name)
        try:
            result = _started(context, command)
        except Killed:
            self._cut_off(faults)
            return Outcome("killed", called=tuple(process.called))
        except MigrateError as error:
            return Outcome("refused", error=error, called=tuple(process.called))
        finally:
            self.said = context.terminal.err.getvalue()
        return Outcome("done", result, result.error, tuple(process.called))

    def _cut_off(self, faults: tuple[Fault, ...]) -> None:
        """Leave half a record behind, as where the process is killed while it writes."""
        if any(fault.kind == "killed after" and fault.call == LEDGER for fault in faults):
            with (self.folder / "ledger.yaml").open("ab") as file:
                file.write(f"---\nseq: {self.ledger.tail.seq + 1}\nid: 0".encode())


def _started(context: Simulated, command: Command) -> Result:
    options = dict(command.options)
    if command.name == "rollback":
        return roll_back(context, Chosen(**options), confirm=_yes, dry_run=False)
    if command.name == "promote":
        return promote(context, "somebody looked", _yes)
    if command.name == "lift":
        return code_freeze.end(context, confirm=_yes, dry_run=False)
    if command.name == "freeze":
        return code_freeze.begin(context, confirm=_yes, dry_run=False)
    return run(context, command.name, Overrides(**options), confirm=_yes)


def _yes(_question: object) -> None:
    """Say yes."""
