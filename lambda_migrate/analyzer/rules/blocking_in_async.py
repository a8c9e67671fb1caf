"""Finds calls inside `async def` that block the event loop: sleeping, HTTP, subprocesses, databases, boto3.

## Why it breaks
On Lambda nothing else was waiting. On a server one event loop serves every request of a worker: while the call waits
for a network, all of them stand still, health checks too.

## Instead
Make the endpoint a plain `def` (the framework runs it in a thread), await an asynchronous client, or hand the call to
`run_in_threadpool`. Linters know the standard library's blocking calls; none knows boto3's.
"""

from __future__ import annotations

import ast
import re
import sys
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.findings import Fact, Severity
from lambda_migrate.analyzer.patterns import text_of
from lambda_migrate.analyzer.rule import Sample

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lambda_migrate.analyzer.module import Module
    from lambda_migrate.analyzer.project import Project

CODE = "LM305"
SEVERITY = Severity.ERROR
HINT = "make the endpoint a plain `def`, await an asynchronous client, or use `run_in_threadpool`"

VALID = (
    "import time\ndef wait():\n    time.sleep(1)\n",
    "import asyncio\nasync def wait():\n    await asyncio.sleep(1)\n",
    "import time\nfrom settings import STAGE\nasync def wait():\n    if STAGE == 'local':\n        time.sleep(1)\n",
    "import boto3\ns3 = boto3.client('s3')\nasync def url():\n    return s3.generate_presigned_url('get_object')\n",
    (
        "import boto3\nfrom fastapi.concurrency import run_in_threadpool\ns3 = boto3.client('s3')\nasync def put():\n"
        "    await run_in_threadpool(s3.put_object, Bucket='b')\n"
        "    await run_in_threadpool(lambda: s3.get_object(Bucket='b'))\n"
    ),
    (
        "import aioboto3\nasync def put():\n    async with aioboto3.Session().client('s3') as s3:\n"
        "        await s3.put_object()\n"
    ),
    (
        "from fastapi import Depends\nfrom sqlalchemy.ext.asyncio import AsyncSession\nfrom db import get\n"
        "async def orders(db: AsyncSession = Depends(get)):\n    return await db.execute(1)\n"
    ),
    (
        "from fastapi import Depends\nfrom sqlalchemy.orm import Session\nfrom db import get\n"
        "def orders(db: Session = Depends(get)):\n    return db.query(1).all()\n"
    ),
    Sample(
        {
            "store.py": "class Store:\n    def get(self): ...\nstore = Store()\n",
            "main.py": "from store import store\nasync def read():\n    return store.get()\n",
        }
    ),
)
INVALID = (
    "import time\nasync def wait():\n    time.sleep(1)\n",
    "import time\nfrom settings import STAGE\nasync def wait():\n    if STAGE == 'prod':\n        time.sleep(1)\n",
    "from requests import get\nasync def read():\n    return get('https://example.com')\n",
    "import boto3\ns3 = boto3.client('s3')\nasync def put():\n    s3.put_object(Bucket='b')\n",
    (
        "import boto3\ntable = boto3.resource('dynamodb').Table('orders')\nasync def read():\n"
        "    return table.get_item(Key={})\n"
    ),
    (
        "import boto3\nclass Store:\n    def __init__(self):\n        self.s3 = boto3.client('s3')\n"
        "    async def put(self):\n"
        "        self.s3.put_object()\n"
    ),
    (
        "import boto3\ns3 = boto3.client('s3')\nasync def keys():\n"
        "    return [page for page in s3.get_paginator('list_objects_v2').paginate(Bucket='b')]\n"
    ),
    "import subprocess\nasync def run():\n    subprocess.run(['true'])\n",
    Sample(
        {
            "app/aws.py": "import boto3\nqueue = boto3.client('sqs')\ndef bus():\n    return boto3.client('events')\n",
            "app/main.py": "from app.aws import queue\nasync def send():\n    queue.send_message(MessageBody='x')\n",
        }
    ),
    Sample(
        {
            "aws.py": "import boto3\ndef bus():\n    return boto3.client('events')\n",
            "main.py": "import aws\nasync def send():\n    aws.bus().put_events(Entries=[])\n",
        }
    ),
    "import boto3\ndef bus():\n    return boto3.client('events')\nasync def send():\n    bus().put_events()\n",
    (
        "import boto3\nfrom fastapi import Depends\ndef bus():\n    return boto3.client('events')\n"
        "async def send(events=Depends(bus)):\n    events.put_events(Entries=[])\n"
    ),
    (
        "from typing import TYPE_CHECKING, Annotated\nfrom fastapi import Depends\nfrom aws import queue\n"
        "if TYPE_CHECKING:\n    from mypy_boto3_sqs import SQSClient\n"
        "async def send(sqs: Annotated[SQSClient, Depends(queue)]):\n    sqs.send_message(MessageBody='x')\n"
    ),
    (
        "from fastapi import Depends\nfrom sqlalchemy.orm import Session\nfrom db import get\n"
        "async def orders(db: Session = Depends(get)):\n    return db.query(1).all()\n"
    ),
    Sample(
        {
            "deps.py": "from typing import Annotated\nfrom fastapi import Depends\nfrom sqlmodel import Session\n"
            "def get(): ...\nSessionDep = Annotated[Session, Depends(get)]\n",
            "main.py": "from deps import SessionDep\nasync def order(session: SessionDep):\n    session.commit()\n",
        }
    ),
    Sample(
        {
            "db.py": "from sqlalchemy.orm import sessionmaker\nMaker = sessionmaker()\ndef get():\n"
            "    with Maker() as session:\n        yield session\n",
            "main.py": "from db import Maker\nasync def order():\n    with Maker() as session:\n"
            "        session.commit()\n",
            "other.py": "",
        }
    ),
)
KNOWN_MISSES = (
    # Inside a plain function that the coroutine calls.
    "import time\ndef work():\n    time.sleep(1)\nasync def read():\n    work()\n",
    # Through a subscript.
    "import pymongo\norders = pymongo.MongoClient()['shop']['orders']\nasync def read():\n    orders.find_one()\n",
)
BLOCKING = re.compile(
    r"^(time\.sleep|os\.(system|popen|wait|waitpid)|urllib\.request\.url(open|retrieve)|socket\.create_connection"
    r"|subprocess\.(run|call|check_call|check_output|getoutput|getstatusoutput)"
    r"|requests\.(get|post|put|patch|delete|head|options|request)|requests\.([sS]ession)\(\)\.\w+"
    r"|httpx\.(get|post|put|patch|delete|head|options|request|stream)|httpx\.Client\(\)\.\w+"
    r"|urllib3\.(request|PoolManager\(\)\.\w+)|smtplib\.SMTP(_SSL)?(\(\)\.\w+)?"
    r"|(psycopg2?|pymysql|MySQLdb|mysql\.connector|sqlite3|pyodbc|oracledb)\.connect(\(\)\.\w+)*"
    r"|(sqlalchemy\.orm|sqlmodel)\.([a-z.]*\.)?((Session|scoped_session)\(\)|sessionmaker\(\)\(\))"
    r"\.(query|execute|exec|scalars?|get|commit|flush|refresh|rollback|bulk_\w+)"
    r"|(sqlalchemy|sqlmodel)\.create_engine\(\)\.(connect|begin)"
    r"|redis\.(Redis|StrictRedis|from_url|Redis\.from_url)\(\)\.\w+|pymongo\.MongoClient\(\)(\.\w+)+"
    r"|boto3\.((session\.)?Session\(\)\.)?(client|resource)\(\)((\.[A-Z]\w*\(\))*(\.[a-z]\w*)+"
    r"|\.get_(paginator\(\)\.paginate|waiter\(\)\.wait))"
    r"|(botocore\.client\.Base|(mypy|types)_boto3_\w+\.(client\.)?\w+)Client\(\)\.[a-z]\w*)$"
)  # fmt: skip
STANDARD = sys.stdlib_module_names
# Calls on a boto3 client that reach no network.
LOCAL = frozenset(
    {"generate_presigned_url", "generate_presigned_post", "get_paginator", "get_waiter", "can_paginate", "close"}
)


