"""Finds caches without a limit on functions that take arguments.

## Why it breaks
`functools.cache` and `lru_cache(maxsize=None)` keep an answer for every argument they were ever called with. Lambda
replaced the process within hours, and the memory with it. A service keeps a process for weeks: with an argument that
comes from requests the cache grows until the process is killed, and an answer is never asked for again, so that each
worker serves another, older truth.

## Instead
Give the cache a size (`lru_cache(maxsize=1024)`) and, for data that changes, an age (`cachetools.TTLCache`). For a
method, keep the cache in the object.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.findings import Fact, Severity
from lambda_migrate.analyzer.patterns import argument
from lambda_migrate.analyzer.scopes import parameters

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.analyzer.module import Module
    from lambda_migrate.analyzer.scopes import Scope

CODE = "LM312"
SEVERITY = Severity.WARN
HINT = "give the cache a size, and an age where the data changes"

VALID = (
    "from functools import cache\n@cache\ndef settings():\n    return 1\n",
    "from functools import lru_cache\n@lru_cache\ndef user(key):\n    return key\n",
    "from functools import lru_cache\n@lru_cache(maxsize=100)\ndef user(key):\n    return key\n",
    "from cachetools import TTLCache, cached\n@cached(TTLCache(100, 60))\ndef user(key):\n    return key\n",
    "from shop import cache\n@cache\ndef user(key):\n    return key\n",
)
INVALID = (
    "from functools import cache\n@cache\ndef user(key):\n    return key\n",
    "import functools\n@functools.lru_cache(maxsize=None)\ndef user(key):\n    return key\n",
    "from functools import lru_cache\nclass Users:\n    @lru_cache(None)\n    def get(self, key): ...\n",
    "from cachetools import cached\n@cached(cache={})\ndef user(key):\n    return key\n",
)
KNOWN_MISSES = (
    "from functools import cache\ndef user(key):\n    return key\nquick = cache(user)\n",
    # Bounded, but never renewed.
    "from functools import lru_cache\n@lru_cache(maxsize=9)\ndef price(article):\n    return read(article)\n",
)


def check(module: Module) -> Iterator[Fact]:
    """Report the decorators."""
    if not module.mentions(b"cache"):
        return
    for function, scope in module.functions():
        for decorator in function.decorator_list:
            if parameters(function.args) and _is_unbounded(module, decorator, scope):
                yield module.fact(
                    decorator, f"keeps an entry for every argument `{function.name}` was ever called with"
                )


def _is_unbounded(module: Module, decorator: ast.expr, scope: Scope) -> bool:
    resolved = module.resolve(decorator, scope)
    if resolved == "functools.cache":
        return True
    if not isinstance(decorator, ast.Call):
        return False
    if resolved == "functools.lru_cache()":
        limit = argument(decorator, 0, "maxsize")
        return limit is not None and module.literal(limit, scope) is None
    store = argument(decorator, 0, "cache") if resolved == "cachetools.cached()" else None
    return isinstance(store, ast.Dict) or (store is not None and module.resolve(store, scope) == "dict()")
