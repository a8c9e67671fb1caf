"""Finds SQLAlchemy sessions that are made at import or kept in a global.

## Why it breaks
A session is a conversation with the database: objects, a transaction, a connection. SQLAlchemy documents that threads
must not use one at once (and tasks not the asynchronous one). Requests that share one see each other's uncommitted
objects, and one failed transaction breaks all later requests until the process ends; on Lambda that process was
replaced soon, on a service it is not.

## Instead
Keep the `sessionmaker` at module level, and open a session for each request, in a dependency that closes it.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.findings import Fact, Severity
from lambda_migrate.analyzer.patterns import kept_globally, outlives_requests

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.analyzer.module import Module

CODE = "LM310"
SEVERITY = Severity.ERROR
HINT = "open a session for each request, in a dependency that closes it"

VALID = (
    (
        "from sqlalchemy.orm import sessionmaker\nSession = sessionmaker()\ndef read():\n"
        "    with Session() as session:\n"
        "        return session\n"
    ),
    "from sqlalchemy.orm import Session, scoped_session, sessionmaker\nsession = scoped_session(sessionmaker())\n",
    "from requests import Session\nsession = Session()\n",
)
INVALID = (
    "from sqlalchemy.orm import Session\nfrom db import engine\nsession = Session(engine)\n",
    "from sqlalchemy.orm import sessionmaker\nMaker = sessionmaker()\nsession = Maker()\n",
    "from sqlmodel import Session\nsession = None\ndef get():\n    global session\n    session = Session()\n",
)
KNOWN_MISSES = ("from db import SessionLocal\nsession = SessionLocal()\n",)
SESSION = re.compile(
    r"^(sqlalchemy\.orm\.(session\.)?Session|sqlmodel\.Session|sqlalchemy\.ext\.asyncio\.(session\.)?AsyncSession"
    r"|sqlalchemy\.(orm\.(session\.)?sessionmaker|ext\.asyncio\.(session\.)?async_sessionmaker)\(\))$"
)


def check(module: Module) -> Iterator[Fact]:
    """Report sessions that outlive a request."""
    if not module.mentions(b"ession"):
        return
    kept = kept_globally(module)
    for values in module.root.assigned.values():
        for value, where in values:
            made = isinstance(value, ast.Call) and SESSION.match(module.resolve(value.func, where))
            if isinstance(value, ast.Call) and made and outlives_requests(module, value, where, kept):
                yield module.fact(value, "all requests share this database session")
