"""What every action keeps that writes a whole document because of one part of it."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from lambda_migrate.actions.base import Observed
from lambda_migrate.actions.document import PointInDocument, at, differences, put
from lambda_migrate.engine.apply import bring
from lambda_migrate.errors import Drifted, NotAllowed, PreconditionFailed
from tests.inventory.fake_aws import FakeAws

if TYPE_CHECKING:
    from collections.abc import Callable

OURS, THEIRS, LIVE = "arn:orders", "arn:theirs", "arn:orders:live"


@dataclass(frozen=True)
class PointBell(PointInDocument):
    """A bell board: who rings, by name. It is kept in what the fake AWS remembers."""

    kind: ClassVar[str] = "point_bell"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "→"
    set_by_aws: ClassVar[frozenset[str]] = frozenset({"Changed"})
    bell: str = "door"

    def describe(self) -> str:
        return f"bell {self.bell}: {self.before} → {self.after}"

    def read(self, aws: Any) -> Any:
        return aws.call("bells", "get_board")

    def ours(self, document: Any) -> Any:
        return at(document, ("Bells", self.bell))

    def merged(self, document: Any, side: Any) -> Any:
        return put(document, {("Bells", self.bell): side})

    def send(self, aws: Any, document: Any) -> None:
        aws.call("bells", "put_board", board=document)


class Board:
    """The board in AWS, and what others do to it: before the n-th call from now on."""

    def __init__(self, **bells: str) -> None:
        self.document: dict[str, Any] = {"Bells": bells, "Note": "", "Changed": 1}
        self.others: dict[int, Callable[[dict[str, Any]], object]] = {}
        self.calls = self.written = 0
        self.aws: Any = FakeAws({"bells:get_board": self.get, "bells:put_board": self.put})

    def _called(self) -> None:
        self.calls += 1
        if self.calls in self.others:
            self.others.pop(self.calls)(self.document)

    def get(self) -> dict[str, Any]:
        self._called()
        return deepcopy(self.document)

    def put(self, board: dict[str, Any]) -> None:
        self._called()
        self.written += 1
        self.document = deepcopy(board) | {"Changed": self.document["Changed"] + 1}


MOVE = PointBell("house", OURS, LIVE)


def test_only_our_part_changes_there_and_back() -> None:
    board = Board(door=OURS, attic=OURS, gate=THEIRS)
    before = deepcopy(board.document)

    assert bring(MOVE, board.aws, Observed.AFTER, sleep=lambda _s: None)
    assert board.document["Bells"] == {"door": LIVE, "attic": OURS, "gate": THEIRS}
    assert bring(MOVE, board.aws, Observed.BEFORE, sleep=lambda _s: None)
    assert board.document | {"Changed": 1} == before


@pytest.mark.parametrize("call", [1, 2, 4])
def test_what_somebody_else_writes_before_our_write_or_after_it_survives(call: int) -> None:
    """Calls: our look, our read, our write, our read back. Between read and write there is no way to see theirs."""
    board = Board(door=OURS, gate=THEIRS)
    board.others[call] = lambda document: document.update(Note="mind the dog")

    if call == 4:
        with pytest.raises(Drifted, match="written, but `Note` is not as it was read right before"):
            bring(MOVE, board.aws, Observed.AFTER, sleep=lambda _s: None)
    else:
        bring(MOVE, board.aws, Observed.AFTER, sleep=lambda _s: None)

    assert board.document["Note"] == "mind the dog"
    assert board.document["Bells"] == {"door": LIVE, "gate": THEIRS}
    assert MOVE.observe(board.aws) is Observed.AFTER


def test_what_was_ours_and_is_somebody_else_s_now_is_not_overwritten() -> None:
    board = Board(door=OURS)
    board.others[2] = lambda document: document["Bells"].update(door=THEIRS)

    with pytest.raises(Drifted, match=f"found {THEIRS}"):
        bring(MOVE, board.aws, Observed.AFTER, sleep=lambda _s: None)
    assert (board.written, board.document["Bells"]) == (0, {"door": THEIRS})


def test_a_write_that_would_find_the_wrong_side_writes_nothing() -> None:
    board = Board(door=LIVE)

    with pytest.raises(PreconditionFailed):
        MOVE.write(board.aws, LIVE)
    assert board.written == 0


def test_what_is_gone_is_drift_and_said() -> None:
    board = Board(gate=THEIRS)
    gone: Any = FakeAws({"bells:get_board": lambda: None})

    assert (MOVE.observe(board.aws), MOVE.observe(gone)) == (Observed.DRIFT, Observed.DRIFT)
    assert (MOVE.current(board.aws), MOVE.current(gone)) == ("house names the function no more", "house is gone")


def test_the_way_back_passes_by_what_is_gone_and_nothing_else() -> None:
    gone: Any = FakeAws({"bells:get_board": lambda: None})

    assert MOVE.needless(gone) == "house is gone, so it invokes nothing"
    assert MOVE.needless(Board(gate=THEIRS).aws) == "house names the function no more"
    assert [MOVE.needless(Board(door=side).aws) for side in (OURS, LIVE, THEIRS)] == ["", "", ""]


def test_a_read_that_failed_is_never_an_empty_document() -> None:
    shut: Any = FakeAws({"bells:get_board": NotAllowed("not allowed")})

    for look in (MOVE.observe, MOVE.current, lambda aws: MOVE.write(aws, LIVE)):
        with pytest.raises(NotAllowed):
            look(shut)
    assert shut.calls == ["bells:get_board"] * 3


def test_what_aws_resets_beside_ours_stops_us() -> None:
    kept = Board(door=OURS)
    kept.document["Window"] = {"From": 8, "Days": ["Mon", "Tue"]}

    def forgetful(*, board: dict[str, Any]) -> None:
        kept.document = {**board, "Window": {"From": 0, "Days": ["Mon", "Sun"]}}

    kept.aws.answers["bells:put_board"] = forgetful
    with pytest.raises(Drifted, match=r"`Window\.Days\[1\]`, `Window\.From` is not as it was read"):
        bring(MOVE, kept.aws, Observed.AFTER, sleep=lambda _s: None)


def test_a_write_that_does_not_show_yet_is_waited_for() -> None:
    kept = Board(door=OURS)
    late: list[dict[str, Any]] = []

    def accept(*, board: dict[str, Any]) -> None:
        late.append(board)

    def sleep(_seconds: float) -> None:
        kept.document = late[0]

    kept.aws.answers["bells:put_board"] = accept

    assert bring(MOVE, kept.aws, Observed.AFTER, sleep=sleep)
    assert kept.document["Bells"] == {"door": LIVE}


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ({"a": 1, "b": [{"c": 2}]}, {"a": 1, "b": [{"c": 2}]}, []),
        ({"a": None, "b": ""}, {"c": []}, []),
        ({"Switch": {}}, {}, ["Switch"]),
        ({"a": [1, 2]}, {"a": [2, 1]}, ["a[0]", "a[1]"]),
        ({"a": [1]}, {"a": [1, 2]}, ["a"]),
        ({"a": {"b": {"c": 1}}}, {"a": {"b": {"d": 1}}}, ["a.b.c", "a.b.d"]),
        ({"a": 0}, {}, ["a"]),
        ({"a": False}, {}, ["a"]),
    ],
)
def test_where_two_documents_differ(one: Any, other: Any, expected: list[str]) -> None:
    assert list(differences(one, other)) == expected


def test_a_place_that_is_not_there_is_none_and_the_original_is_left_alone() -> None:
    document = {"List": [{"Id": 1}]}

    assert [at(document, path) for path in (("List", 1), ("Map", "x"), ("List", 0, "Id"), ("List", "x"))] == [
        None,
        None,
        1,
        None,
    ]
    assert put(document, {("List", 0, "Id"): 2}) == {"List": [{"Id": 2}]}
    assert document == {"List": [{"Id": 1}]}
