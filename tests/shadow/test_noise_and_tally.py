"""What means nothing, and what follows from counts."""

from __future__ import annotations

import pytest

from lambda_migrate.errors import ConfigError
from lambda_migrate.shadow.compare import Difference
from lambda_migrate.shadow.noise import Noise, Rule, parse, write
from lambda_migrate.shadow.tally import MOST, OTHERS, Tally, needed, wilson


@pytest.mark.parametrize(
    ("route", "path", "covered"),
    [
        ("GET /items", "$.items[].time", True),
        ("GET /items/{}", "$.items[].time", True),
        ("POST /items", "$.items[].time", False),
        ("GET /items", "$.items[].name", False),
        ("GET /any", "header:date", True),
        ("GET /any", "header:x-amzn-requestid", True),
        ("GET /any", "header:etag", False),
    ],
)
def test_a_rule_covers_a_path_of_routes(route: str, path: str, *, covered: bool) -> None:
    noise = Noise((Rule("GET /items*", "$.items[].time", "the clock"),))

    assert noise.covers(route, path) is covered


def test_rules_are_learned_once_written_and_read_again() -> None:
    learned = Noise().with_learned([("GET /a", "$.id"), ("GET /a", "$.id"), ("GET /a", "header:date")])

    assert parse(write(learned), "noise.yaml") == learned
    assert learned.rules[0] == Rule("GET /a", "$.id", "the original answers differently each time")
    assert learned.with_learned([("GET /a", "$.id")]) == learned


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: [", "`noise.yaml` is not valid YAML"),
        ("a: 1", "`noise.yaml` is not a list of rules"),
        ("- {route: GET /, path: $.a}", "`noise.yaml`: rule 1 needs `route`, `path` and `why`, and nothing else"),
    ],
)
def test_a_file_that_is_not_one_is_refused(text: str, problem: str) -> None:
    with pytest.raises(ConfigError) as raised:
        parse(text, "noise.yaml")

    assert raised.value.message == problem


def tally(alike: int, different: int = 0) -> Tally:
    made = Tally()
    for number in range(alike + different):
        found = [Difference("$.a", "value", "x" * (9 - number % 9), "y")] if number < different else []
        made.add("GET /a", f"events.jsonl:{number}", found, 10.0, 20.0)
    return made


@pytest.mark.parametrize(
    ("made", "result"),
    [
        (tally(381), "pass"),
        (tally(380), "inconclusive"),
        (tally(50), "inconclusive"),
        (tally(0), "inconclusive"),
        (tally(80, 20), "fail"),
        (tally(9999, 60), "pass"),
    ],
)
def test_few_samples_say_nothing_and_one_in_a_hundred_is_not_one_in_fifty(made: Tally, result: str) -> None:
    assert made.verdict(0.01)[0] == result


def test_without_any_answer_that_is_said_in_place_of_a_rate() -> None:
    assert tally(0).verdict(0.01) == ("inconclusive", "nothing was compared: no event was sent")


def test_wilsons_interval_holds_what_the_books_say() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
    assert wilson(10, 100) == (pytest.approx(0.0552, abs=1e-4), pytest.approx(0.1744, abs=1e-4))
    assert needed(0.01) == 381


def test_the_smallest_example_is_kept_with_its_event() -> None:
    (group,) = tally(0, 12).ranked()

    assert (group.count, group.one, group.event) == (12, "x", "events.jsonl:8")


def test_memory_does_not_grow_with_what_differs() -> None:
    made = Tally()
    for number in range(3 * MOST):
        made.add(f"GET /{number}", "e", [Difference(f"$.{number}", "value", "1", "2")], 1.0, 1.0)

    assert (len(made.groups), len(made.routes), made.compared, made.mismatched) == (
        MOST + 1,
        MOST + 1,
        3 * MOST,
        3 * MOST,
    )
    assert made.ranked()[0].route == OTHERS


def test_it_is_read_back_as_it_was() -> None:
    made = tally(3, 2)
    made.skip("throttled")
    made.learn("GET /a", ["$.time"])

    assert Tally.from_dict(made.to_dict()) == made
