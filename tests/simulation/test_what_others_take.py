"""Somebody takes away what the migration rests on; what is made again by a later run goes back with the first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lambda_migrate.engine.runs import runs
from tests.simulation.history import History, Replay
from tests.simulation.migrating import Command
from tests.simulation.world import FUNCTION

if TYPE_CHECKING:
    from pathlib import Path

LAST = Command("rollback", (("last", True),))


@pytest.fixture
def replay(tmp_path: Path) -> Replay:
    """A migration whose traffic is all on the proxy."""
    made = Replay(History(1, ()), tmp_path)
    for name in ("proxy", "cutover"):
        assert made._type(Command(name)).well
    return made


def lose(replay: Replay, operation: str, **parameters: str) -> None:
    with replay.world.somebody_else():
        getattr(replay.world.client("lambda"), operation)(FunctionName=FUNCTION, **parameters)
    replay.watch.look_away()


@pytest.mark.parametrize("back", [(Command("rollback"),), (LAST, Command("rollback"))], ids=["all", "last first"])
def test_an_alias_that_was_made_again_stays_until_no_trigger_needs_it(
    replay: Replay, back: tuple[Command, ...]
) -> None:
    lose(replay, "delete_alias", Name="live")
    assert replay._type(Command("cutover")).well
    replay.watch.broken.clear()

    for command in back:
        assert replay._type(command).well
        assert replay.watch.broken == []


def test_where_the_alias_is_gone_everything_else_goes_back(replay: Replay) -> None:
    lose(replay, "delete_alias", Name="live")

    assert replay._type(Command("rollback")).well

    assert [run.is_back for run in runs(replay.we.ledger)] == [True, True]


def test_a_function_that_was_made_again_is_left_as_it_is_found(replay: Replay) -> None:
    lose(replay, "delete_function")
    with replay.world.somebody_else():
        code = {"Code": {"ZipFile": b"other code"}, "Handler": "app.main.handler", "Runtime": "python3.12"}
        replay.world.client("lambda").create_function(
            FunctionName=FUNCTION, Role=f"arn:aws:iam::123456789012:role/{FUNCTION}", **code
        )
    found = replay.world.services.lambda_.latest.truth[FUNCTION]["RevisionId"]

    assert [replay._type(Command(name)).well for name in ("cutover", "rollback")] == [False, True]

    assert replay.world.services.lambda_.latest.truth[FUNCTION]["RevisionId"] == found
