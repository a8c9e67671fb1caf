"""A history: somebody migrates and rolls back, meets what AWS and others do; and what must hold throughout."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from lambda_migrate.engine.runs import runs
from lambda_migrate.errors import Drifted
from tests.simulation import foreign
from tests.simulation.account import nothing_else, opened, rest_api
from tests.simulation.agreement import disagreements
from tests.simulation.migrating import Command, Migrating
from tests.simulation.snapshot import differences, taken
from tests.simulation.unkindness import KIND, Unkindness
from tests.simulation.watch import Watch
from tests.simulation.world import FUNCTION

if TYPE_CHECKING:
    from tests.simulation.faults import Fault
    from tests.simulation.migrating import Outcome

JOURNEY = ("proxy", "cutover", "rotate", "rotate-finish", "direct", "retire")
LONG = 3 * 86400.0
"""Seconds after which whatever was left in place may go."""

ATTEMPTS = 4
"""How often the same command is typed again until it is through, once AWS is kind."""


@dataclass(frozen=True)
class Move:
    """One thing that happens.

    Attributes:
        what: ``on``: the next command of the journey, the same one until it is through. ``wait``. A change of somebody
            else's, by its name in `foreign`. Else a command.
        options: Of a command.
        seconds: That ``wait`` waits.
        faults: What goes wrong meanwhile.
    """

    what: str
    options: tuple[tuple[str, object], ...] = ()
    seconds: float = 0.0
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class History:
    """What happens, and in which world.

    Attributes:
        seed: Of everything that is left to chance.
        moves: What happens, in order; then everything is rolled back, and cleaned up.
        unkind: How unkind the world is.
        rest: Whether a REST API calls the function too.
    """

    seed: int
    moves: tuple[Move, ...]
    unkind: Unkindness = KIND
    rest: bool = False


def replay(history: History) -> None:
    """Have a history happen, in a folder that is in memory where the machine has such a place.

    Raises:
        Broken: Something does not hold.
    """
    memory = Path("/dev", "shm")
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as folder:
        Replay(history, Path(folder)).run()


class Broken(AssertionError):
    """Something that must hold does not."""


@dataclass
class Replay:
    """A history while it happens.

    Attributes:
        history: What happens.
        folder: Where migration.yaml and the ledger are.
        story: What has happened, one line each.
    """

    history: History
    folder: Path
    story: list[str] = field(default_factory=list)
    against: set[str] = field(default_factory=set)
    _place: int = 0
    _cut_off_on_the_way_back: bool = False
    """Several steps go back in one write, and are recorded one by one: the next command sees to the rest."""

    def __post_init__(self) -> None:
        also = rest_api if self.history.rest else nothing_else
        self.world = opened(self.history.seed, self.history.unkind, also)
        self.without_us = opened(self.history.seed, Unkindness(provisioned=self.history.unkind.provisioned), also)
        self.watch = Watch(self.world)
        self.we = Migrating(self.world, self.folder, wrote=self.watch.look)

    def run(self) -> None:
        """Have it happen, and everything go back.

        Raises:
            Broken: Something does not hold.
        """
        try:
            for move in self.history.moves:
                self._make(move)
            self._back()
        except Broken:
            raise
        except Exception as error:
            raise self._broken(f"{type(error).__name__}: {error}") from error

    def _make(self, move: Move) -> None:
        if move.what == "wait":
            self.world.time.advance(move.seconds)
            self.story.append(f"{move.seconds:g} s pass")
        elif move.what in foreign.BESIDE | foreign.AGAINST:
            self._somebody_else(move.what)
        elif move.what == "on":
            if JOURNEY[self._place : self._place + 1] == ("retire",):
                self.world.time.advance(LONG)  # until it was quiet for long enough
            if self._place < len(JOURNEY) and self._type(Command(JOURNEY[self._place]), *move.faults).well:
                self._place += 1
        else:
            outcome = self._type(Command(move.what, move.options), *move.faults)
            if move.what == "rollback" and outcome.how == "done":
                self._place = 0
        self._hold()

    def _somebody_else(self, name: str) -> None:
        made = foreign.done(name, self.world)
        self.watch.look_away()
        if made:
            foreign.done(name, self.without_us)
            self.story.append(f"somebody else: {name}")
            self.watch.redeployed |= name in ("the_environment_changes", "the_code_changes")
            if name in foreign.AGAINST:
                self.against.add(name)

    def _type(self, command: Command, *faults: Fault) -> Outcome:
        outcome = self.we(command, *faults)
        self._cut_off_on_the_way_back = command.name == "rollback" and outcome.how == "killed"
        error = f": {outcome.error.message}" if outcome.error else ""
        self.story.append(f"{command} {outcome.how}{error} {' '.join(map(str, faults))}".rstrip())
        return outcome

    def _hold(self) -> None:
        """See that everything holds that has to."""
        if self.watch.broken:
            raise self._broken("; ".join(self.watch.broken))
        if FUNCTION not in self.world.services.lambda_.latest.truth or self._cut_off_on_the_way_back:
            return
        looking = self.we.context()
        looking.status()
        found = [
            each
            for subject, each in disagreements(self.world, looking.ledger)
            if not foreign.touched(self.against, subject)
            and not (subject[0] == "version" and self.history.unkind.versions_kept)  # a pruner tells nobody
        ]
        if found:
            raise self._broken("; ".join(found))

    def _back(self) -> None:
        """Roll everything back and clean up, as somebody would who types the same command again."""
        if FUNCTION not in self.world.services.lambda_.latest.truth:
            return
        if any(move.what == "freeze" for move in self.history.moves):
            self._type(Command("lift"))
        self._until_through(Command("rollback"))
        self._hold()
        for _ in range(2):
            self.world.time.advance(LONG)
            self._until_through(Command("cleanup"))
            self._hold()
        self._compare()

    @property
    def _disputed(self) -> bool:
        """Whether something is gone that the way back needs: by somebody else, or by a `retire` that was cut off."""
        taken = ("remove_subscription", "delete_mapping")
        retired = (run for run in runs(self.we.ledger) if run.phase == "retire")
        return bool(self.against) or any(
            run.kinds[name] in taken for run in retired for name in (*run.first, *run.passed)
        )

    def _until_through(self, command: Command) -> None:
        for _ in range(ATTEMPTS):
            outcome = self._type(command)
            if outcome.well or (command.name == "cleanup" and self.we.ledger.identity is None):
                return
            if self._disputed and isinstance(outcome.error, Drifted) and command.name == "rollback":
                stayed = outcome.result.data["stayed"] if outcome.result else []
                stuck = [f"{each['run']}/{each['id']}" for each in stayed if each["why"] == "stuck"]
                skipped = dict(command.options).get("skip", ())
                command = Command("rollback", (("skip", tuple(dict.fromkeys((*skipped, *stuck)))),))
            self.world.time.advance(60.0)
        if not (self._disputed and command.name == "cleanup"):
            raise self._broken(f"{command} does not get through")

    def _compare(self) -> None:
        """See that the world is as it would be without us."""
        if self._disputed:
            return
        dropped = any(run.phase == "rotate-finish" and (run.first or run.passed) for run in runs(self.we.ledger))
        found = differences(taken(self.without_us), taken(self.world))
        left = [each for each in found if not (dropped and each.startswith("secrets: orders/signing-keys"))]
        if left:
            raise self._broken("not as it would be without us: " + "; ".join(left))

    def _broken(self, what: str) -> Broken:
        lines = "\n".join(f"  {line}" for line in self.story)
        return Broken(f"{what}\n\n{self.history!r}\n\n{lines}")
