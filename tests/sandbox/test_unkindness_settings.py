"""How the sandbox is told to be unkind, and what its page says of each setting."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lambda_migrate.errors import ConfigError
from lambda_migrate.sandbox.unkindness import KIND, SETTINGS, named, parse


def test_settings_survive_the_wire_and_unknown_ones_are_refused() -> None:
    settings = named(["all", "alias-lag=500ms", "denied=sns:Subscribe,lambda:UpdateAlias", "logs_lost=false"])

    assert parse(settings.to_json()) == settings
    assert parse("") == KIND
    assert (settings.alias_lag, settings.denied, settings.logs_lost) == (
        0.5,
        ("sns:Subscribe", "lambda:UpdateAlias"),
        False,
    )
    for wrong in ("{", "[]", '{"alias_lags": 1}'):
        with pytest.raises(ConfigError):
            parse(wrong)


@pytest.mark.parametrize(
    ("word", "message", "hint"),
    [
        ("alias_lags", "the sandbox has no unkindness `alias_lags`", "did you mean `alias_lag`?"),
        ("al", "the sandbox has no unkindness `al`", "did you mean `all`?"),
        ("all=2", "the sandbox has no unkindness `all`", "did you mean `all`?"),
        ("alias_lag=soon", "`soon` is not a value of `alias_lag`", "write it like `alias_lag=2s`"),
        ("throttled=-1", "`-1` is not a value of `throttled`", "write it like `throttled=20`"),
        ("logs_lost=maybe", "`maybe` is not a value of `logs_lost`", "write it like `logs_lost=true`"),
        ("versions_kept=", "`` is not a value of `versions_kept`", "write it like `versions_kept=2`"),
    ],
)
def test_what_is_no_setting_is_refused_with_the_nearest(word: str, message: str, hint: str) -> None:
    with pytest.raises(ConfigError) as caught:
        named([word])

    assert (caught.value.message, caught.value.hint) == (message, hint)


def test_the_page_tells_of_each_setting_what_it_does_and_its_value_where_it_is_named_alone() -> None:
    page = Path("docs/sandbox.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| `([^`]+)` \| ([^|]+) \|", page, re.MULTILINE)

    assert rows == [(each.name, each.written, each.meaning) for each in SETTINGS]


def table(heading: str) -> dict[str, list[str]]:
    """Return the rows of the first table below a heading, by their first cells."""
    text = Path("docs/sandbox.md").read_text(encoding="utf-8").partition(f"### {heading}\n")[2].partition("\n#")[0]
    rows = [[cell.strip() for cell in row.strip("|").split(" | ")] for row in text.splitlines() if row.startswith("|")]
    return {row[0]: row[1:] for row in rows[2:]}


def named_tests(cell: str) -> list[str]:
    return re.findall(r"`(test_\w+(?:\.py)?)`", cell)


def written() -> set[str]:
    """Return the names of all tests, and of their files."""
    sources = list(Path("tests").rglob("test_*.py"))
    named_in = [re.findall(r"^def (test_\w+)", each.read_text(encoding="utf-8"), re.MULTILINE) for each in sources]
    return {each.name for each in sources}.union(*named_in)


def missing(rows: dict[str, list[str]]) -> dict[str, list[str]]:
    """Return, by row, the tests that do not exist; a row without any is one."""
    there = written()
    named_by = {name: named_tests(cells[-1]) for name, cells in rows.items()}
    return {name: tests for name, tests in named_by.items() if not tests or not set(tests) <= there}


def test_each_defect_that_kindness_hid_has_a_setting_that_is_there_and_a_test_that_is_there() -> None:
    rows = table("What kindness had hidden")
    settings, known = {cells[1] for cells in rows.values()}, {each.name for each in SETTINGS}

    defects = {f"D{number}" for number in range(1, 20)} | {f"P{number}" for number in range(1, 13)}
    assert (rows.keys(), missing(rows)) == (defects | {"alias", "calls"}, {})
    assert {name for setting in settings for name in re.findall(r"`(\w+)`", setting)} <= known
    assert {each for each in settings if "`" not in each and each != "always" and not each.startswith("— (")} == set()


def test_each_case_that_chaos_and_a_new_user_had_broken_has_a_test_that_is_there() -> None:
    rows = table("What chaos and a new user broke")

    cases = [*(f"chaos {number}" for number in range(1, 21)), *(f"newcomer {number}" for number in (1, 8, 10))]
    assert (list(rows), missing(rows)) == (cases, {})


def test_each_public_report_is_a_defect_of_the_page_or_has_a_test_that_is_there() -> None:
    rows, defects = table("What others have reported"), table("What kindness had hidden")

    assert list(rows) == [f"report {number}" for number in range(1, 28)]
    assert missing({name: cells for name, cells in rows.items() if cells[-1] not in defects}) == {}
