"""Twelve small projects, one for each layout that public repositories have."""

from __future__ import annotations

from dataclasses import dataclass, field

WEB = """\
from fastapi import FastAPI
app = FastAPI()
@app.get("/things")
def things(): return {"name": NAME}
"""
ADAPTED = "from mangum import Mangum\nhandler = Mangum(app)\n"
REQUIRED = "fastapi==0.165.0\nmangum==0.22.0\n"
POETRY = 'fastapi = "0.165.0"\nmangum = "0.22.0"\n'


def web(name: str) -> str:
    """Return an application in one file, with its adapter, that says its name."""
    return f"NAME = '{name}'\n{WEB}{ADAPTED}"


@dataclass(frozen=True)
class Layout:
    """A project, and what lifting its function has to come to.

    Attributes:
        files: Path → text, below the project's folder, which is a repository of its own.
        code: The folder that is named with `--source`.
        handler: The handler as Lambda has it.
        app: The application; "" where the function serves events only.
        python: Version, and where it is said.
        lifted: The own files that are lifted.
        requires: Lines that have to be in requirements.txt.
        function: The function's name.
        options: `--requirements` and `--include`, below the project's folder.
        variables: Environment variables → what becomes of them.
        limits: Time-out and memory.
        around: Whether the handler runs around the application.
        event_status: What an event is answered with: Mangum does not know it, and raises.
        links: Links in the project → where they lead.
    """

    files: dict[str, str]
    handler: str
    app: str
    python: tuple[str, str]
    lifted: frozenset[str]
    code: str = ""
    requires: frozenset[str] = frozenset({"fastapi==0.165.0", "mangum==0.22.0"})
    function: str = "shop"
    options: dict[str, tuple[str, ...]] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    limits: tuple[float, int] = (30.0, 512)
    around: bool = False
    event_status: int = 500
    links: dict[str, str] = field(default_factory=dict)


SEVERAL = """\
Transform: AWS::Serverless-2016-10-31
Globals: {Function: {Runtime: python3.13, CodeUri: code/}}
Resources:
  Shop: {Type: AWS::Serverless::Function, Properties: {Handler: shop.handler, Events: {All: {Type: HttpApi}}}}
  Jobs: {Type: AWS::Serverless::Function, Properties: {Handler: jobs.handler, Timeout: 300}}
"""
SEVERAL_FILES = {
    "template.yaml": SEVERAL,
    "code/requirements.txt": REQUIRED,
    "code/shop.py": f"""\
import os
from mangum import Mangum
NAME = "shop"
{WEB}
served = []
def handler(event, context):
    if os.environ.get("CLOSED"):
        return {{"statusCode": 503, "body": "closed"}}
    answer = Mangum(app)(event, context)
    answer["headers"]["x-served"] = "yes"
    return answer
""",
    "code/jobs.py": "def handler(event, context):\n    return {'jobs': len(event.get('Records', []))}\n",
}

