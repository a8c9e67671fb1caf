"""Finds database pools of one or two connections, and engines without a pool.

## Why it breaks
One Lambda process needs one connection, so `pool_size=1` or `NullPool` is right there. A server runs some forty threads
per worker: with one connection they queue up until the pool times out, and without a pool each request opens a new one.

## Instead
Set the pool to the concurrency of a worker, and check that workers * pool size * instances is less than what the
database allows.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.findings import Fact, Severity
from lambda_migrate.analyzer.scopes import last_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.analyzer.module import Module
    from lambda_migrate.analyzer.scopes import Scope

CODE = "LM308"
SEVERITY = Severity.WARN
HINT = "size the pool for a worker's threads, and workers * pool * instances for the database"

VALID = (
    "from sqlalchemy import create_engine\nengine = create_engine('x', pool_size=20)\n",
    "from sqlalchemy import create_engine\nengine = create_engine('x', pool_size=0)\n",
    "from sqlalchemy import create_engine\nOPTIONS = {'pool_size': 20}\nengine = create_engine('x', **OPTIONS)\n",
)
INVALID = (
    "from sqlalchemy import create_engine\nengine = create_engine('x', pool_size=1)\n",
    (
        "import sqlalchemy as sa\nfrom sqlalchemy.pool import NullPool\n"
        "engine = sa.create_engine('x', poolclass=NullPool)\n"
    ),
    (
        "from sqlalchemy import NullPool, QueuePool, create_engine\nfrom config import small\n"
        "engine = create_engine('x', poolclass=NullPool if small else QueuePool)\n"
    ),
    (
        "from sqlalchemy.ext.asyncio import create_async_engine\nSIZE = 2\n"
        "engine = create_async_engine('x', pool_size=SIZE)\n"
    ),
    (
        "from sqlmodel import create_engine\noptions = {'echo': False}\noptions['pool_size'] = 1\n"
        "engine = create_engine('x', **options)\n"
    ),
    "from sqlalchemy import create_engine\nengine = create_engine('x', **dict(pool_size=1))\n",
    "from psycopg_pool import ConnectionPool\npool = ConnectionPool('x', max_size=1)\n",
    "import asyncpg\nasync def make():\n    return await asyncpg.create_pool('x', max_size=1)\n",
)
KNOWN_MISSES = (
    "from config import OPTIONS\nfrom sqlalchemy import create_engine\nengine = create_engine('x', **OPTIONS)\n",
)
SIZES = {
    "create_engine": "pool_size", "create_async_engine": "pool_size", "ConnectionPool": "max_size",
    "AsyncConnectionPool": "max_size", "create_pool": "max_size",
}  # fmt: skip
LIBRARIES = ("sqlalchemy", "sqlmodel", "psycopg_pool", "asyncpg", "aiomysql")
SMALL = (1, 2)
WITHOUT_POOL = frozenset({"NullPool", "StaticPool", "SingletonThreadPool"})


def check(module: Module) -> Iterator[Fact]:
    """Report engines and pools by their arguments, also where a dictionary is unpacked into the call."""
    if not module.mentions(b"create_engine", b"create_async_engine", b"ConnectionPool", b"create_pool"):
        return
    for name, size in SIZES.items():
        for call, scope in module.calls(name):
            if module.resolved(call, scope).startswith(LIBRARIES):
                for key, value in _arguments(module, call, scope):
                    if key == size and module.literal(value, scope) in SMALL:
                        yield module.fact(
                            value, f"`{size}={module.snippet(value)}` lets one request at a time reach the database"
                        )
                    elif key == "poolclass" and _without_pool(value):
                        yield module.fact(
                            value, f"`{module.snippet(value)}` opens a new connection each time, or shares one"
                        )


def _arguments(module: Module, call: ast.Call, scope: Scope) -> Iterator[tuple[str, ast.expr]]:
    for item in call.keywords:
        if item.arg is not None:
            yield item.arg, item.value
            continue
        for value, _ in module.values(item.value, scope):
            yield from _entries(value)
        if isinstance(item.value, ast.Name):
            yield from _entries_set_later(module, item.value.id)


def _entries(value: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(value, ast.Dict):
        for key, entry in zip(value.keys, value.values, strict=True):
            if isinstance(key, ast.Constant):
                yield str(key.value), entry
    elif isinstance(value, ast.Call) and getattr(value.func, "id", "") == "dict":
        yield from ((item.arg, item.value) for item in value.keywords if item.arg is not None)


def _entries_set_later(module: Module, name: str) -> Iterator[tuple[str, ast.expr]]:
    for statement, _ in module.of(ast.Assign):
        for target in statement.targets:
            if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant):
                if getattr(target.value, "id", "") != name:
                    continue
                yield str(target.slice.value), statement.value


def _without_pool(value: ast.expr) -> bool:
    names = (last_name(part) for part in ast.walk(value))
    return any(name in WITHOUT_POOL for name in names)
