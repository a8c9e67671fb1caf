"""Small projects, one for each fault that lifting real ones has shown, and what each has to come to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

MAIN = """\
from fastapi import FastAPI
from mangum import Mangum
app = FastAPI()
handler = Mangum(app)
"""
WEB = "from fastapi import FastAPI\napp = FastAPI()\n"
PINS = "fastapi==0.115.0\nmangum==0.19.0\n"
PINNED = frozenset(PINS.split())
PLAIN = {"main.py": MAIN, "requirements.txt": PINS}
TIMES = "time-out 30 s and memory 512 MB are assumed: AWS was not asked, and the project does not say"
ASSUMED = (
    "Python 3.12 is assumed: the project does not name a version; set it with `--python 3.x`",
    TIMES,
)


@dataclass(frozen=True)
class Fault:
    """A project in which something went wrong.

    Attributes:
        files: Path → text; they replace those of the plainest project.
        expected: What differs from what the plainest project comes to.
        code: The folder that is named.
        without: Files of the plainest project that are not there.
        options: What the user asks `init` for.
        facts: What AWS says, where it is asked.
    """

    files: dict[str, str]
    expected: dict[str, Any] = field(default_factory=dict)
    code: str = ""
    without: tuple[str, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)


SERVES = ("info", "LM001", "Mangum serves `main.app` (lifespan=auto, base path /)")
FIRST: dict[str, Fault] = {
    "F1 work around the adapter": Fault(
        {
            "main.py": "import os\n"
            + WEB
            + "from mangum import Mangum\nasgi = Mangum(app)\ndef handler(event, context):\n"
            '    if os.environ.get("CLOSED"):\n        raise RuntimeError("closed")\n    return asgi(event, context)\n'
        },
        expected={
            "around": True,
            "warnings": (
                *ASSUMED,
                "`main.handler` does work around its adapter: `Around` in main.py runs it for each request",
            ),
            "analyze": ("main.handler", [SERVES, ("error", "LM012", "")]),
        },
    ),
    "F2 imports begin below, requirements lie above": Fault(
        {
            "src/api/__init__.py": "",
            "src/api/handler.py": "from mangum import Mangum\nfrom main import app\nhandler = Mangum(app)\n",
            "src/api/main.py": WEB,
            "src/requirements.txt": PINS,
        },
        code="src",
        expected={
            "init": ("main:app", "handler.handler", "3.12", "assumed"),
            "lifted": {"__init__.py", "handler.py", "main.py"},
            "analyze": ("handler.handler", [SERVES]),
        },
    ),
    "F3 setup.py that has to be read": Fault(
        {
            "setup.py": "from setuptools import setup\nfrom pathlib import Path\nbase = ['fastapi==0.115.0']\n"
            "def read(name):\n    return Path(name).read_text().splitlines()\n"
            "setup(name='shop', install_requires=base + ['mangum==0.19.0'] + read('more.txt'))\n",
            "more.txt": "# more\nhttpx==0.27.0\n",
        },
        without=("requirements.txt",),
        expected={"lifted": {"main.py", "more.txt"}, "requires": {*PINNED, "httpx==0.27.0"}},
    ),
    "F4 settings classes, helpers, and what nobody knows": Fault(
        {
            "main.py": "import os\nfrom pydantic_settings import BaseSettings\n"
            + MAIN
            + "class Settings(BaseSettings):\n"
            "    database_host: str\n    database_port: int\n    page: int = 20\nsettings = Settings()\n"
            "def need(name):\n    return os.environ[name]\nBUCKET = need('BUCKET')\n"
            "TOKEN = os.environ.get('TOKEN')\nif not TOKEN:\n    raise ValueError('TOKEN')\n",
            "requirements.txt": f"{PINS}pydantic-settings==2.8.1\n",
        },
        expected={
            "variables": {"BUCKET": "unset", "DATABASE_HOST": "unset", "DATABASE_PORT": "unset", "TOKEN": "reference"},
            "placeholders": {
                "BUCKET": "placeholder",
                "DATABASE_HOST": "placeholder",
                "DATABASE_PORT": "1",
                "TOKEN": "placeholder",
            },
            "requires": {*PINNED, "pydantic-settings==2.8.1"},
        },
    ),
    "F5 a script under the web adapter": Fault(
        {
            "run.sh": "#!/bin/bash\nexec python -m uvicorn --port $PORT main:app\n",
            "main.py": WEB,
            "requirements.txt": "fastapi==0.115.0\nuvicorn==0.30.0\n",
            "template.yaml": "Resources:\n  Shop:\n    Type: AWS::Serverless::Function\n"
            "    Properties: {CodeUri: ., Handler: run.sh, Runtime: python3.13}\n",
        },
        expected={
            "init": ("main:app", "run.sh", "3.13", "template.yaml:2"),
            "lifted": {"main.py", "run.sh"},
            "requires": {"fastapi==0.115.0"},
            "warnings": (
                TIMES,
                "`main:app` ran under the web adapter: the service starts it itself, and needs no Mangum",
                "`uvicorn==0.30.0` became `uvicorn==0.54.0`: the service is made for that version",
            ),
            "analyze": (None, []),
        },
    ),
    "F5 an application alone": Fault(
        {"main.py": WEB, "requirements.txt": "fastapi==0.115.0\n"},
        options={"app": "main:app"},
        expected={
            "init": ("main:app", "start.sh", "3.12", "assumed"),
            "requires": {"fastapi==0.115.0"},
            "warnings": (
                *ASSUMED,
                "`main:app` ran under the web adapter: the service starts it itself, and needs no Mangum",
            ),
            "analyze": (None, []),
        },
    ),
    "F6 Python as the project says": Fault(
        {"pyproject.toml": "[project]\nname='shop'\nrequires-python='>=3.13'\n"},
        expected={"init": ("main:app", "main.handler", "3.13", "pyproject.toml:3"), "warnings": (TIMES,)},
    ),
    "F7 a shared package of a monorepo": Fault(
        {
            "services/shop/main.py": f"from shop_common.log import log\n{MAIN}",
            "services/shop/pyproject.toml": "[project]\nname='shop'\n"
            "dependencies=['fastapi==0.115.0','mangum==0.19.0']\n[tool.poetry.group.shared.dependencies]\nshop-common={path='../../packages/common',develop=true}\n",
            "packages/common/pyproject.toml": "[project]\nname='shop-common'\n",
            "packages/common/shop_common/__init__.py": "",
            "packages/common/shop_common/log.py": "def log(): ...\n",
        },
        code="services/shop",
        expected={"lifted": {"main.py", "shop_common/__init__.py", "shop_common/log.py"}},
    ),
    "F8 an application that is none": Fault(
        {"main.py": "def lambda_handler(event, context):\n    return 1\n"},
        options={"app": "main:lambda_handler", "handler": "main.lambda_handler"},
        expected={
            "refused": (
                "`main:lambda_handler` is a plain function, and a server cannot call it with requests",
                (
                    "name the right one with `--app module:name`, or `--app main:lambda_handler()` if it returns the "
                    "application"
                ),
            ),
            "analyze": (None, []),
        },
    ),
    "F9 arguments of another adapter, names of other packages": Fault(
        {
            "main.py": MAIN + "import jwt, dateutil.parser, yaml, google.cloud.storage\n",
            "requirements.txt": f"{PINS}pyjwt==2.9.0\npython-dateutil==2.9.0\npyyaml==6.0.2\n"
            "google-cloud-storage==2.18.0\n",
        },
        expected={
            "requires": {
                *PINNED,
                "google-cloud-storage==2.18.0",
                "pyjwt==2.9.0",
                "python-dateutil==2.9.0",
                "pyyaml==6.0.2",
            }
        },
    ),
    "F9 a WSGI adapter": Fault(
        {
            "main.py": "import serverless_wsgi\nfrom flask import Flask\napp = Flask(__name__)\n"
            "def handler(event, context):\n    return serverless_wsgi.handle_request(app, event, context)\n",
            "requirements.txt": "flask==3.0.0\nserverless-wsgi==3.0.4\n",
        },
        expected={
            "refused": (
                "`main.py:5` serves a WSGI application (flask) through serverless-wsgi",
                "add `asgi = a2wsgi.WSGIMiddleware(app)` and a2wsgi to the requirements, then `--app module:asgi`",
            ),
            "analyze": ("main.handler", [("warn", "LM011", "`serverless-wsgi` serves a WSGI application")]),
        },
    ),
}