# How the environment of a developer's own machine is called: `local`, `localdev`, `localhost`.
OWN_MACHINE = re.compile(r"^local", re.IGNORECASE)


def check(module: Module) -> Iterator[Fact]:
    """Report blocking calls in coroutines; note calls on imported names, which other modules may have bound."""
    if not module.mentions(b"async def"):
        return
    elsewhere = set(_on_a_developers_machine(module))
    for call, scope in module.all_calls():
        if scope.kind != "async" or module.awaited(call) or getattr(call.func, "attr", "") in LOCAL:
            continue
        if call in elsewhere:
            continue
        resolved = module.resolved(call, scope)
        if BLOCKING.match(resolved):
            yield module.fact(call, f"`{_shown(resolved)}` blocks every request of this worker")
        elif isinstance(call.func, ast.Attribute) and _is_followed(module, resolved):
            yield module.fact(call, kind="call", value=resolved)


def conclude(facts: Sequence[Fact], project: Project) -> Iterator[Fact]:
    """Report calls on names that another module binds to something blocking."""
    for fact in facts:
        if fact.kind == "finding":
            yield fact
        elif fact.kind == "call":
            blocking = next((name for name in project.names(fact.value) if BLOCKING.match(name)), None)
            if blocking is not None:
                yield fact.saying(f"`{_shown(blocking)}` blocks every request of this worker")


def _on_a_developers_machine(module: Module) -> Iterator[ast.AST]:
    """Yield the code of branches that only a developer's machine takes: `if ENVIRONMENT == "local"`."""
    for branch, _ in module.of(ast.If):
        test = branch.test
        if not isinstance(test, ast.Compare) or len(test.ops) > 1 or not isinstance(test.ops[0], ast.Eq):
            continue
        if any(OWN_MACHINE.match(text_of(side)) for side in (test.left, test.comparators[0])):
            yield from (part for each in branch.body for part in ast.walk(each))


def _is_followed(module: Module, resolved: str) -> bool:
    """Return whether the name may belong to another module, or to what a function of this one returns."""
    first, dot, _ = resolved.partition(".")
    if resolved.startswith(f"{module.name}."):
        return resolved[len(module.name) + 1 :].partition(".")[0].endswith("()")
    return bool(dot) and not first.endswith("()") and first not in STANDARD


def _shown(resolved: str) -> str:
    return resolved.replace("()", "(…)")
