"""The later half of the faults: newer syntax, values, packages, adapters."""

from __future__ import annotations

import sys

from tests.scaffold.real_faults import ASSUMED, FIRST, MAIN, PINNED, PINS, SERVES, WEB, Fault

HERE = ".".join(map(str, sys.version_info[:2]))
LATER: dict[str, Fault] = {
    "F10 syntax that is newer than the tool's own Python": Fault(
        {"main.py": f"{MAIN}try:\n    pass\nexcept ValueError, TypeError:\n    pass\n", ".python-version": "3.14\n"},
        expected={
            "refused": (
                (
                    "`main.py:7` is not valid Python: multiple exception types must be parenthesized "
                    f"(lambda-migrate runs on Python {HERE}, and the service is for 3.14)"
                ),
                (
                    "if it is valid there, run lambda-migrate itself on Python 3.14: "
                    "`pipx install --python 3.14 lambda-migrate`"
                ),
            ),
            "analyze": (
                None,
                [
                    (
                        "error",
                        "LM000",
                        (
                            "cannot be analysed: multiple exception types must be parenthesized "
                            f"(read by Python {HERE}); the function runs on 3.14"
                        ),
                    )
                ],
            ),
        },
    ),
    "F11 placeholders of the kind that the value is": Fault(
        {
            "main.py": "import os\nfrom sqlalchemy import create_engine\n"
            + MAIN
            + "rate = int(os.environ['RATE_KEY'])\n"
            "engine = create_engine(os.environ['DATABASE_URL'], pool_size=5, max_overflow=5)\n",
            "requirements.txt": f"{PINS}sqlalchemy==2.0.35\npsycopg[binary]==3.2.3\n",
        },
        facts={
            "handler": "main.handler",
            "runtime": "python3.12",
            "code_sha256": "a",
            "environment": {"RATE_KEY": "60", "DATABASE_URL": "postgresql+psycopg://u:Pa55word@db.internal:5432/d"},
        },
        expected={
            "init": ("main:app", "main.handler", "3.12", "AWS"),
            "variables": {"DATABASE_URL": "reference", "RATE_KEY": "reference"},
            "placeholders": {
                "DATABASE_URL": "postgresql+psycopg://127.0.0.1:5432/placeholder",
                "RATE_KEY": "11",
            },
            "requires": {*PINNED, "psycopg[binary]==3.2.3", "sqlalchemy==2.0.35"},
            "warnings": (),
        },
    ),
    "F12 what an extra brings, and what a package may": Fault(
        {
            "main.py": f"{MAIN}import bcrypt\nimport rsa\nimport notes_core\n",
            "requirements.txt": f"{PINS}passlib[bcrypt]==1.7.4\npython-jose==3.3.0\nnotifications==1.0\n",
        },
        expected={
            "requires": {*PINNED, "notifications==1.0", "passlib[bcrypt]==1.7.4", "python-jose==3.3.0"},
            "warnings": (
                *ASSUMED,
                (
                    "`notes_core` is not declared itself and may come with another package; declare it if `make test` "
                    "cannot import it"
                ),
            ),
            "analyze": (
                "main.handler",
                [
                    SERVES,
                    (
                        "warn",
                        "LM802",
                        "`notes_core` is not declared itself; it may come with another package (`notifications`)",
                    ),
                ],
            ),
        },
    ),
    "F13 a function that calls the adapter is the handler": Fault(
        {
            "main.py": WEB + "from mangum import Mangum\n_adapter = Mangum(app)\n_other = Mangum(FastAPI())\n"
            "def handler(event, context):\n    return _adapter(event, context)\n"
        },
        expected={
            "analyze": (
                "main.handler",
                [
                    ("warn", "LM007", "`main.app` is one of 2 adapted applications: fastapi.FastAPI, main.app"),
                    SERVES,
                    ("warn", "LM007", "`fastapi.FastAPI` is one of 2 adapted applications: fastapi.FastAPI, main.app"),
                    ("info", "LM001", "Mangum serves `fastapi.FastAPI` (lifespan=auto, base path /)"),
                ],
            )
        },
    ),
    "F14 an application of an installed package": Fault(
        {
            "handler.py": "from mangum import Mangum\nfrom shoplib.main import app\nhandler = Mangum(app)\n",
            "shoplib/__init__.py": "",
            "shoplib/main.py": WEB,
            "shoplib-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: shoplib\nVersion: 1.0\n\n",
            "shoplib-1.0.dist-info/RECORD": "shoplib/__init__.py,,\nshoplib/main.py,,\n",
            "shoplib-1.0.dist-info/INSTALLER": "pip\n",
        },
        without=("main.py",),
        expected={
            "init": ("shoplib.main:app", "handler.handler", "3.12", "assumed"),
            "lifted": {"handler.py"},
            "requires": {*PINNED, "shoplib==1.0"},
            "analyze": (
                "handler.handler",
                [("info", "LM001", "Mangum serves `shoplib.main.app` (lifespan=auto, base path /)")],
            ),
        },
    ),
    "F15 arguments of an old Mangum": Fault(
        {"main.py": WEB + "from mangum import Mangum\nhandler = Mangum(app, enable_lifespan=False)\n"},
        expected={
            "analyze": (
                "main.handler",
                [("info", "LM001", "Mangum serves `main.app` (lifespan=off, base path /)")],
            )
        },
    ),
    "F15 arguments that Mangum does not have any more": Fault(
        {"main.py": WEB + "from mangum import Mangum\nhandler = Mangum(app, lifespan='on', strip_stage=True)\n"},
        expected={
            "warnings": (
                (
                    "`strip_stage=True` is an argument that is not known here: look at what it did, and at `proxy` in "
                    "migration.yaml"
                ),
                *ASSUMED,
            ),
            "analyze": (
                "main.handler",
                [
                    (
                        "info",
                        "LM001",
                        "Mangum serves `main.app` (lifespan=on, base path /, known only at run time: strip_stage=True)",
                    )
                ],
            ),
        },
    ),
    "F16 test tools that the project pins": Fault(
        {"requirements.txt": f"{PINS}pytest==8.3.5\nuvicorn[standard]==0.34.0\n"},
        expected={
            "requires": {*PINNED, "pytest==8.3.5", "uvicorn[standard]==0.54.0"},
            "warnings": (
                *ASSUMED,
                "`uvicorn[standard]==0.34.0` became `uvicorn[standard]==0.54.0`: on Lambda it never ran",
            ),
        },
    ),
    "F17 an optional group": Fault(
        {
            "pyproject.toml": "[project]\nname='shop'\ndependencies=['fastapi==0.115.0']\n"
            "[project.optional-dependencies]\nlambda=['mangum==0.19.0']\ndev=['ruff==0.6.0']\n"
        },
        without=("requirements.txt",),
        expected={
            "warnings": (
                *ASSUMED,
                "the optional group `lambda` is installed too: the code imports what it brings",
            )
        },
    ),
    "F18 applications are counted by themselves": Fault(
        {
            "main.py": MAIN + "again = Mangum(app)\n",
            "other.py": WEB.replace("app", "shop") + "from mangum import Mangum\nhandler = Mangum(shop)\n",
        },
        expected={
            "refused": (
                "the handler could not be found: adapters are in `main.py:4` and `main.py:5` and `other.py:4`",
                "name it with `--handler module.function`",
            ),
            "analyze": (
                None,
                [
                    ("warn", "LM007", "`main.app` is one of 2 adapted applications: main.app, other.shop"),
                    SERVES,
                    ("warn", "LM007", "`main.app` is one of 2 adapted applications: main.app, other.shop"),
                    SERVES,
                    ("warn", "LM007", "`other.shop` is one of 2 adapted applications: main.app, other.shop"),
                    ("info", "LM001", "Mangum serves `other.shop` (lifespan=auto, base path /)"),
                ],
            ),
        },
    ),
}

FAULTS = {**FIRST, **LATER}
