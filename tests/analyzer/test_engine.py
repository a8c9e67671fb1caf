"""Joined facts, layers, requirements and files that cannot be read."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from lambda_migrate.analyzer import Analysis, EventBranch, Finding, Severity, analyze
from lambda_migrate.errors import ConfigError
from tests.analyzer.projects import ADAPTED, REQUIREMENTS, found, write

if TYPE_CHECKING:
    from pathlib import Path


def test_an_empty_folder_has_nothing_to_say(tmp_path: Path) -> None:
    assert analyze(tmp_path, None) == Analysis(
        root=str(tmp_path), handler=None, findings=(), whole_tree="no handler is configured"
    )


def test_a_finding_says_what_where_and_what_to_do(tmp_path: Path) -> None:
    write(tmp_path, {"app.py": "def user(request):\n    return request.scope['aws.event']\n"})

    analysis = analyze(tmp_path, None)

    assert analysis.findings == (
        Finding(
            code="LM101",
            name="gateway-event",
            severity=Severity.ERROR,
            path="app.py",
            line=2,
            column=26,
            message="`aws.event` is put into the scope by the Lambda adapter only",
            text="    return request.scope['aws.event']",
            hint="read it from the request, and refuse the request where the code now falls back",
        ),
    )
    assert analysis.blocking == analysis.findings
    assert analysis.counts == {"error": 1, "warn": 0, "info": 0, "accepted": 0}


@pytest.mark.parametrize(
    ("name", "handler"),
    [
        ("app.py", "app.handler"),
        ("src/app.py", "src/app.handler"),
        ("src/app.py", "src.app.handler"),
        ("services/orders/app.py", "app.handler"),
        ("app/__init__.py", "app.handler"),
    ],
)
def test_the_handler_is_found_where_lambda_finds_it(name: str, handler: str, tmp_path: Path) -> None:
    write(tmp_path, {name: ADAPTED, "requirements.txt": REQUIREMENTS})

    analysis = analyze(tmp_path, handler)

    assert (analysis.reached, found(analysis, "LM008", "LM006")) == ((name,), [])


def test_a_missing_handler_is_a_finding_and_everything_is_read(tmp_path: Path) -> None:
    write(tmp_path, {"app.py": "print(1)\n", "tests/test_app.py": "print(1)\n"})

    analysis = analyze(tmp_path, "main.handler")

    assert found(analysis) == [("LM701", "app.py", 1), ("LM008", "main.py", 1)]
    assert analysis.whole_tree == "the handler `main.handler` was not found"
    assert analysis.unreached == ("tests/test_app.py",)


def test_the_only_adapter_is_taken_for_the_handler(tmp_path: Path) -> None:
    write(tmp_path, {"src/web.py": ADAPTED, "src/other.py": "print(1)\n", "requirements.txt": REQUIREMENTS})

    analysis = analyze(tmp_path, None)

    assert (analysis.handler, analysis.reached, analysis.unreached) == (
        "web.handler",
        ("src/web.py",),
        ("src/other.py",),
    )


def test_a_byte_order_mark_hides_nothing(tmp_path: Path) -> None:
    source = "\ufeffdef user(request):\n    return request.scope['aws.event']\n"
    write(tmp_path, {"app.py": source.encode()})

    (finding,) = analyze(tmp_path, None).findings

    assert (finding.code, finding.line, finding.column, finding.text) == (
        "LM101",
        2,
        26,
        "    return request.scope['aws.event']",
    )


def test_columns_count_characters_in_any_encoding(tmp_path: Path) -> None:
    line = "x = 'äöü€', '/tmp/x'\n"
    write(
        tmp_path,
        {
            "latin.py": f"# coding: iso-8859-15\n{line}".encode("iso-8859-15"),
            "plain.py": line.encode(),
            "windows.py": line.replace("\n", "\r\n").encode(),
        },
    )

    findings = analyze(tmp_path, None).findings

    assert [(each.path, each.line, each.column, each.text) for each in findings] == [
        ("latin.py", 2, 13, line.rstrip()),
        ("plain.py", 1, 13, line.rstrip()),
        ("windows.py", 1, 13, line.rstrip()),
    ]


def test_a_file_that_cannot_be_parsed_is_a_finding_with_its_place(tmp_path: Path) -> None:
    write(tmp_path, {"good.py": "print(1)\n", "bad.py": "x = 1\ndef broken(:\n", "null.py": b"x = '\0'\n"})

    findings = analyze(tmp_path, None).findings

    assert [(each.code, each.path, each.line, each.column, each.text) for each in findings] == [
        ("LM000", "bad.py", 2, 12, "def broken(:"),
        ("LM701", "good.py", 1, 1, "print(1)"),
        ("LM000", "null.py", 1, 1, "x = '\0'"),
    ]


def test_an_unparsable_file_the_handler_imports_is_reported_and_the_rest_is_followed(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "main.py": "import broken\nimport fine\ndef handler(event, context): ...\n",
            "broken.py": "print 'old'\n",
            "fine.py": "print(1)\n",
        },
    )

    assert found(analyze(tmp_path, "main.handler"), "LM000", "LM701") == [
        ("LM000", "broken.py", 1),
        ("LM701", "fine.py", 1),
    ]


def test_what_is_no_regular_file_is_a_finding_and_nothing_waits_for_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.py")
    (tmp_path / "dangling.py").symlink_to(tmp_path / "gone")
    (tmp_path / "loop").symlink_to(tmp_path)

    assert [(each.path, each.message) for each in analyze(tmp_path, None).findings] == [
        ("dangling.py", "cannot be analysed: no such file or directory"),
        ("pipe.py", "cannot be analysed: not a regular file"),
    ]


def test_start_up_code_is_joined_across_modules(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "app/__init__.py": "from .factory import create\napp = create()\n",
            "app/factory.py": """
                from contextlib import asynccontextmanager
                from fastapi import FastAPI

                @asynccontextmanager
                async def lifespan(app):
                    yield start()

                def create():
                    return FastAPI(lifespan=lifespan)
            """,
            "handler.py": "from mangum import Mangum\nfrom app import app\nlambda_handler = Mangum(app, 'off')\n",
            "requirements.txt": REQUIREMENTS,
        },
    )

    analysis = analyze(tmp_path, "handler.lambda_handler")

    assert [(each.code, each.path, each.line, each.message) for each in analysis.blocking] == [
        ("LM002", "app/factory.py", 9, "`lifespan` code has never run: `lifespan` is off in handler.py:3")
    ]


def test_layers_are_named(tmp_path: Path) -> None:
    code = write(tmp_path / "code", {"main.py": "import shared\nimport pandas\n", "requirements.txt": ""})
    layer = write(
        tmp_path / "common", {"python/shared/__init__.py": "", "python/lib/python3.12/site-packages/x.py": ""}
    )

    messages = [each.message for each in analyze(code, None, layers=[layer]).findings]

    assert messages == [
        "`shared` comes from layer `common`",
        "`pandas` is neither in the folder nor declared: is it in a layer?",
    ]


def test_given_requirements_replace_those_in_the_folder(tmp_path: Path) -> None:
    write(tmp_path, {"main.py": "import boto3\nimport yaml\n", "requirements.txt": "boto3\n"})

    assert found(analyze(tmp_path, None, requirements=["PyYAML==6"])) == [("LM801", "main.py", 1)]


@pytest.mark.parametrize("repository", [".", "services"])
def test_requirements_are_those_of_the_repository_around_the_folder(repository: str, tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "requirements.txt": "numpy\n",
            f"{repository}/.git/config": "",
            "services/orders/src/main.py": "import numpy\n",
        },
    )

    codes = found(analyze(tmp_path / "services" / "orders" / "src", None))

    assert codes == ([] if repository == "." else [("LM802", "main.py", 1)])


def test_event_branches_are_told_with_their_source(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "main.py": """
                def handler(event, context):
                    if "Records" in event and event["Records"][0].get("eventSource") == "aws:sqs":
                        return queue(event)
                    source = event.get("source")
                    if source == "aws.events":
                        return tick()
                    elif "task" in event:
                        return run(event)
                    return adapter(event, context)
            """
        },
    )

    assert analyze(tmp_path, "main.handler").event_branches == (
        EventBranch("main.py", 2, "handler", '"Records" in event and event["Records"][0].get("eventSource"…', "sqs"),
        EventBranch("main.py", 5, "handler", 'source == "aws.events"', "eventbridge"),
        EventBranch("main.py", 7, "handler", '"task" in event', "direct"),
    )


def test_many_files_in_several_processes_give_the_same_result(tmp_path: Path) -> None:
    filler = "".join(f"value_{number} = {number}\n" for number in range(1_500))
    files: dict[str, str | bytes] = {f"part_{number}.py": f"{filler}print({number})\n" for number in range(20)}
    write(tmp_path, files)

    assert analyze(tmp_path, None, workers=2) == analyze(tmp_path, None, workers=1)


def test_a_missing_package_is_reported_once_for_the_project(tmp_path: Path) -> None:
    write(tmp_path, dict.fromkeys(("a.py", "b.py", "c.py"), "import boto3\nimport numpy\n"))

    assert found(analyze(tmp_path, None)) == [("LM801", "a.py", 1), ("LM802", "a.py", 2)]


def test_a_folder_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        analyze(tmp_path / "gone", None)

    assert caught.value.message == f"folder `{tmp_path / 'gone'}` does not exist"
