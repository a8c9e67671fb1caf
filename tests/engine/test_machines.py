"""The lock between machines: one holder, renewed, expired, taken over, and the ledger's end that it leaves behind."""

from __future__ import annotations

import multiprocessing
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.aws.session import Aws
from lambda_migrate.engine.lock import Holder
from lambda_migrate.engine.machines import LASTS, LOOKS, RENEWED, Claim, Machines, decode, encode, read
from lambda_migrate.engine.tail import Tail
from lambda_migrate.errors import Drifted, Locked, NotAllowed, NotFound
from tests.support.waiting import TIMEOUT

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.sandbox

ANNA = Holder("anna", "lab", 7, "cutover", "", "another machine")
NOW = 1_800_000_000.0


@dataclass
class Clock:
    time: float = NOW

    def now(self) -> float:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def function(make_function: Callable[..., str], client: Callable[[str], Any], unique: str) -> str:
    make_function()
    client("lambda").publish_version(FunctionName=unique)
    return unique


def hold(client: Callable[[str], Any], function: str, claim: Claim, version: str = "1") -> None:
    client("lambda").create_alias(
        FunctionName=function, Name="lambda-migrate", FunctionVersion=version, Description=encode(claim)
    )


def test_it_is_made_kept_and_gone(aws: Aws, function: str, clock: Clock) -> None:
    machines = Machines(aws, function, "cutover", clock.now)

    machines.acquire()
    claim = read(aws, function)
    machines.release(Tail(3, "abc"))

    assert claim
    assert claim.holder
    assert (claim.holder.command, claim.until, claim.token) == ("cutover", NOW + LASTS, machines.token)
    assert read(aws, function) is None


def test_a_pin_stays_with_the_end_of_the_ledger(
    aws: Aws, function: str, clock: Clock, client: Callable[[str], Any]
) -> None:
    hold(client, function, Claim(tail=Tail(2, "old")))
    machines = Machines(aws, function, "cutover", clock.now)

    before = machines.acquire()
    machines.release(Tail(3, "abc"))

    assert before == Claim(tail=Tail(2, "old"))
    assert read(aws, function) == Claim(tail=Tail(3, "abc"))
    assert client("lambda").get_alias(FunctionName=function, Name="lambda-migrate")["FunctionVersion"] == "1"


def test_another_machine_is_refused_until_it_expires(
    aws: Aws, function: str, clock: Clock, client: Callable[[str], Any]
) -> None:
    hold(client, function, Claim(ANNA, NOW + 540, "theirs", Tail(2, "old")))
    machines = Machines(aws, function, "rollback", clock.now)

    with pytest.raises(Locked) as caught:
        machines.acquire()
    clock.time += 541

    assert caught.value.message == (f"`{function}` is held by anna on lab (process 7), `cutover`, for 9 min more")
    assert machines.acquire().holder is not None
    assert read(aws, function).tail == Tail(2, "old")  # type: ignore[union-attr]  # it is there


def test_whoever_evicts_has_it_and_the_other_stops(
    aws: Aws, function: str, clock: Clock, client: Callable[[str], Any]
) -> None:
    hold(client, function, Claim())
    first, second = (Machines(aws, function, command, clock.now) for command in ("cutover", "unlock"))
    first.acquire()

    second.acquire(evict=True)
    clock.time += LOOKS

    with pytest.raises(Locked) as caught:
        first.tick()
    assert caught.value.message == f"this run was evicted from `{function}` while it worked"
    first.release(Tail(9, "not theirs to say"))
    assert read(aws, function).token == second.token  # type: ignore[union-attr]  # it is there


def test_it_is_renewed_while_a_run_lasts(aws: Aws, function: str, clock: Clock) -> None:
    machines = Machines(aws, function, "cutover", clock.now)
    machines.acquire()

    clock.time += LOOKS
    machines.tick()
    unchanged = read(aws, function)
    clock.time += RENEWED
    machines.tick()

    assert unchanged
    assert unchanged.until == NOW + LASTS
    assert read(aws, function).until == clock.time + LASTS  # type: ignore[union-attr]  # it is there


