"""Finds answers of other systems that are fetched once and kept for the life of the process.

## Why it breaks
Signing keys (JWKS), feature flags, price lists and access tokens are often fetched at import, so that a warm function
has them. Lambda replaced the process within hours, and fetched them again; a service keeps them for weeks. After the
next key rotation every login is refused, and until the next deployment each worker works with another state of the
data. The fetch also runs in every worker before it can answer its health check, so that nothing starts while the other
system is down.

## Instead
Fetch when first needed, keep the answer for a bounded time, and fetch again when a key is not among those known
(`jwt.PyJWKClient` does all three). Read configuration with a time to live.

## Evidence
Samples for Cognito fetch `jwks.json` at module level on purpose, "only on cold start".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.findings import Fact, Severity
from lambda_migrate.analyzer.patterns import kept_results

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.analyzer.module import Module

CODE = "LM313"
SEVERITY = Severity.WARN
HINT = "fetch it when needed, keep it for a bounded time, and fetch again what is not among the known"

VALID = (
    (
        "import time\nimport requests\nkept = {}\ndef current():\n"
        "    if kept.get('until', 0) < time.time():\n"
        "        kept['answer'] = requests.get('https://x')\n        kept['until'] = time.time() + 300\n"
        "    return kept['answer']\n"
    ),
    "import requests\ndef keys():\n    return requests.get('https://login.example.com/jwks.json').json()\n",
    "import jwt\nkeys = jwt.PyJWKClient('https://login.example.com/jwks.json')\n",
    "import httpx\nclient = httpx.Client()\n",
)
INVALID = (
    "import requests\nJWKS = requests.get('https://login.example.com/jwks.json').json()['keys']\n",
    (
        "import json\nfrom urllib.request import urlopen\nwith urlopen('https://example.com/jwks.json') as answer:\n"
        "    KEYS = json.loads(answer.read())\n"
    ),
    "import httpx\nfrom functools import lru_cache\n@lru_cache\ndef keys():\n    return httpx.get('https://x').json()\n",
    (
        "import requests\ndef fetch():\n    return requests.get('https://x').json()\nkeys = None\ndef load():\n"
        "    global keys\n    keys = fetch()\n"
    ),
    (
        "import json\nfrom urllib.request import urlopen\nkeys = None\ndef load():\n    global keys\n    try:\n"
        "        with urlopen('https://x/jwks') as answer:\n            keys = json.loads(answer.read().decode())\n"
        "    except Exception:\n        raise\n"
    ),
    (
        "import boto3\npublic = None\ndef load():\n    global public\n    session = boto3.session.Session()\n"
        "    kms = session.client('kms', region_name='eu-west-1')\n    public = kms.get_public_key(KeyId='k')\n"
    ),
    "import boto3\nRATES = boto3.client('s3').get_object(Bucket='b', Key='rates.json')['Body'].read()\n",
)
KNOWN_MISSES = ("from login import fetch_keys\nKEYS = fetch_keys()\n",)
CALLS = ("get", "post", "request", "urlopen")
# What another rule finds (secrets), what never changes, and what fetches nothing.
NOT_MEANT = frozenset(
    {
        "get_secret_value", "get_parameter", "get_parameters", "get_parameters_by_path", "get_queue_url",
        "get_caller_identity", "get_paginator", "get_waiter", "get_available_subresources", "get_log_events",
    }
)  # fmt: skip
FETCH = re.compile(
    r"^((requests|httpx)\.(get|post|request)|requests\.[sS]ession\(\)\.(get|post|request)"
    r"|httpx\.Client\(\)\.(get|post|request)|urllib\.request\.urlopen|urllib3\.(request|PoolManager\(\)\.request)"
    r"|boto3\.((session\.)?Session\(\)\.)?(client|resource)\(\)(\.[A-Z]\w*\(\))*\.get_\w+)$"
)
WORDS = (b"requests", b"httpx", b"urlopen", b"urllib3", b"boto3")


def check(module: Module) -> Iterator[Fact]:
    """Report calls that fetch something and are made once."""
    if not module.mentions(*WORDS):
        return
    named = [name for name in module.index.calls if name.startswith("get_") and name not in NOT_MEANT]
    called = module.calls(*CALLS, *named)
    fetches = ((call, scope) for call, scope in called if FETCH.match(module.resolved(call, scope)))
    for call, direct in kept_results(module, fetches):
        what = module.snippet(call.func if direct else call)
        yield module.fact(call, f"`{what}` fetches once, and what it returns is kept for the life of the process")
