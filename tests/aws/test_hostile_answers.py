"""Whatever an endpoint answers, a reader gets it right or says in one line what was wrong where."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.aws.answers import DEEPEST, Answer, document, require_readable, statements
from lambda_migrate.errors import AwsError, MigrateError, NoAnswer
from tests.aws.hostile import BODIES, DELETED, WRONG, Hostile, damage, damaged

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.fuzz

ROUNDS = 300
CALL = "lambda:GetFunction"


@pytest.fixture
def hostile(monkeypatch: pytest.MonkeyPatch) -> Hostile:
    for name, value in (("ACCESS_KEY_ID", "x"), ("SECRET_ACCESS_KEY", "y"), ("MAX_ATTEMPTS", "1")):
        monkeypatch.setenv(f"AWS_{name}", value)
    return Hostile()


def calls_of(hostile: Hostile, question: Callable[[], Any]) -> list[str]:
    """Return the calls that a question makes where all is well."""
    hostile.calls.clear()
    assert "cannot be read" not in said(question)
    return [call for call, answer in hostile.calls.items() if answer]


def said(question: Callable[[], Any]) -> str:
    """Return the error of a question in one line, or ""; anything but an error of ours is a failure."""
    told = None
    try:
        question()
    except MigrateError as error:
        told = error
    if told is None:
        return ""
    assert ("\n" in told.message, bool(told.hint)) == (False, True), told.message
    return told.message


def test_whatever_stands_in_one_member_of_one_answer(hostile: Hostile) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    dice, questions = random.Random(seed), hostile.questions()
    calls = {name: calls_of(hostile, question) for name, question in questions.items()}
    good = {}
    for name, question in questions.items():
        calls_of(hostile, question)
        good[name] = dict(hostile.calls)

    for _ in range(ROUNDS):
        name = dice.choice([name for name in questions if calls[name]])
        harmed = dice.choice(calls[name])
        place, wrong = damage(dice, good[name][harmed])
        what = f"{name}: {harmed} {place} = {'nothing' if wrong is DELETED else repr(wrong)[:60]}"
        hostile.harm = lambda call, answer: damaged(answer, place, wrong) if call == harmed else answer  # noqa: B023
        try:
            said(questions[name])
        except Exception as error:
            raise AssertionError(what) from error


@pytest.mark.parametrize("status", [200, 400, 500])
def test_whatever_comes_over_the_wire_in_place_of_an_answer(hostile: Hostile, status: int) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    dice, questions = random.Random(seed), hostile.questions()
    calls = {name: calls_of(hostile, question) for name, question in questions.items()}

    for body in BODIES:
        hostile.body = (status, body)
        for name in {"who am I", *dice.sample(list(questions), 3)}:
            for harmed in dice.sample(calls[name], min(1, len(calls[name]))):
                hostile.harm = lambda call, answer: None if call == harmed else answer  # noqa: B023
                try:
                    said(questions[name])
                except Exception as error:
                    raise AssertionError(f"{name}: {harmed} {body[:60]!r}") from error


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"{}", "gave an unexpected reply to sts; is it an AWS endpoint?"),
        (b"<a><GetCallerIdentityResult/></a>", "sts:GetCallerIdentity answered without `Account`"),
        (b"<a>" * 200_000, "nested deeper than 100 levels"),
    ],
)
def test_who_we_are_is_not_taken_from_an_answer_that_says_nothing(hostile: Hostile, body: bytes, problem: str) -> None:
    hostile.harm, hostile.body = (lambda _call, _answer: None), (200, body)

    assert problem in said(lambda: hostile.aws.account)


@pytest.mark.parametrize(
    ("place", "wrong", "error"),
    [
        (("Configuration",), DELETED, f"{CALL} answered without `Configuration`"),
        (("Configuration", "FunctionArn"), DELETED, f"{CALL} answered without `Configuration.FunctionArn`"),
        (("Configuration",), [], f"the answer to {CALL} cannot be read: `Configuration` is a list, not a structure"),
        (
            ("Configuration", "Layers", 0, "Arn"),
            7,
            f"the answer to {CALL} cannot be read: `Configuration.Layers[0].Arn` is a number, not text",
        ),
        (
            ("Configuration", "Timeout"),
            10**30,
            f"the answer to {CALL} cannot be read: `Configuration.Timeout` is a number, not a whole number of 64 bits",
        ),
        (
            ("Configuration", "Handler"),
            "\ud800",
            f"the answer to {CALL} cannot be read: `Configuration.Handler` is half a character, not text",
        ),
        (
            ("Configuration", "Environment", "Variables", "1"),
            None,
            f"the answer to {CALL} cannot be read: `Configuration.Environment.Variables.1` is null, not text",
        ),
    ],
)
def test_it_is_said_what_was_wrong_where(hostile: Hostile, place: Any, wrong: Any, error: str) -> None:
    hostile.harm = lambda call, answer: damaged(answer, place, wrong) if call == CALL else answer

    assert said(hostile.questions()["inventory"]) == error


@pytest.mark.parametrize(
    ("policy", "error"),
    [
        ("[", "`Policy` is not JSON"),
        ("[" * 100_000, f"`Policy` is nested deeper than {DEEPEST} levels"),
        ("[]", "`Policy` is a list, not a policy"),
        ('{"Statement": {"Sid": "a"}}', "`Policy.Statement` is a structure, not a list"),
        ('{"Statement": [{"Principal": {"AWS": [5]}}]}', "`Policy.Statement[0].Principal.AWS` is a number, not text"),
        ('{"Statement": [{"Principal": "\\ud800"}]}', "`Policy.Statement[0].Principal` is half a character, not text"),
    ],
)
def test_a_policy_that_is_not_one(policy: str, error: str) -> None:
    with pytest.raises(NoAnswer) as caught:
        statements({"Policy": policy})

    assert caught.value.message == f"the answer to lambda:GetPolicy cannot be read: {error}"


def test_a_policy_that_is_one_and_a_member_that_it_lacks() -> None:
    (found,) = statements({"Policy": '{"Statement": [{"Principal": "*", "Condition": {"Bool": {"a": true}}}]}'})

    assert found == {"Principal": "*", "Condition": {"Bool": {"a": True}}}
    with pytest.raises(AwsError, match=r"lambda:GetPolicy answered without `Policy.Statement\[0\].Sid`"):
        _ = found["Sid"]


def test_an_answer_is_a_plain_mapping_to_whoever_copies_or_compares_it() -> None:
    found = document('{"a": {"b": [1, {"c": null}]}}', "x:Y", "Z")

    assert isinstance(found, Answer)
    assert (found, {**found}, dict(found["a"])) == (
        {"a": {"b": [1, {"c": None}]}},
        {"a": {"b": [1, {"c": None}]}},
        {"b": [1, {"c": None}]},
    )


def test_what_is_deep_or_bracketed_within_reason_is_read() -> None:
    require_readable(b"[" * DEEPEST + b"]" * DEEPEST, call=CALL, as_json=True)
    require_readable(b'{"a": "' + b"[" * 10_000 + b'\\"["}', call=CALL, as_json=True)
    require_readable(b"<a>" + b"<b></b><c/>" * 10_000 + b"</a>", call=CALL, as_json=False)
    assert len(WRONG) > 30
