"""Following imports, files that cannot be read, joined facts, and what is accepted."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from lambda_migrate.analyzer import Analysis, EventBranch, Finding, Severity, analyze
from lambda_migrate.errors import ConfigError
from tests.analyzer.projects import found, write

if TYPE_CHECKING:
    from pathlib import Path

ADAPTED = """
    from fastapi import FastAPI
    from mangum import Mangum

    app = FastAPI()
    handler = Mangum(app)
"""
REQUIREMENTS = "fastapi\nmangum\nboto3\n"


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


def test_only_what_the_handler_imports_is_read(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "app/__init__.py": "",
            "app/main.py": f"from app import routes\nfrom .deep.inner import x\n{ADAPTED}".replace("    ", ""),
            "app/routes.py": "def lazy():\n    import app.lazy as lazy\n    return lazy\n",
            "app/lazy.py": "print('reached')\n",
            "app/deep/inner.py": "from ..sibling import *\nx = 1\n",
            "app/sibling.py": "print('reached')\n",
            "app/unused.py": "print('not reached')\n",
            "app/typing_only.py": "print('not reached')\n",
            "scripts/seed.py": "print('not reached')\n",
            "requirements.txt": REQUIREMENTS,
        },
    )

    analysis = analyze(tmp_path, "app.main.handler")

    assert analysis.reached == (
        "app/__init__.py",
        "app/deep/inner.py",
        "app/lazy.py",
        "app/main.py",
        "app/routes.py",
        "app/sibling.py",
    )
    assert analysis.unreached == ("app/typing_only.py", "app/unused.py", "scripts/seed.py")
    assert found(analysis) == [
        ("LM701", "app/lazy.py", 1),
        ("LM001", "app/main.py", 8),
        ("LM701", "app/sibling.py", 1),
    ]
    assert analysis.whole_tree == ""


def test_imports_for_type_checkers_and_under_the_main_guard_are_not_followed(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "main.py": """
                from typing import TYPE_CHECKING
                if TYPE_CHECKING:
                    import only_types
                def handler(event, context): ...
                if __name__ == "__main__":
                    import only_script
                    print("x")
            """,
            "only_types.py": "print(1)\n",
            "only_script.py": "print(1)\n",
        },
    )

    assert analyze(tmp_path, "main.handler").unreached == ("only_script.py", "only_types.py")


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


def test_imports_that_only_running_tells_fall_back_to_every_file(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "main.py": "import importlib\ndef handler(event, context):\n    importlib.import_module(event['plugin'])\n",
            "plugin.py": "print(1)\n",
        },
    )

    analysis = analyze(tmp_path, "main.handler")

    assert analysis.reached == ("main.py", "plugin.py")
    assert analysis.whole_tree == "main.py:3 imports what only running the code can tell"
    assert found(analysis, "LM010", "LM701") == [("LM010", "main.py", 3), ("LM701", "plugin.py", 1)]


def test_imports_by_a_literal_name_are_followed(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "app/__init__.py": "",
            "app/main.py": """
                from importlib import import_module
                NAME = ".plugin"
                import_module("app.direct")
                import_module(NAME, package=__package__)
                def handler(event, context): ...
            """,
            "app/plugin.py": "",
            "app/direct.py": "",
            "app/other.py": "",
        },
    )

    assert analyze(tmp_path, "app.main.handler").unreached == ("app/other.py",)


def test_folders_put_on_the_import_path_are_searched(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "main.py": """
                import os
                import sys
                sys.path.insert(0, os.path.join(os.path.dirname(__file__), "lib"))
                import shared
                def handler(event, context): ...
            """,
            "lib/shared.py": "print(1)\n",
        },
    )

    assert found(analyze(tmp_path, "main.handler"), "LM701", "LM802") == [("LM701", "lib/shared.py", 1)]


def test_submodules_listed_for_a_star_import_are_followed(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "routers/__init__.py": "__all__ = ['users']\n",
            "routers/users.py": "print(1)\n",
            "main.py": "from routers import *\ndef handler(event, context): ...\n",
        },
    )

    assert analyze(tmp_path, "main.handler").reached == ("main.py", "routers/__init__.py", "routers/users.py")


def test_vendored_packages_and_environments_are_not_the_users_code(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "main.py": "import jwt\nimport six\ndef handler(event, context): ...\n",
            "jwt/__init__.py": "print('vendored')\n",
            "jwt/api.py": "print('vendored')\n",
            "six.py": "print('vendored')\n",
            "PyJWT-2.9.dist-info/RECORD": "jwt/__init__.py,sha256=x,1\njwt/api.py,sha256=x,1\n../../bin/jwt,,\n",
            "six-1.16.dist-info/RECORD": "six.py,sha256=x,1\n__pycache__/six.pyc,,\n",
            "env/pyvenv.cfg": "home = /usr\n",
            "env/lib/thing.py": "print(1)\n",
            ".aws-sam/build/main.py": "print(1)\n",
            "node_modules/x/gyp.py": "print(1)\n",
        },
    )

    analysis = analyze(tmp_path, "main.handler")

    assert (analysis.reached, analysis.unreached) == (("main.py",), ())
    assert found(analysis, "LM701", "LM801", "LM802") == []


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


def test_a_name_imported_under_two_roots_is_one_name(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "src/app/config.py": "import os\nON_LAMBDA = 'LAMBDA_TASK_ROOT' in os.environ\n",
            "src/app/one.py": "from app.config import ON_LAMBDA\nif ON_LAMBDA:\n    x = 1\n",
            "src/app/two.py": "from src.app.config import ON_LAMBDA\nif ON_LAMBDA:\n    x = 1\n",
            "main.py": "import src.app.one\nimport src.app.two\ndef handler(event, context): ...\n",
        },
    )

    assert found(analyze(tmp_path, "main.handler"), "LM204") == [
        ("LM204", "src/app/one.py", 2),
        ("LM204", "src/app/two.py", 2),
    ]


def test_names_are_followed_through_several_star_imports(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "app/__init__.py": "from .config import *\nfrom .web import *\n",
            "app/config.py": "from os import *\nON_LAMBDA = 'LAMBDA_TASK_ROOT' in environ\n",
            "app/web.py": "from fastapi import FastAPI\napp = FastAPI()\n",
            "main.py": "from fastapi import *\nfrom app import *\nfrom mangum import Mangum\nhandler = Mangum(app)\n"
            "if ON_LAMBDA:\n    x = 1\n",
            "requirements.txt": REQUIREMENTS,
        },
    )

    analysis = analyze(tmp_path, None)

    assert found(analysis, "LM204") == [("LM204", "main.py", 5)]
    assert [(each.application, each.framework) for each in analysis.adapters] == [("main:app", "fastapi")]


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
                    yield

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


def test_a_folder_that_is_a_package_is_imported_by_its_own_name(tmp_path: Path) -> None:
    root = write(
        tmp_path / "shop",
        {
            "__init__.py": "",
            "config.py": "import os\nON_LAMBDA = 'LAMBDA_TASK_ROOT' in os.environ\n",
            "main.py": """
                from shop.config import ON_LAMBDA
                x = 1 if ON_LAMBDA else 2
                def handler(event, context): ...
            """,
        },
    )

    analysis = analyze(root, "shop.main.handler", requirements=[])

    assert analysis.reached == ("__init__.py", "config.py", "main.py")
    assert found(analysis, "LM204", "LM802", "LM008") == [("LM204", "main.py", 2)]


def test_a_missing_package_is_reported_once_for_the_project(tmp_path: Path) -> None:
    write(tmp_path, dict.fromkeys(("a.py", "b.py", "c.py"), "import boto3\nimport numpy\n"))

    assert found(analyze(tmp_path, None)) == [("LM801", "a.py", 1), ("LM802", "a.py", 2)]


def test_a_folder_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        analyze(tmp_path / "gone", None)

    assert caught.value.message == f"there is no folder `{tmp_path / 'gone'}`"
