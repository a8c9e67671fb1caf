"""Finds `requests.Session` objects that are made at import or kept in a global.

## Why it breaks
A session keeps cookies, and every answer may set some. With several requests at once, one user's cookie is sent with
another user's call. Its authors do not promise that it is safe for threads, and its pool of ten connections blocks or
discards beyond ten.

## Instead
Use one session per request or thread, or a client that is made to be shared, opened when the application starts, with
cookies off and a pool as large as the concurrency.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.analyzer.findings import Fact, Severity
from lambda_migrate.analyzer.patterns import kept_globally, outlives_requests

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.analyzer.module import Module

CODE = "LM311"
SEVERITY = Severity.WARN
HINT = "use a session per request or thread, or a client that is made to be shared"

VALID = (
    "import requests\ndef read():\n    with requests.Session() as session:\n        return session.get('x')\n",
    "from sqlalchemy.orm import Session\nsession = Session()\n",
)
INVALID = (
    "import requests\nsession = requests.Session()\n",
    "from requests import session as make\nhttp = None\ndef get():\n    global http\n    http = make()\n",
)
KNOWN_MISSES = (
    (
        "import requests\nclass Client:\n    def __init__(self):\n        self.http = requests.Session()\n"
        "clients = [Client()]\n"
    ),
)
SESSIONS = frozenset(
    {"requests.Session", "requests.session", "requests.sessions.Session", "requests_oauthlib.OAuth2Session"}
)


def check(module: Module) -> Iterator[Fact]:
    """Report sessions that outlive a request."""
    if not module.mentions(b"requests"):
        return
    kept = kept_globally(module)
    for call, scope in module.all_calls():
        made = module.resolved(call, scope) in SESSIONS
        if made and outlives_requests(module, call, scope, kept):
            yield module.fact(call, "all threads share this session and its cookies")
