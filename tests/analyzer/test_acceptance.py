"""Findings are accepted by comments and by the configuration, with a reason, and stay visible."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lambda_migrate.analyzer import AcceptedRule, Finding, Severity, analyze
from tests.analyzer.projects import found, write

if TYPE_CHECKING:
    from pathlib import Path


def test_comments_accept_with_a_reason_only(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "app.py": """
                A = "/tmp/a"  # lambda-migrate: allow LM401 - one process only
                # lambda-migrate: allow tmp-path, LM101 — also by name
                # another remark
                B = "/tmp/b"
                C = "/tmp/c"  # lambda-migrate: allow LM401
                D = "/tmp/d"  # lambda-migrate: allow LM402 - another rule
                E = "# lambda-migrate: allow LM401 - in a string", "/tmp/e"
                F = call(
                    "/tmp/f",
                )  # lambda-migrate: allow LM401 - where a formatter puts it
                # lambda-migrate: allow LM401 - the whole call
                G = call(
                    "/tmp/g",
                    "/tmp/h",
                )
                # lambda-migrate: allow LM401 - the head only
                @call("/tmp/i")
                def j(
                    k="/tmp/k",
                ):
                    return "/tmp/l"
                try:
                    M = 1  # lambda-migrate: allow LM401 - nothing here
                # lambda-migrate: allow lm701 - nor here
                except OSError:
                    print("/tmp/n")
            """
        },
    )

    analysis = analyze(tmp_path, None)

    assert found(analysis) == [
        ("LM401", "app.py", 5),
        ("LM009", "app.py", 5),
        ("LM401", "app.py", 6),
        ("LM401", "app.py", 7),
        ("LM401", "app.py", 21),
        ("LM701", "app.py", 26),
        ("LM401", "app.py", 26),
    ]
    assert [(each.finding.line, each.reason, each.by) for each in analysis.accepted] == [
        (1, "one process only", "app.py:1"),
        (4, "also by name", "app.py:2"),
        (9, "where a formatter puts it", "app.py:10"),
        (13, "the whole call", "app.py:11"),
        (14, "the whole call", "app.py:11"),
        (17, "the head only", "app.py:16"),
        (19, "the head only", "app.py:16"),
    ]
    assert [(entry.rule, entry.path) for entry in analysis.stale_acceptances] == [
        ("LM101", "app.py:2"),
        ("LM402", "app.py:6"),
        ("LM401", "app.py:23"),
        ("lm701", "app.py:24"),
    ]


def test_a_comment_above_a_decorated_function_speaks_of_the_function(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "app.py": """
                def get():
                    # lambda-migrate: allow LM301 - guarded elsewhere
                    global x
                    x = 1
            """
        },
    )

    analysis = analyze(tmp_path, None)

    assert (analysis.findings, [each.finding.code for each in analysis.accepted]) == ((), ["LM301"])


def test_the_configuration_accepts_by_rule_and_path(tmp_path: Path) -> None:
    source = "A = '/tmp/a'\ndef user(scope):\n    return scope['aws.event']\n"
    write(tmp_path, {"one/a.py": source, "two/b.py": source, "three.py": source})
    accepted = [
        AcceptedRule("LM401", "scratch space", "one"),
        AcceptedRule("tmp-path", "scratch space too", "./two/*.py"),
        AcceptedRule("lm101", "checked by the sidecar"),
        AcceptedRule("LM402", "long gone", "one"),
        AcceptedRule("LM999", "misspelt"),
        AcceptedRule("trigger:unknown", "a matter of the plan"),
    ]

    analysis = analyze(tmp_path, None, accepted=accepted)

    assert found(analysis) == [("LM401", "three.py", 1)]
    assert [(each.finding.code, each.finding.path, each.reason, each.by) for each in analysis.accepted] == [
        ("LM401", "one/a.py", "scratch space", "migration.yaml"),
        ("LM101", "one/a.py", "checked by the sidecar", "migration.yaml"),
        ("LM101", "three.py", "checked by the sidecar", "migration.yaml"),
        ("LM401", "two/b.py", "scratch space too", "migration.yaml"),
        ("LM101", "two/b.py", "checked by the sidecar", "migration.yaml"),
    ]
    assert analysis.stale_acceptances == (AcceptedRule("LM402", "long gone", "one"), AcceptedRule("LM999", "misspelt"))
    assert analysis.blocking == ()


@pytest.mark.parametrize(
    ("pattern", "path", "covered"),
    [
        ("**/*.py", "main.py", True),
        ("**/*.py", "a/b/main.py", True),
        ("a/**/main.py", "a/main.py", True),
        ("a/**/main.py", "b/main.py", False),
        ("./a/", "a/main.py", True),
        ("a", "ab/main.py", False),
    ],
)
def test_a_path_is_a_file_a_folder_or_a_pattern(pattern: str, path: str, covered: bool) -> None:
    finding = Finding("LM401", "tmp-path", Severity.WARN, path, 1, 1, "", "", "")

    assert AcceptedRule("LM401", "scratch space", pattern).covers(finding) is covered


def test_an_acceptance_without_a_reason_is_refused() -> None:
    with pytest.raises(ValueError, match="the acceptance of `LM101` has no reason"):
        AcceptedRule("LM101", "  ")