def test_an_alias_of_that_name_that_is_not_ours_is_left_alone(
    aws: Aws, function: str, clock: Clock, client: Callable[[str], Any]
) -> None:
    client("lambda").create_alias(
        FunctionName=function, Name="lambda-migrate", FunctionVersion="1", Description="do not touch"
    )

    with pytest.raises(Drifted):
        Machines(aws, function, "cutover", clock.now).acquire()


def test_a_function_that_is_gone_needs_no_lock(aws: Aws, unique: str, clock: Clock) -> None:
    machines = Machines(aws, unique, "retire", clock.now)

    assert machines.acquire() == Claim()
    clock.time += LOOKS
    machines.tick()
    machines.release(Tail(1, "a"))


def test_the_longest_claim_fits_a_description_and_reads_back() -> None:
    long = Holder('a"\\é' * 40, "h" * 99, 4_194_304, "proxy deploy --events" * 9, "", "boot", "pid:[4026531836]")
    claim = Claim(long, NOW, "0123abcd", Tail(10_000_000, "0" * 16))

    text = encode(claim)
    again = decode(text)

    assert len(text) <= 256
    assert again
    assert again.holder
    assert (again.until, again.token, again.tail, again.holder.who[:4]) == (NOW, "0123abcd", claim.tail, "a???")
    assert [decode(other) for other in ("hands off", "[]", '{"by": "anna"}', '{"ledger": "x:y"}')] == [None] * 4


def test_an_alias_that_somebody_deletes_meanwhile_is_made_again(
    aws: Aws, function: str, clock: Clock, client: Callable[[str], Any]
) -> None:
    machines = Machines(aws, function, "cutover", clock.now)
    machines.acquire()
    client("lambda").delete_alias(FunctionName=function, Name="lambda-migrate")

    clock.time += LOOKS
    machines.tick()

    assert read(aws, function).token == machines.token  # type: ignore[union-attr]  # it is there


def test_a_function_that_is_deleted_while_it_is_held_does_not_stop_the_run(
    aws: Aws, function: str, clock: Clock, client: Callable[[str], Any]
) -> None:
    machines = Machines(aws, function, "retire", clock.now)
    machines.acquire()
    client("lambda").delete_function(FunctionName=function)

    clock.time += LOOKS
    machines.tick()
    machines.release(Tail(3, "abc"))


def test_of_many_machines_that_want_it_one_gets_it(aws: Aws, function: str) -> None:
    context = multiprocessing.get_context("fork")
    came, start, done = context.Queue(), context.Event(), context.Event()

    def racer() -> None:
        own = Aws(region=aws.region, endpoint_url=aws.endpoint_url)
        start.wait()
        try:
            Machines(own, function, "cutover", time.time).acquire()
        except Locked as refused:
            came.put(refused.message)
            return
        came.put("mine")
        done.wait(TIMEOUT)  # one that ends would leave a run that is over to the others

    racers = [context.Process(target=racer) for _ in range(5)]
    for process in racers:
        process.start()
    start.set()
    answers = [came.get(timeout=TIMEOUT) for _ in racers]
    done.set()
    for process in racers:
        process.join(TIMEOUT)

    assert answers.count("mine") == 1
    assert [answer for answer in answers if answer != "mine" and not answer.startswith(f"`{function}` is held")] == []


class Unchanging:
    """An AWS in which the alias may be made, and not be changed."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.alias: dict[str, Any] = {}

    def call(self, _service: str, operation: str, **parameters: Any) -> dict[str, Any]:
        if operation == "get_alias":
            if not self.alias:
                raise NotFound("there is none", operation="lambda:GetAlias")
            return self.alias
        self.asked.append(operation)
        if operation == "update_alias":
            raise NotAllowed("`lambda:UpdateAlias` is not allowed")
        self.alias = {**parameters, "RevisionId": "1"}
        return self.alias


def test_a_lock_that_may_not_be_renewed_is_told_and_not_at_every_look(clock: Clock) -> None:
    aws: Any = Unchanging()
    machines = Machines(aws, "orders", "direct", clock.now)
    machines.acquire()
    clock.time += RENEWED + LOOKS

    with pytest.raises(NotAllowed):
        machines.tick()
    clock.time += LOOKS
    machines.tick()

    assert aws.asked == ["create_alias", "update_alias"]
