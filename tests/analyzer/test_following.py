"""Which files the handler reaches, and under which names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.analyzer import analyze
from tests.analyzer.projects import ADAPTED, REQUIREMENTS, found, write

if TYPE_CHECKING:
    from pathlib import Path


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