LAYOUTS = {
    "monorepo": Layout(
        {
            "services/shop/main.py": "from shop_common.names import NAME\n" + WEB + ADAPTED,
            "services/shop/requirements.txt": f"{REQUIRED}-e ../../packages/common\n",
            "packages/common/setup.cfg": "[metadata]\nname = shop-common\n",
            "packages/common/shop_common/__init__.py": "",
            "packages/common/shop_common/names.py": "NAME = 'monorepo'\n",
            "services/other/main.py": web("other"),
            ".python-version": "3.13\n",
        },
        code="services/shop",
        handler="main.handler",
        app="main:app",
        python=("3.13", "../../.python-version:1"),
        lifted=frozenset({"main.py", "shop_common/__init__.py", "shop_common/names.py"}),
    ),
    "poetry": Layout(
        {
            "pyproject.toml": f'[tool.poetry]\nname = "shop"\n[tool.poetry.dependencies]\npython = "^3.11"\n{POETRY}'
            '[tool.poetry.group.dev.dependencies]\npytest = "*"\n',
            "shop/__init__.py": "",
            "shop/main.py": web("poetry"),
        },
        handler="shop.main.handler",
        app="shop.main:app",
        python=("3.11", "pyproject.toml:4"),
        lifted=frozenset({"shop/__init__.py", "shop/main.py"}),
    ),
    "uv": Layout(
        {
            "pyproject.toml": "[project]\nname='shop'\nversion='1'\nrequires-python='>=3.12'\n"
            "dependencies=['fastapi>=0.100','mangum']\n",
            "uv.lock": "version = 1\n"
            "[[package]]\nname='shop'\nversion='1'\nsource={editable='.'}\n"
            "dependencies=[{name='fastapi'},{name='mangum'}]\n"
            "[[package]]\nname='fastapi'\nversion='0.165.0'\nsource={registry='https://packages.example.com/simple'}\n"
            "[[package]]\nname='mangum'\nversion='0.22.0'\nsource={registry='https://packages.example.com/simple'}\n",
            "main.py": web("uv"),
        },
        handler="main.handler",
        app="main:app",
        python=("3.12", "pyproject.toml:4"),
        lifted=frozenset({"main.py"}),
    ),
    "pipenv": Layout(
        {
            "Pipfile": '[packages]\nfastapi = "*"\nmangum = "*"\n[requires]\npython_version = "3.13"\n',
            "Pipfile.lock": '{"default": {"fastapi": {"version": "==0.165.0"}, "mangum": {"version": "==0.22.0"}}}',
            "main.py": web("pipenv"),
        },
        handler="main.handler",
        app="main:app",
        python=("3.13", "Pipfile:5"),
        lifted=frozenset({"main.py"}),
    ),
    "setup-py": Layout(
        {
            "setup.py": "from setuptools import setup\n"
            "with open('base.txt') as file:\n    base = file.read().splitlines()\n"
            "setup(name='shop', install_requires=base + ['mangum==0.22.0'])\n",
            "base.txt": "# what it needs\nfastapi==0.165.0\n",
            "shop.py": web("setup-py"),
        },
        handler="shop.handler",
        app="shop:app",
        python=("3.12", "assumed"),
        lifted=frozenset({"shop.py", "base.txt"}),
    ),
    "sam": Layout(
        {
            "template.yaml": "Transform: AWS::Serverless-2016-10-31\nResources:\n"
            "  Common: {Type: AWS::Serverless::LayerVersion, Properties: {ContentUri: layer/}}\n"
            "  Shop:\n    Type: AWS::Serverless::Function\n    Properties:\n"
            "      CodeUri: src/\n      Handler: app.handler\n      Runtime: python3.13\n      Timeout: 29\n"
            "      MemorySize: 1024\n      Layers: [!Ref Common]\n"
            "      Environment: {Variables: {STAGE: prod, TABLE: !Ref Table}}\n",
            "src/app.py": "from names import NAME\n" + WEB + ADAPTED,
            "src/requirements.txt": REQUIRED,
            "layer/python/names.py": "import os\nNAME = os.environ['STAGE'] and 'sam'\n",
        },
        handler="app.handler",
        app="app:app",
        python=("3.13", "template.yaml:4"),
        lifted=frozenset({"app.py", "names.py"}),
        variables={"STAGE": "value", "TABLE": "unset"},
        limits=(29.0, 1024),
    ),
    "serverless": Layout(
        {
            "serverless.yml": "service: store\nprovider:\n  name: aws\n  runtime: python3.12\n  timeout: 20\n"
            "  environment: {LEVEL: info}\nfunctions:\n  shop:\n    handler: src/main.handler\n"
            "    events: [{httpApi: '*'}]\n",
            "src/__init__.py": "",
            "src/main.py": "from src.names import NAME\n" + WEB + ADAPTED,
            "src/names.py": "NAME = 'serverless'\n",
            "requirements.txt": REQUIRED,
        },
        handler="src/main.handler",
        app="src.main:app",
        python=("3.12", "serverless.yml:8"),
        lifted=frozenset({"src/__init__.py", "src/main.py", "src/names.py"}),
        variables={"LEVEL": "value"},
        limits=(20.0, 1024),
    ),
    "cdk": Layout(
        {
            "cdk.out/Shop.template.json": '{"Resources": {\n"ShopA1": {"Type": "AWS::Lambda::Function",\n'
            '"Metadata": {"aws:cdk:path": "Store/Shop/Resource"}, "Properties": {"Handler": "index.main.handler",\n'
            '"Runtime": "python3.13", "Timeout": 15, "MemorySize": 256, "Code": {"S3Key": "a"}}}}}\n',
            "lambda/index/__init__.py": "",
            "lambda/index/main.py": web("cdk"),
            "lambda/requirements.txt": REQUIRED,
            "app.py": "import aws_cdk\n",
        },
        code="lambda",
        handler="index.main.handler",
        app="index.main:app",
        python=("3.13", "../cdk.out/Shop.template.json:2"),
        lifted=frozenset({"index/__init__.py", "index/main.py"}),
        limits=(15.0, 256),
    ),
    "terraform": Layout(
        {
            "infra/main.tf": 'data "archive_file" "zip" {\n  type = "zip"\n  source_dir = "${path.module}/../code"\n}\n'
            'resource "aws_lambda_function" "shop" {\n  function_name = "shop"\n  handler = "main.handler"\n'
            '  runtime = "python3.13"\n  filename = data.archive_file.zip.output_path\n  memory_size = 384\n'
            '  environment {\n    variables = {\n      STAGE = "prod"\n    }\n  }\n}\n',
            "code/main.py": web("terraform"),
            "code/requirements.txt": REQUIRED,
        },
        handler="main.handler",
        app="main:app",
        python=("3.13", "infra/main.tf:5"),
        lifted=frozenset({"main.py"}),
        variables={"STAGE": "value"},
        limits=(3.0, 384),
    ),
    "dockerfile": Layout(
        {
            "Dockerfile": "FROM public.ecr.aws/lambda/python:3.13\nENV LEVEL=info\nCOPY need.txt .\n"
            'RUN pip install -r need.txt\nCOPY service ${LAMBDA_TASK_ROOT}\nCMD ["shop.web.handler"]\n',
            "need.txt": REQUIRED,
            "service/shop/__init__.py": "",
            "service/shop/web.py": web("dockerfile"),
        },
        handler="shop.web.handler",
        app="shop.web:app",
        python=("3.13", "Dockerfile"),
        lifted=frozenset({"shop/__init__.py", "shop/web.py"}),
        variables={"LEVEL": "value"},
    ),
    "src": Layout(
        {
            "src/shop/__init__.py": "",
            "src/shop/web.py": f"NAME = 'src'\n{WEB}",
            "src/shop/entry.py": "from mangum import Mangum\nfrom shop.web import app\n"
            "asgi = Mangum(app)\ndef run(event, context):\n    return asgi(event, context)\n",
            "pyproject.toml": "[project]\nname='shop'\nversion='1'\ndependencies=['fastapi==0.165.0']\n"
            "[project.optional-dependencies]\nlambda=['mangum==0.22.0']\n",
        },
        handler="shop.entry.run",
        app="shop.web:app",
        python=("3.12", "assumed"),
        lifted=frozenset({"shop/__init__.py", "shop/web.py", "shop/entry.py"}),
    ),
    "web-adapter": Layout(
        {
            "serverless.yml": "service: store\nprovider: {name: aws, runtime: python3.13}\n"
            "functions:\n  shop:\n    handler: run.sh\n",
            "run.sh": "#!/bin/bash\nexec python -m uvicorn --port $PORT web:app\n",
            "web.py": f"NAME = 'web-adapter'\n{WEB}",
            "requirements.txt": "fastapi==0.165.0\nuvicorn==0.30.0\n",
        },
        handler="run.sh",
        app="web:app",
        python=("3.13", "serverless.yml:4"),
        lifted=frozenset({"web.py", "run.sh"}),
        requires=frozenset({"fastapi==0.165.0", "uvicorn==0.54.0"}),
        limits=(6.0, 1024),
        event_status=200,
    ),
    "several": Layout(
        SEVERAL_FILES,
        code="code",
        handler="shop.handler",
        app="shop:app",
        python=("3.13", "../template.yaml:4"),
        lifted=frozenset({"shop.py", "jobs.py"}),
        around=True,
    ),
    "several-events-only": Layout(
        SEVERAL_FILES,
        code="code",
        function="jobs",
        handler="jobs.handler",
        app="",
        python=("3.13", "../template.yaml:5"),
        lifted=frozenset({"shop.py", "jobs.py"}),
        limits=(300.0, 512),
        event_status=200,
    ),
}
