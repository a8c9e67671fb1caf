"""Every format, compared as a whole."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from lambda_migrate import __version__
from lambda_migrate.analyzer import Accepted, AcceptedRule, Adapter, Analysis, EventBranch, Finding, Severity
from lambda_migrate.analyzer.formats import FORMATS, github, json_document, sarif, statistics, text
from lambda_migrate.analyzer.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_migrate.analyzer.rule import Rule


def finding(code: str, path: str, line: int, column: int, text: str, message: str = "what is wrong") -> Finding:
    rule = next(rule for rule in RULES if rule.code == code)
    return Finding(code, rule.name, rule.severity, path, line, column, message, text, "do this")


EVENT = finding("LM101", "app/auth.py", 14, 31, "    event = request.scope.get('aws.event')")
PRINTS = [finding("LM701", "app/auth.py", line, 1, "print(1)") for line in (3, 20, 31)]
ODD = finding("LM401", "odd, name: 100%.py", 1, 5, "x = '/tmp/x'", "first\nsecond, 100%: done")
ANALYSIS = Analysis(
    root=".",
    handler="app.main.handler",
    findings=(PRINTS[0], EVENT, PRINTS[1], PRINTS[2], ODD),
    accepted=(
        Accepted(finding("LM301", "app/db.py", 7, 5, "    global pool"), "guarded by a lock", "app/db.py:7"),
        Accepted(finding("LM305", "app/db.py", 9, 5, "    time.sleep(1)"), "start-up only", "migration.yaml"),
    ),
    stale_acceptances=(AcceptedRule("LM402", "moved", "app"),),
    reached=("app/auth.py", "app/db.py", "odd, name: 100%.py"),
    unreached=("scripts/a.py", "scripts/b.py"),
    line_count=120,
    adapters=(Adapter("mangum", "app/main.py", 5, "app.main.handler", "app.main:app"),),
    event_branches=(EventBranch("app/main.py", 9, "handler", '"Records" in event', "records"),),
)
CLEAN = Analysis(root="orders", handler="main.handler", findings=(), reached=("main.py",), line_count=3)


def test_text_shows_the_first_of_each_rule_and_file_and_counts_the_rest() -> None:
    assert text.render(ANALYSIS) == (
        "app/auth.py:3:1: LM701 [info] what is wrong\n"
        "  3 | print(1)\n"
        "    | ^\n"
        "  + 2 more in this file: lines 20, 31\n"
        "  hint: do this (print-as-log)\n"
        "\n"
        "app/auth.py:14:31: LM101 [error] what is wrong\n"
        "  14 | event = request.scope.get('aws.event')\n"
        "     |                           ^\n"
        "  hint: do this (gateway-event)\n"
        "\n"
        "odd, name: 100%.py:1:5: LM401 [warn] first\ufffdsecond, 100%: done\n"
        "  1 | x = '/tmp/x'\n"
        "    |     ^\n"
        "  hint: do this (tmp-path)\n"
        "\n"
        "Accepted:\n"
        "  app/db.py:7: LM301 guarded by a lock (comment)\n"
        "  app/db.py:9: LM305 start-up only (migration.yaml)\n"
        "\n"
        "Accepted, but found no more:\n"
        "  LM402 in app: moved\n"
        "\n"
        "Found 1 error, 1 warning, 3 infos in 3 files, 2 accepted.\n"
        "Not read, not imported from `app.main.handler`: 2 (scripts/a.py, scripts/b.py).\n"
        "1 error blocks the cutover until fixed or accepted with a reason.\n"
    )


def test_text_shows_every_line_when_asked() -> None:
    shown = text.render(ANALYSIS, all_lines=True)

    assert [line.partition(": ")[0] for line in shown.splitlines() if "LM701" in line] == [
        "app/auth.py:3:1",
        "app/auth.py:20:1",
        "app/auth.py:31:1",
    ]
    assert "more in this file" not in shown


def test_text_of_a_clean_analysis_is_one_line() -> None:
    assert text.render(CLEAN) == "Nothing found in 1 file.\n"


def test_text_says_that_there_is_no_python() -> None:
    analysis = Analysis(root=".", handler=None, findings=(), whole_tree="no handler is configured")

    assert text.render(analysis) == "No Python files found.\n"


def test_text_says_why_every_file_was_read() -> None:
    analysis = Analysis(
        root=".",
        handler=None,
        findings=(),
        whole_tree="no handler is configured",
        reached=("main.py",),
        unreached=("tests/x.py",),
    )

    assert text.render(analysis) == (
        "Nothing found in 1 file.\nEvery file was read: no handler is configured.\nNot read, tests: 1 (tests/x.py).\n"
    )


@pytest.mark.parametrize(
    ("line", "column", "shown"),
    [
        ("\t\tx = '/tmp/a'", 7, ["  1 | x = '/tmp/a'", "    |     ^"]),
        ("y" * 200 + "x" + "z" * 90, 201, ["  1 | …" + "y" * 50 + "x" + "z" * 49, "    | " + " " * 51 + "^"]),
        ("x = '\x1b[31m/tmp/a\u202e'", 5, ["  1 | x = '\ufffd[31m/tmp/a\ufffd'", "    |     ^"]),
        ("名前 = '🎉', '/tmp/a'", 11, ["  1 | 名前 = '🎉', '/tmp/a'", "    |              ^"]),
        ("e\u0301 = '/tmp/a'", 6, ["  1 | e\u0301 = '/tmp/a'", "    |     ^"]),
        ("", 1, []),
    ],
)
def test_text_shows_the_part_of_the_line_that_matters(line: str, column: int, shown: list[str]) -> None:
    one = Analysis(root=".", handler=None, findings=(finding("LM401", "a.py", 1, column, line),))

    assert text.render(one).splitlines()[1 : 1 + len(shown)] == shown


def test_text_fits_a_narrow_terminal_and_takes_colour() -> None:
    one = Analysis(root="src", handler=None, findings=(finding("LM401", "a\n.py", 1, 31, "x" * 30 + "'/tmp/a'" * 20),))

    shown = text.render(one, paint=lambda words, *colours: f"<{'+'.join(colours)} {words}>", width=40)

    assert shown.splitlines()[:4] == [
        "<bold src/a\ufffd.py>:1:31: <yellow+bold LM401> <yellow [warn]> what is wrong",
        "  <dim 1 |> " + "x" * 30 + "'/tm",
        "  <dim   |> " + " " * 30 + "<yellow+bold ^>",
        "  <dim hint:> do this <dim (tmp-path)>",
    ]


def test_places_are_reached_from_where_the_folder_was_named() -> None:
    one = Analysis(
        root="../shop/src", handler=None, findings=(finding("LM401", "caf\udce9/a.py", 1, 5, "x = '/tmp/a'"),)
    )

    results = sarif.document(one)["runs"][0]["results"]
    (location,) = results[0]["locations"]
    assert location["physicalLocation"]["artifactLocation"]["uri"] == "../shop/src/caf%E9/a.py"
    assert github.render(one).startswith("::warning file=../shop/src/caf\udce9/a.py,line=1")
    assert text.render(one).startswith("../shop/src/caf\ufffd/a.py:1:5: LM401")
    assert one.located("a.py") == "../shop/src/a.py"


def test_json_is_everything() -> None:
    document = json.loads(json_document.render(ANALYSIS))

    assert document["findings"][1] == {
        "code": "LM101",
        "name": "gateway-event",
        "severity": "error",
        "path": "app/auth.py",
        "line": 14,
        "column": 31,
        "message": "what is wrong",
        "text": "    event = request.scope.get('aws.event')",
        "hint": "do this",
    }
    assert {key: value for key, value in document.items() if key not in {"findings", "accepted"}} == {
        "root": ".",
        "handler": "app.main.handler",
        "blocking": 1,
        "counts": {"error": 1, "warn": 1, "info": 3, "accepted": 2},
        "files": 3,
        "lines": 120,
        "stale_acceptances": [{"rule": "LM402", "reason": "moved", "path": "app"}],
        "unreached": ["scripts/a.py", "scripts/b.py"],
        "whole_tree": "",
        "adapters": [
            {
                "kind": "mangum",
                "path": "app/main.py",
                "line": 5,
                "handler": "app.main.handler",
                "application": "app.main:app",
                "factory": False,
                "framework": "",
                "lifespan": "auto",
                "api_gateway_base_path": "/",
                "text_mime_types": None,
                "exclude_headers": [],
                "unresolved": [],
            }
        ],
        "event_branches": [
            {
                "path": "app/main.py",
                "line": 9,
                "function": "handler",
                "test": '"Records" in event',
                "source": "records",
            }
        ],
    }
    assert [(each["code"], each["reason"], each["accepted_by"]) for each in document["accepted"]] == [
        ("LM301", "guarded by a lock", "app/db.py:7"),
        ("LM305", "start-up only", "migration.yaml"),
    ]


def test_github_annotations_are_escaped() -> None:
    assert github.render(ANALYSIS).splitlines()[1:] == [
        "::error file=app/auth.py,line=14,col=31,title=LM101 gateway-event::what is wrong%0Ahint: do this",
        "::notice file=app/auth.py,line=20,col=1,title=LM701 print-as-log::what is wrong%0Ahint: do this",
        "::notice file=app/auth.py,line=31,col=1,title=LM701 print-as-log::what is wrong%0Ahint: do this",
        (
            "::warning file=odd%2C name%3A 100%25.py,line=1,col=5,title=LM401 tmp-path"
            "::first%0Asecond, 100%25: done%0Ahint: do this"
        ),
        (
            "::notice file=app/db.py,line=7,col=5,title=LM301 global-write"
            "::what is wrong%0Aaccepted: guarded by a lock (app/db.py:7)"
        ),
        (
            "::notice file=app/db.py,line=9,col=5,title=LM305 blocking-in-async"
            "::what is wrong%0Aaccepted: start-up only (migration.yaml)"
        ),
    ]


def test_sarif_is_one_run_with_the_rules_it_uses() -> None:
    odd = Analysis(root=".", handler=None, findings=(ODD,), accepted=ANALYSIS.accepted[1:])
    tmp_path = next(rule for rule in RULES if rule.code == "LM401")
    blocking = next(rule for rule in RULES if rule.code == "LM305")

    def described(rule: Rule, level: str) -> dict[str, object]:
        return {
            "id": rule.code,
            "name": rule.name,
            "shortDescription": {"text": rule.documentation.partition("\n")[0]},
            "fullDescription": {"text": rule.documentation.strip()},
            "help": {"text": rule.hint},
            "defaultConfiguration": {"level": level},
        }

    def located(uri: str, line: int, snippet: str) -> list[dict[str, object]]:
        region = {"startLine": line, "startColumn": 5, "snippet": {"text": snippet}}
        return [{"physicalLocation": {"artifactLocation": {"uri": uri}, "region": region}}]

    assert json.loads(sarif.render(odd)) == {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "lambda-migrate",
                        "version": __version__,
                        "rules": [described(blocking, "error"), described(tmp_path, "warning")],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "results": [
                    {
                        "ruleId": "LM401",
                        "ruleIndex": 1,
                        "level": "warning",
                        "message": {"text": "first\nsecond, 100%: done; do this"},
                        "locations": located("odd%2C%20name%3A%20100%25.py", 1, "x = '/tmp/x'"),
                    },
                    {
                        "ruleId": "LM305",
                        "ruleIndex": 0,
                        "level": "error",
                        "message": {"text": "what is wrong; do this"},
                        "locations": located("app/db.py", 9, "    time.sleep(1)"),
                        "suppressions": [{"kind": "external", "status": "accepted", "justification": "start-up only"}],
                    },
                ],
            }
        ],
    }


def test_statistics_count_by_rule() -> None:
    assert statistics.render(ANALYSIS) == (
        "     3 in    1 file   LM701  info   print-as-log\n"
        "     1 in    1 file   LM101  error  gateway-event\n"
        "     1 in    1 file   LM401  warn   tmp-path\n"
        "     0 in    0 files  LM301  warn   global-write  (1 accepted)\n"
        "     0 in    0 files  LM305  error  blocking-in-async  (1 accepted)\n"
        "1 error, 1 warning, 3 infos, 2 accepted\n"
    )


@pytest.mark.parametrize("render", FORMATS.values(), ids=FORMATS)
def test_every_format_is_plain_text_that_ends_with_a_line_end(render: Callable[[Analysis], str]) -> None:
    for analysis in (ANALYSIS, CLEAN):
        shown = render(analysis)
        assert shown == "" or shown.endswith("\n")
        assert "\x1b" not in shown


def test_severities_are_ordered_and_json_able() -> None:
    assert json.dumps(list(Severity)) == '["error", "warn", "info"]'
