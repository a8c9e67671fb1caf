"""``--json`` on every command, whatever comes of it: one document on standard output, and its exit code in it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from lambda_migrate.cli.registry import ENTRIES

if TYPE_CHECKING:
    from tests.failures.user import User

pytestmark = pytest.mark.sandbox

ARGUMENTS = {
    ("analyze",): ["."],
    ("demo",): ["--nothing-like-it"],
    ("explain",): ["nothing-like-it"],
    ("init",): ["--source", "nothing-like-it"],
    ("proxy", "build"): ["-o", "layer.zip"],
    ("sandbox", "up"): ["--nothing-like-it"],
}
"""What keeps a command short, or makes it go wrong."""

EVERY = [
    (entry.name, *inner)
    for entry in ENTRIES
    for inner in (*((name,) for name in entry.commands), *([()] if entry.acts or not entry.commands else []))
]


def _one_document(out: str, code: int, words: list[str]) -> None:
    document = json.loads(out)
    assert sorted(document) == ["command", "data", "errors", "exit_code", "lambda_migrate", "status"]
    assert (document["lambda_migrate"], document["exit_code"], document["command"]) == (1, code, words)
    assert document["status"] in (("success",) if code == 0 else ("error", "partial"))
    assert bool(document["errors"]) == bool(code)
    for error in document["errors"]:
        assert {"code", "message"} <= set(error)
        assert error["hint"], error
        assert "\n" not in error["message"] + error["hint"]
        assert not error["message"].endswith(".")


def test_every_command_prints_one_document(user: User) -> None:
    for words in EVERY:
        answer = user(*words, *ARGUMENTS.get(words, []), "--json")
        print(words, answer.code)
        assert "Traceback" not in answer.err
        assert "defect" not in answer.out + answer.err, words
        _one_document(answer.out, answer.code, list(words))


def test_every_command_prints_one_document_about_a_mistake_in_its_options(user: User) -> None:
    for words in EVERY:
        answer = user(*words, "--nothing-like-it", "--json")

        assert answer.code == 2
        _one_document(answer.out, 2, list(words))


def test_every_command_prints_one_document_about_a_wrong_configuration(user: User) -> None:
    (user.folder / "migration.yaml").write_text("functio: orders\n")
    for words in EVERY:
        if words in (("demo",), ("sandbox", "up"), ("analyze",)):
            continue  # they need none, and take long
        answer = user(*words, *ARGUMENTS.get(words, []), "--json")

        _one_document(answer.out, answer.code, list(words))
