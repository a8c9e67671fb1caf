"""Files of deployments with anything in them: each is read, or refused as what it is."""

from __future__ import annotations

import os
import random
from contextlib import suppress
from typing import TYPE_CHECKING

from lambda_migrate.declarations import READERS
from lambda_migrate.declarations.model import Unreadable
from tests.declarations import odd_projects as odd

if TYPE_CHECKING:
    from pathlib import Path

SEED = int(os.environ.get("LAMBDA_MIGRATE_FUZZ_SEED", random.SystemRandom().randrange(2**32)))
ROUNDS = 400
TEXTS = {
    "template.yaml": (odd.PARAMETERS, odd.ANCHORS),
    "serverless.yml": (odd.SERVERLESS,),
    "cdk.out/a.template.json": (odd.CDK,),
    "main.tf": (odd.EACH, str(odd.MODULES["infra/main.tf"]), str(odd.MODULES["infra/modules/function/main.tf"])),
    "Dockerfile": ('FROM python:3.12 AS a\nENV A=1 B="${A}"\nFROM a\nCOPY ["src", "."]\nCMD ["main.handler"]\n',),
    ".python-version": ("3.12.1\n",),
    "Pipfile": ("[requires]\npython_version = '3.12'\n",),
    "pyproject.toml": ("[project]\nrequires-python = '>=3.12'\n[tool.poetry.dependencies]\npython = '^3.11'\n",),
}
PIECES = (
    *("{", "}", "[", "]", '"', "'", "${", "}}", "\n", "\\", "#", ":", "- ", "&a ", "*a", "!Sub ", "!Ref ", "<<EOF\n"),
    *(
        "null",
        "[]",
        "{}",
        "1e999",
        "true",
        "\x00",
        "\ufeff",
        " = ",
        "merge(",
        "FROM ",
        "CMD [",
        "${self:",
        "${file(x.yml)}",
    ),
    *("é", "%{", "..", "/", "Type: ", "for_each = ", "module {", "- - -"),
)


def changed(text: str, generator: random.Random) -> str:
    """Return a text with some of it gone, and something else in it."""
    for _ in range(generator.randint(1, 6)):
        at = generator.randrange(len(text) + 1)
        gone = generator.randint(0, 20) if generator.random() < 0.4 else 0
        text = text[:at] + generator.choice(("", *PIECES)) + text[at + gone :]
    return text


def test_whatever_a_file_holds_it_is_read_or_refused(tmp_path: Path) -> None:
    print(f"LAMBDA_MIGRATE_FUZZ_SEED={SEED}")
    generator = random.Random(SEED)  # repeatable
    readers = {
        name: next(each for each in READERS if any((tmp_path / name).match(pattern) for pattern in each.files))
        for name in TEXTS
    }
    read = 0

    for _ in range(ROUNDS):
        name = generator.choice(list(TEXTS))
        text = changed(generator.choice(TEXTS[name]), generator)
        with suppress(Unreadable):
            list(readers[name].read(tmp_path / name, text))
            read += 1

    assert ROUNDS // 10 < read < ROUNDS


def test_blocks_of_terraform_without_labels_are_passed_over(tmp_path: Path) -> None:
    text = 'module {\n  source = "./a"\n  handler = "a.b"\n}\nresource "aws_lambda_function" {\n  handler = "a.b"\n}\n'
    (reader,) = (each for each in READERS if each.name == "Terraform")

    assert list(reader.read(tmp_path / "main.tf", text)) == []
