"""Four functions as four teams might have written them, and what their triggers need of a service."""

from __future__ import annotations

from importlib.metadata import version

from lambda_migrate.scaffold import FunctionFacts
from tests.scaffold.packages import installed
from tests.scaffold.samples import PLAIN, Sample


def _beside(*names: str) -> dict[str, str]:
    """Return the files of packages beside the code, in the versions that the tests run with."""
    files: dict[str, str] = {}
    for name in names:
        files |= installed(name, version(name), name.replace("-", "_"))
    return files


_WEB = ("fastapi", "mangum", "starlette")

# HTTP alone, answered by Mangum and nothing else.
HTTP_ALONE = Sample(
    facts=PLAIN.facts, files={**PLAIN.files, **_beside(*_WEB)}, path=PLAIN.path, answer=PLAIN.answer, event_status=500
)

# HTTP beside a queue, a topic and a bus, told apart by the handler.
MESSAGING = Sample(
    facts=FunctionFacts(
        "parcels",
        region="eu-central-1",
        account="210987654321",
        runtime="python3.11",
        handler="worker.handler",
        timeout=20,
        environment={"QUEUE": "parcels", "API_TOKEN": "tok_5f2c8e0b9d1a47c6"},
        parts=frozenset(("api-destination", "sns", "sqs")),
    ),
    files={
        **_beside(*_WEB),
        "worker.py": """\
import json, os
from fastapi import FastAPI, HTTPException
from mangum import Mangum
app = FastAPI()
TOKEN = os.environ['API_TOKEN']
SEEN = []

@app.get("/parcels")
def parcels():
    return {"queue": os.environ.get("QUEUE"), "seen": len(SEEN)}

@app.get("/parcels/{number}")
async def parcel(number: int):
    if number > 100:
        raise HTTPException(404, "no such parcel")
    return {"number": number}

http = Mangum(app, lifespan="off")

def from_queue(records):
    failed = []
    for record in records:
        try:
            SEEN.append(json.loads(record["body"]))
        except ValueError:
            failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}

def handler(event, context):
    records = event.get("Records") or []
    if records and records[0].get("eventSource") == "aws:sqs":
        return from_queue(records)
    if records and records[0].get("EventSource") == "aws:sns":
        SEEN.extend(record["Sns"]["Message"] for record in records)
        return None
    if "detail-type" in event:
        return {"detail": event["detail-type"]}
    return http(event, context)
""",
    },
    path="/parcels/7",
    answer={"number": 7},
    environment={"API_TOKEN": "tok_5f2c8e0b9d1a47c6"},
)

# Behind a stage's prefix, with start-up code, and settings that a class reads.
SETTLED = Sample(
    facts=FunctionFacts(
        "accounts",
        region="eu-west-1",
        account="123456789012",
        runtime="python3.11",
        handler="main.handler",
        timeout=29,
        environment={"APP_BASE_PATH": "/accounts", "APP_DATABASE_URL": "postgres://a:b@db/accounts", "APP_PAGE": "25"},
        reserved_concurrency=8,
    ),
    files={
        **_beside(*_WEB, "pydantic-settings"),
        "settings.py": """\
from pydantic_settings import BaseSettings, SettingsConfigDict

class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="APP_")
    base_path: str = "/"
    database_url: str
    page: int = 10

settings = Settings()
""",
        "main.py": """\
from contextlib import asynccontextmanager
from fastapi import FastAPI, Request
from mangum import Mangum
from settings import settings

@asynccontextmanager
async def lifespan(app):
    app.state.pool = {"url": settings.database_url}
    yield
    app.state.pool = None

app = FastAPI(lifespan=lifespan, title="Accounts")

@app.get("/pages")
async def pages(request: Request):
    return {"size": settings.page, "open": request.app.state.pool is not None}

handler = Mangum(app, lifespan="auto", api_gateway_base_path=settings.base_path)
""",
    },
    path="/pages",
    answer={"size": 25, "open": True},
    target="elastic-beanstalk",
)

# A package of routers whose handler is wrapped twice.
PACKAGED = Sample(
    facts=FunctionFacts(
        "Catalog_API",
        region="us-east-1",
        account="123456789012",
        runtime="python3.11",
        handler="catalog.entry.handler",
        peak_concurrency=12,
        environment={"STAGE": "prod", "CATALOG_CURRENCY": "EUR"},
    ),
    files={
        **_beside(*_WEB, "pydantic-settings"),
        "catalog/__init__.py": "",
        "catalog/configuration.py": """\
from functools import lru_cache
from pydantic_settings import BaseSettings

class Configuration(BaseSettings):
    catalog_currency: str = "USD"
    stage: str = "dev"

@lru_cache
def configuration():
    return Configuration()
""",
        "catalog/routes/__init__.py": "from .items import router\n",
        "catalog/routes/items.py": """\
from fastapi import APIRouter, Depends
from ..configuration import configuration
router = APIRouter(prefix="/items")

@router.get("")
def items(settings = Depends(configuration)):
    return {"currency": settings.catalog_currency, "stage": settings.stage}

@router.get("/{code}")
def item(code: str, details: bool = False):
    return {"code": code, "details": details}
""",
        "catalog/application.py": """\
from fastapi import FastAPI
from .routes import router

def make():
    app = FastAPI(docs_url=None, redoc_url=None)
    app.include_router(router, prefix="/v2")
    return app
""",
        "catalog/entry.py": """\
import functools, logging
from mangum import Mangum
from .application import make
log = logging.getLogger(__name__)
app = make()
http = Mangum(app, lifespan="off")

def logged(call):
    @functools.wraps(call)
    def inner(event, context):
        log.info("request %s", context.aws_request_id)
        return call(event, context)
    return inner

@logged
def handler(event, context):
    if event.get("source") == "warmer":
        return {"warm": True}
    return http(event, context)
""",
    },
    path="/v2/items/17",
    answer={"code": "17", "details": False},
    target="ecs",
)

TEAMS = {"http alone": HTTP_ALONE, "messaging": MESSAGING, "settled": SETTLED, "packaged": PACKAGED}
