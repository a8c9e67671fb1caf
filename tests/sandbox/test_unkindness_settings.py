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


def test_each_defect_that_kindness_hid_has_a_setting_that_is_there_and_a_test_that_is_there() -> None:
    page = Path("docs/sandbox.md").read_text(encoding="utf-8").partition("### What kindness had hidden")[2]
    rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in page.splitlines() if row.startswith("|")]
    defects = {row[0]: (row[2], re.findall(r"`(test_\w+(?:\.py)?)`", row[3])) for row in rows[2:] if len(row) == 4}
    known = {each.name for each in SETTINGS}
    sources = list(Path("tests").rglob("test_*.py"))
    named_in = [re.findall(r"^def (test_\w+)", each.read_text(encoding="utf-8"), re.MULTILINE) for each in sources]
    written = {each.name for each in sources}.union(*named_in)

    expected = {f"D{number}" for number in range(1, 20)} | {f"P{number}" for number in range(1, 13)}
    assert expected <= defects.keys()
    assert {name for setting, _ in defects.values() for name in re.findall(r"`(\w+)`", setting)} <= known
    plain = {setting for setting, _ in defects.values() if "`" not in setting}
    assert {each for each in plain if each != "always" and not each.startswith("— (")} == set()
    assert {defect for defect, (_, tests) in defects.items() if not tests or not set(tests) <= written} == set()
