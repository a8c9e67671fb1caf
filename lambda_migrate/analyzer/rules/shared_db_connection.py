"""Finds database connections that are opened at import or kept in a global.

## Why it breaks
On Lambda one connection serves one request at a time, for as long as the process is warm. On a server, threads share
it: statements and transactions of different requests mix, and drivers forbid it. It also lives long enough for the
database or a firewall to drop it.

## Instead
Use a pool that checks connections before it hands them out, opened when the application starts; one connection per
request from it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.analyzer.findings import Fact, Severity
from lambda_migrate.analyzer.patterns import kept_globally, outlives_requests

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.analyzer.module import Module

CODE = "LM303"
SEVERITY = Severity.ERROR
HINT = "take a connection per request from a pool that is opened when the application starts"

VALID = (
    "import psycopg\ndef read():\n    with psycopg.connect('') as connection:\n        return connection\n",
    "import signals\nsignals.connect(print)\n",
    "import psycopg2\ndef open_for(request):\n    request.state.db = psycopg2.connect('')\n",
    "import psycopg2\nclass Store:\n    def __init__(self):\n        self.connection = psycopg2.connect('')\n",
)
INVALID = (
    "import pymysql\nconnection = pymysql.connect(host='db')\n",
    (
        "from psycopg2 import connect\nconnection = None\ndef get():\n    global connection\n"
        "    connection = connect('')\n"
    ),
    "import sqlite3\nfrom functools import lru_cache\n@lru_cache\ndef get():\n    return sqlite3.connect('x')\n",
    "import mysql.connector\nclass Store:\n    connection = mysql.connector.connect()\n",
    (
        "import psycopg2\nclass Store:\n    def __init__(self):\n        self.connection = psycopg2.connect('')\n"
        "store = Store()\n"
    ),
    (
        "import psycopg2\nclass Store:\n    @classmethod\n    def get(cls):\n"
        "        cls.connection = psycopg2.connect('')\n"
    ),
    "import psycopg2\npool = {}\ndef get(name):\n    pool[name] = psycopg2.connect(name)\n",
    "import psycopg2\ndef start(app):\n    app.state.db = psycopg2.connect('')\n",
)
KNOWN_MISSES = (
    # Opened by a function of another module that is called at import.
    "from store import connect\nconnection = connect()\n",
)
DRIVERS = frozenset(
    {
        "psycopg", "psycopg2", "pymysql", "MySQLdb", "mysql.connector", "sqlite3", "pyodbc", "cx_Oracle", "oracledb",
        "redshift_connector", "snowflake.connector", "pg8000", "pg8000.dbapi", "pg8000.native", "pymssql",
        "psycopg.Connection", "psycopg.AsyncConnection", "asyncpg", "aiomysql", "aiosqlite",
        "trino.dbapi", "databricks.sql",
        "clickhouse_driver", "pyathena", "ldap3",
    }
)  # fmt: skip


def check(module: Module) -> Iterator[Fact]:
    """Report connections that outlive a request."""
    if not module.mentions(b"onnect"):
        return
    kept = kept_globally(module)
    for call, scope in module.calls("connect", "Connection"):
        driver, _, name = module.resolved(call, scope).rpartition(".")
        made = driver in DRIVERS and name in {"connect", "Connection"}
        if made and outlives_requests(module, call, scope, kept):
            yield module.fact(call, f"all threads share this `{driver}` connection")
