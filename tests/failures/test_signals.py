"""Ctrl-C, SIGTERM and SIGKILL at every call of a run: it stops cleanly, says what to type, and is carried on with.

The signal is sent while a call is under way, before AWS sees it or after AWS has carried it out, so that the moments
are the same in every run. What AWS shows in the end is compared with what a run that nobody interrupted leaves behind.
"""

from __future__ import annotations

import random
import signal
import threading
from typing import TYPE_CHECKING, Any

import pytest

from tests.failures.moment import GOES_ON, Moment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.failures.user import User
    from tests.support.screen import Answer
    from tests.support.service import Service

pytestmark = pytest.mark.sandbox

DEPLOY = ("proxy", "deploy", "--yes")
CUTOVER = ("cutover", "--weights", "50,100", "--yes")
ROLLBACK = ("rollback", "--yes")


def clean(answer: Answer, user: User) -> None:
    """Assert that a command was stopped as it should be."""
    assert (answer.code, answer.error, answer.hint) == (130, "stopped at a clean point", GOES_ON), answer.err
    assert "Traceback" not in answer.err
    assert answer.out == ""
    assert not (user.folder / "ledger.lock").exists()
    assert user.story()[-1].startswith(("applied", "undone", "verdict", "plan", "finished"))


@pytest.fixture
def traffic(user: User) -> Iterator[None]:
    """Invoke the function through its alias, as soon as there is one."""
    lambdas, over = user.client("lambda"), threading.Event()

    def invoke() -> None:
        while not over.wait(0.05):
            try:
                lambdas.invoke(FunctionName=user.function, Qualifier="live", Payload=b'{"number": 1}')
            except lambdas.exceptions.ResourceNotFoundException:
                continue

    thread = threading.Thread(target=invoke, daemon=True)
    thread.start()
    yield
    over.set()
    thread.join()


def uninterrupted(user: User, *command: str) -> dict[str, Any]:
    """Return what a run that nobody interrupts leaves behind, and roll it back."""
    assert user(*command).code == 0
    shape = user.shape()
    assert user("rollback", "--last", "--yes").code == 0
    return shape


def test_a_deployment_interrupted_at_every_change(user: User) -> None:
    expected = uninterrupted(user, *DEPLOY)

    interruptions = 0
    while True:
        what, when = [(signal.SIGINT, "before"), (signal.SIGTERM, "after")][interruptions % 2]
        answer = Moment(2, when, only="changes").strike(user, what, *DEPLOY)
        if answer.code == 0:
            break
        interruptions += 1
        clean(answer, user)
        by = "Ctrl-C" if what == signal.SIGINT else "SIGTERM"
        assert f"\n{by}: stopping at the next clean point; once more stops at once\n" in answer.err

    assert interruptions == 5  # at the last change it finishes instead
    assert user.shape() == expected


def test_a_rollback_interrupted_at_every_change(user: User) -> None:
    before = user.shape()
    assert user(*DEPLOY).code == 0

    interruptions = 0
    while (answer := Moment(2, "before", only="changes").strike(user, signal.SIGTERM, *ROLLBACK)).code != 0:
        interruptions += 1
        clean(answer, user)

    assert interruptions == 3  # at the last change it finishes instead
    assert user.shape() == before


def test_a_cutover_interrupted_at_every_change_and_while_it_watches(
    user: User, service: Service, traffic: None
) -> None:
    user.configure(url=service.url, arrival="30s")  # on a busy machine nothing is invoked in the second of a bake
    assert user(*DEPLOY).code == 0
    expected = uninterrupted(user, *CUTOVER)

    moments = [
        Moment(2, "before", only="changes"),
        Moment(2, "after", only="lambda:UpdateAlias"),
        Moment(2, "before", only="monitoring:GetMetricData"),  # the first asks how many requests come at once
        Moment(2, "before", only="lambda:UpdateAlias"),
    ]
    for moment in moments:
        clean(moment.strike(user, signal.SIGINT, *CUTOVER), user)
    finished = user(*CUTOVER)

    done = finished.out.strip().partition(", in ")[0]
    assert (finished.code, done) == (0, "Done: 3 steps of cutover"), finished.err
    assert user.shape() == expected
    assert user.story()[-1] == "finished"


@pytest.mark.parametrize("number", [1, 9])
def test_an_interruption_before_anything_changes(number: int, user: User) -> None:
    aws, files = user.aws(), user.files()

    answer = Moment(number, "before").strike(user, signal.SIGINT, *DEPLOY, "--json")

    assert (answer.code, answer.json["exit_code"], answer.json["status"]) == (130, 130, "error")
    assert answer.json["errors"] == [
        {
            "code": "interrupted",
            "message": "stopped by Ctrl-C",
            "hint": "`lambda-migrate status` shows what is done; run the same command again to go on, "
            "or `lambda-migrate rollback` to go back",
        }
    ]
    assert (user.aws(), user.files()) == (aws, files)


def test_two_interruptions_stop_at_once_and_a_change_that_lands_later_is_found(user: User) -> None:
    """The second one tears the call off; AWS carries it out when the program is gone already."""
    expected = uninterrupted(user, *DEPLOY)

    for call in ("lambda:PublishLayerVersion", "lambda:UpdateFunctionConfiguration"):
        answer = Moment(1, "before", only=call).strike(user, signal.SIGINT, *DEPLOY, times=2)
        assert (answer.code, answer.error) == (130, "stopped by Ctrl-C")
        assert user.story()[-1].startswith("intent ")
        assert not (user.folder / "ledger.lock").exists()
        user.interceptor.quiet()  # the change lands

    assert user(*DEPLOY).code == 0
    assert user.shape() == expected


def test_a_process_that_is_killed_at_random_calls(user: User) -> None:
    seed = random.SystemRandom().randrange(10**6)
    print(f"seed {seed}")
    dice = random.Random(seed)
    before = user.shape()
    expected = uninterrupted(user, *DEPLOY)

    for command, shape in ((DEPLOY, expected), (ROLLBACK, before)):
        for _ in range(3):
            moment = Moment(dice.randint(10, 45), dice.choice(["before", "after"]))
            moment.strike(user, signal.SIGKILL, *command)
            user.interceptor.quiet()
        answer = user(*command)
        assert (answer.code, user.shape()) == (0, shape), (seed, answer.err)
    # where nothing was left to do, the lock of the one that was killed is there still, and in nobody's way
    assert user(*DEPLOY).code == 0
    assert not (user.folder / "ledger.lock").exists()
