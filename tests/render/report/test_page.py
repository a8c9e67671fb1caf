"""The page and the Markdown: what comes from elsewhere is shown as text, whatever it holds."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from lambda_migrate.render.report.chart import chart
from lambda_migrate.render.report.markdown import markdown, runbook
from lambda_migrate.render.report.page import page
from lambda_migrate.report.model import Instruction, Report, Runbook, Series, Traffic, Typed
from tests.render.report.reports import AT, REPORT


def test_nothing_of_a_name_becomes_markup_or_an_escape_sequence() -> None:
    text = page(REPORT)

    assert "<script" not in text
    assert "\u202e" not in text
    assert "\x1b" not in text
    assert text.count("&lt;script&gt;alert(1)&lt;/script&gt; \\u202e\\x1b[31m|`*") == 18


def test_markdown_shows_the_same_as_text() -> None:
    text = markdown(REPORT)
    rows = [line for line in text.splitlines() if line.startswith("|")]

    assert "<script" not in text.replace("\\<script", "")
    assert "\x1b" not in text
    assert all(line.replace("\\|", "").count("|") in (4, 5, 6, 7) for line in rows)
    assert "7 earlier entries: `lambda-migrate history`" in text


def test_a_report_of_nothing_says_so() -> None:
    empty = Report("orders", "", "", AT, "0.1.0", (("1 lift", "open", ""),))

    assert "Nothing has been done yet." in page(empty)
    assert "AWS was not asked." in page(empty)
    assert markdown(empty) == (
        "# Migration of orders\n\nmade 2026-03-01 12:00:00 UTC\n\n| step | state | about |\n| --- | --- | --- |\n"
        "| 1 lift | to come |  |\n"
    )


def test_metrics_that_cannot_be_read_are_said() -> None:
    silent = replace(REPORT, traffic=Traffic(problem="not allowed"))

    assert "No metrics: not allowed" in page(silent)


@pytest.mark.parametrize(
    ("points", "share", "drawn"),
    [
        (((0.0, 50.0), (100.0, 100.0)), True, 'd="M80.0 102.0 L708.0 102.0 L708.0 12.0 L708.0 12.0'),
        (((0.0, 1.0), (100.0, 2.0)), False, 'd="M80.0 102.0 L708.0 12.0"'),
        (((50.0, 2.0),), False, 'cx="394.0" cy="12.0"'),
    ],
)
def test_a_line_goes_through_its_points(points: tuple[tuple[float, float], ...], share: bool, drawn: str) -> None:
    svg = chart("t", [Series("a", points)], (0.0, 100.0), unit="%", share=share)

    assert drawn in svg
    assert f"<desc>a: from {points[0][1]:g} to {points[-1][1]:g} %, at most" in svg


@pytest.mark.parametrize(
    ("until", "times"),
    [
        (180.0, ["00:00:00", "00:00:45", "00:01:30", "00:02:15", "00:03:00"]),
        (3600.0, ["00:00", "00:15", "00:30", "00:45", "01:00"]),
        (172_800.0, ["01-01 00:00", "01-01 12:00", "01-02 00:00", "01-02 12:00", "01-03 00:00"]),
    ],
)
def test_no_two_times_below_a_chart_look_alike(until: float, times: list[str]) -> None:
    svg = chart("t", [Series("a", ((0.0, 1253.0), (until, 20_500.4)))], (0.0, until), unit="")

    assert re.findall(r">([\d-]+ ?[\d:]*:\d\d|\d\d:\d\d(?::\d\d)?)</text>", svg) == times
    assert re.findall(r'text-anchor="end">([^<:]+)</text>', svg) == ["0", "5,125", "10,250", "15,375", "20,500"]
    assert "<desc>a: from 1,253 to 20,500, at most 20,500</desc>" in svg


def test_what_is_typed_stands_as_code_on_the_page() -> None:
    judged = replace(REPORT.judgements[0], reasons=("see `--logs`, <b>",)) if REPORT.judgements else None
    assert judged is not None

    assert "<li>see <code>--logs</code>, &lt;b&gt;</li>" in page(replace(REPORT, judgements=(judged,)))


def test_a_runbook_has_a_number_a_command_a_check_and_a_way_back_for_each_step() -> None:
    steps = (
        Instruction(
            "01-a",
            "alias live: none → 1",
            "first",
            (Typed("aws a", "aws b"),),
            expected="alias live",
            waits=5.0,
            bake=60.0,
            risk="slow",
            back="gone",
        ),
        Instruction("02-b", "alias live: 1 → 2", calls=("lambda:UpdateAlias",)),
    )
    text = runbook(Runbook("orders", "cutover", "abc", AT, "lambda-migrate cutover", steps, ("stop",), ("mind",)))

    assert text.startswith(
        "# Runbook: cutover of orders\n\n"
        "Plan abc, made 2026-03-01 12:00:00 UTC. `lambda-migrate cutover` does all of it, judges it and records it.\n"
    )
    assert text.endswith(
        "**Do not begin. It is blocked:**\n\n- stop\n\nTo know:\n\n- mind\n\n"
        "## 1. alias live: none → 1\n\n"
        "first; wait 5 s until it is in effect; watch errors and latency for 1 min before the next step.\n\n"
        "**Risk:** slow\n\n```console\n$ aws a\n```\n\n"
        "Check, which then shows alias live:\n\n```console\n$ aws b\n```\n\nBack: gone\n\n"
        "## 2. alias live: 1 → 2\n\n"
        "Calls `lambda:UpdateAlias`. An earlier step makes what it needs: make the runbook again after that step.\n\n"
        "**It cannot be undone.**\n"
    )


def test_metrics_that_are_not_there_are_said() -> None:
    nothing = Traffic(0.0, 600.0, 60.0, (Series("invocations", ()),), (Series("p95", ()),))

    assert "CloudWatch counted nothing in this time" in page(replace(REPORT, traffic=nothing))
    assert "CloudWatch counted nothing in this time" not in page(REPORT)
    assert "No metrics: denied" in page(replace(REPORT, traffic=Traffic(problem="denied")))


def test_a_step_with_several_calls_shows_each_with_its_check() -> None:
    typed = (Typed("aws a", "aws b"), Typed("aws c", "aws d"))
    whole = Instruction("01-a", "a role", typed=typed, expected="a role")
    texts = [
        runbook(Runbook("orders", "cutover", "abc", AT, "lambda-migrate cutover", (each,))).partition(
            "## 1. a role\n\n"
        )[2]
        for each in (whole, replace(whole, more=True))
    ]

    calls = (
        "Call 1 of 2:\n\n```console\n$ aws a\n```\n\nCheck:\n\n```console\n$ aws b\n```\n\n"
        "Call 2 of 2:\n\n```console\n$ aws c\n```\n\n"
        "Check, which then shows a role:\n\n```console\n$ aws d\n```\n\n"
    )
    waits = "`lambda-migrate` then waits for AWS, and may call more: make the runbook again to see.\n\n"
    assert texts == [f"{calls}{more}**It cannot be undone.**\n" for more in ("", waits)]


def test_where_nothing_comes_next_the_runbook_says_so() -> None:
    assert runbook(Runbook("orders", "", "", AT, "")) == "# Runbook for orders\n\nNothing comes next.\n"
