"""Whatever is done to a ledger, it is recovered, or refused by the record that is wrong with what to do."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, NamedTuple

import pytest

from lambda_migrate.engine.ledger import Ledger
from lambda_migrate.engine.record import END, Record
from lambda_migrate.errors import LedgerBroken
from tests.chaos import story
from tests.chaos.journey import Journey, Stage, travelling
from tests.failures.intercepting_proxy import changes
from tests.support.chaos import rounds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = [pytest.mark.sandbox, pytest.mark.chaos, pytest.mark.timeout(1800)]

OURS = (b"# checked, all is well -- anna\n", b"ask: the platform team\n", b"---\nnotes: [mine]\n", b"```\n")
COMMANDS = (("status",), ("history",), ("history", "--verify"), ("rollback", "--dry-run"), ("rollback", "--yes"))


class Damage(NamedTuple):
    """What was done to a ledger, and what it is then."""

    what: str
    content: bytes


@pytest.fixture(scope="module")
def journey(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Journey]:
    """A journey up to the deployed proxy."""
    with travelling(stage, tmp_path_factory.mktemp("damage") / "work") as journey:
        for phase in story.JOURNEY[:3]:
            journey.settle(phase, 0, phase.there)
        yield journey


def damaged(whole: bytes, dice: random.Random) -> Damage:
    """Damage a ledger."""
    what = dice.choice(["cut", "flip", "own text", "conflict"])
    place = dice.randrange(len(whole))
    if what == "cut":
        return Damage(f"cut at {place}", whole[:place])
    if what == "flip":
        bit = 1 << dice.randrange(8)
        return Damage(f"bit {bit} of {place} flipped", whole[:place] + bytes([whole[place] ^ bit]) + whole[place + 1 :])
    if what == "own text":
        text = dice.choice(OURS)
        return Damage(f"{text!r} at the end", whole + text)
    records = [part + END for part in whole.split(END)[:-1]]
    first = dice.randrange(1, len(records))
    ours, theirs = b"".join(records[first:]), b"".join(records[first : dice.randint(first, len(records))])
    markers = b"<<<<<<< HEAD\n" + ours + b"=======\n" + theirs + b">>>>>>> theirs\n"
    return Damage(f"a conflict from record {first + 1} on", b"".join(records[:first]) + markers)


def read(path: Path) -> list[Record] | LedgerBroken:
    """Return what a ledger says, or why it says nothing."""
    try:
        return Ledger.read(path).records
    except LedgerBroken as error:
        return error


@pytest.mark.parametrize("_round", rounds(1, 4))
def test_whatever_is_done_to_a_ledger_it_is_recovered_or_refused(
    _round: int, chaos_seed: int, journey: Journey, record_property: Callable[[str, object], None]
) -> None:
    dice, path = random.Random(chaos_seed), journey.ledger
    whole, records = path.read_bytes(), Ledger.read(path).records

    for number in range(300):
        damage = damaged(whole, dice)
        path.write_bytes(damage.content)
        found = read(path)
        if isinstance(found, LedgerBroken):
            assert "`ledger.yaml`" in found.message, damage.what
            assert found.hint, damage.what
            assert not damage.what.startswith("cut"), damage.what
        else:
            assert not damage.what.startswith("a conflict"), damage.what
            assert found == records[: len(found)], damage.what
        if number % 30 == 0:
            told(journey, damage, found)

    path.write_bytes(whole)
    record_property("chaos", {"damaged ledgers": 300})


def told(journey: Journey, damage: Damage, found: list[Record] | LedgerBroken) -> None:
    """Type commands over a damaged ledger; where it is refused, none of them changes anything."""
    for command in COMMANDS if isinstance(found, LedgerBroken) else COMMANDS[:2]:
        answer = journey.type(command)
        refused = isinstance(found, LedgerBroken)
        assert answer.code == int(refused), (damage.what, command, answer)
        assert journey.ledger.read_bytes() == damage.content, (damage.what, command)
        if refused:
            assert f"error: {found}" in answer.err, (damage.what, command, answer)
            assert f"hint: {found.hint}" in answer.err, (damage.what, command, answer)
            assert not [call for call in journey.stage.interceptor.calls if changes(call)], (damage.what, command)
