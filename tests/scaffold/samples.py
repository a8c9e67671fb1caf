"""Four functions to lift, each with what makes lifting hard."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from lambda_migrate.scaffold import FunctionFacts
from tests.scaffold.packages import installed

_DEPENDENCIES = {
    **installed("fastapi", "0.165.0", "fastapi"),
    **installed("mangum", "0.22.0", "mangum"),
    **installed("starlette", "1.10.0", "starlette"),
}


@dataclass(frozen=True)
class Sample:
    """A function, and what its service must do.

    Attributes:
        facts: As AWS tells them.
        files: The package.
        layers: The layers.
        path: A path that answers 200.
        answer: What it answers.
        event_status: What the handler makes of an event of any kind.
        target: Where it is to be deployed.
        environment: What the service needs to start here.
    """

    facts: FunctionFacts
    files: dict[str, str]
    path: str
    answer: Any
    event_status: int = 200
    target: str = "url"
    layers: tuple[dict[str, str], ...] = ()
    environment: dict[str, str] = field(default_factory=dict)


PLAIN = Sample(
    facts=FunctionFacts(
        "plain", region="eu-west-1", account="123456789012", runtime="python3.12", handler="main.handler"
    ),
    files={
        **_DEPENDENCIES,
        "main.py": """\
import time
from fastapi import FastAPI
from mangum import Mangum
app = FastAPI()

@app.get("/orders/{order}")
def order( order : int ):
    return {'order':order}

@app.get("/slow")
def slow():
    time.sleep(1)
    return "slept"

handler = Mangum(app)
""",
    },
    path="/orders/17",
    answer={"order": 17},
    event_status=500,
)

AUTHORIZED = Sample(
    facts=FunctionFacts(
        "authorized",
        region="eu-west-1",
        account="123456789012",
        runtime="python3.12",
        handler="app/api/lambda_handler.handle",
        timeout=29,
        architecture="arm64",
        environment={"DB_PASSWORD": "hunter2", "TABLE": 'or"ders', "STAGE": "prod", "WORD": "with # and = and spaces"},
        reserved_concurrency=5,
        role="arn:aws:iam::123456789012:role/authorized",
        policies={"AWSLambdaBasicExecutionRole": None, "orders-table": {"Statement": []}},
        vpc={"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]},
        code_sha256="abc=",
    ),
    files={
        **_DEPENDENCIES,
        "app/__init__.py": "",
        "app/api/__init__.py": "",
        "app/api/lambda_handler.py": """\
import os, logging, asyncio
import boto3
from contextlib import asynccontextmanager
from fastapi import FastAPI, Request
from mangum import Mangum
from ..settings import PASSWORD
logger = logging.getLogger(); logger.setLevel(logging.INFO)
STARTED = []

@asynccontextmanager
async def lifespan(app):
    STARTED.append("the database is migrated")
    yield

app = FastAPI(lifespan=lifespan, root_path=f"/{os.environ['STAGE']}")

@app.get("/me")
async def me(request: Request):
    event = request.scope.get("aws.event") or {}
    claims = event.get("requestContext", {}).get("authorizer", {}).get("claims", {})
    return {"user": claims.get("sub", "nobody"), "started": STARTED, "password": len(PASSWORD)}

@app.get("/slow")
async def slow():
    await asyncio.sleep(1)
    return "slept"

def handle(event, context):
    if "requestContext" in event:
        return Mangum(app, lifespan="off", api_gateway_base_path="/prod")(event, context)
    logger.info("an event came")
    return {"kind": "event", "function": context.function_name}
""",
        "app/settings.py": """\
import os
PASSWORD = os.environ["DB_PASSWORD"]
assert os.environ["WORD"] == "with # and = and spaces"
""",
    },
    path="/prod/me",
    answer={"user": "nobody", "started": [], "password": 7},
    target="elastic-beanstalk",
    environment={"DB_PASSWORD": "hunter2"},
)

THREADED = Sample(
    facts=FunctionFacts("threaded-2", runtime="python3.12", handler="service.handler", timeout=60, peak_concurrency=3),
    files={
        **_DEPENDENCIES,
        "service.py": """\
import pathlib, tempfile, threading, time
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route
from mangum import Mangum
BEATS = []
TEXT = open("data/greeting.txt").read()

def beat():
    while True:
        BEATS.append(time.time())
        time.sleep(0.05)

threading.Thread(target=beat, daemon=True).start()

def scratch(request):
    file = pathlib.Path("/tmp/threaded-scratch.txt")
    file.write_text("kept")
    return JSONResponse({"scratch": file.read_text(), "greeting": TEXT, "beats": len(BEATS) > 0})

def slow(request):
    time.sleep(1)
    return JSONResponse("slept")

app = Starlette(routes=[Mount("/files", routes=[Route("/scratch", scratch)]), Route("/slow", slow)])
http = Mangum(app, lifespan="auto")

def handler(event, context):
    if isinstance(event, dict) and "httpMethod" in event:
        return http(event, context)
    return {"handled": True}
""",
        "data/greeting.txt": "bonjour\n",
    },
    path="/files/scratch",
    answer={"scratch": "kept", "greeting": "bonjour\n", "beats": True},
)


def _catalog() -> dict[str, str]:
    files = {
        "catalog/__init__.py": "",
        "catalog/parts/__init__.py": "",
        "scripts-old/load data.py": "print 'python 2'\n",
    }
    for number in range(100):
        following = f"from .part_{number + 1:03} import NAMES as MORE\n" if number < 99 else "MORE = []\n"
        files[f"catalog/parts/part_{number:03}.py"] = f'{following}import os,sys\nNAMES = ["part {number}"] + MORE\n'
    files["catalog/api.py"] = """\
import asyncio
import catalog_shared
from fastapi import FastAPI
from mangum import Mangum
from .parts.part_000 import NAMES
app = FastAPI(openapi_url="/healthz")

@app.get("/parts")
async def parts() -> dict[str, object]:
    return {"parts": len(NAMES), "shared": catalog_shared.NAME}

@app.get("/slow")
async def slow() -> str:
    await asyncio.sleep(1)
    return "slept"

http = Mangum(app, api_gateway_base_path="/v1")

def handler(event, context):
    return http(event, context) if "rawPath" in event else event
"""
    return {**files, **_DEPENDENCIES}


LAYERED = Sample(
    facts=FunctionFacts(
        "Layered_Catalog",
        runtime="python3.12",
        handler="catalog.api.handler",
        layers=("arn:aws:lambda:eu-west-1:123456789012:layer:shared:7",),
    ),
    files=_catalog(),
    layers=(
        {
            "python/catalog_shared/__init__.py": "NAME = 'from the layer'\n",
            **installed("aws-lambda-powertools", "3.1.0", "aws_lambda_powertools", root="python/"),
        },
    ),
    path="/v1/parts",
    answer={"parts": 100, "shared": "from the layer"},
    target="ecs",
)

SAMPLES = {"plain": PLAIN, "authorized": AUTHORIZED, "threaded": THREADED, "layered": LAYERED}
