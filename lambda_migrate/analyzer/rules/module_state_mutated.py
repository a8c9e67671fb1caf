"""Finds module-level dictionaries, lists and sets that functions change.

## Why it breaks
They live as long as the process and are shared by all requests it serves at once. Changes race; the collection grows
for weeks; and every worker has its own. A public repository keeps its OAuth `state` in such a dictionary: with two
workers every second login fails, because the callback reaches the worker that never saw the login.

## Instead
Keep what several requests need in a store outside the process. Bound a cache in size and age. Pass per-request data
along.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.findings import Fact, Severity
from lambda_migrate.analyzer.rule import Sample
from lambda_migrate.analyzer.scopes import last_name, parameters

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lambda_migrate.analyzer.module import Module
    from lambda_migrate.analyzer.project import Project
    from lambda_migrate.analyzer.scopes import Scope

CODE = "LM302"
SEVERITY = Severity.WARN
HINT = "keep it in a store outside the process, or bound it and make it safe for threads"

VALID = (
    "STATES = {'a': 1}\ndef read(key):\n    return STATES[key]\n",
    "REGISTRY = {}\nREGISTRY['a'] = 1\n",
    "cache = {}\ndef read(key):\n    cache = {}\n    cache[key] = 1\n    return cache\n",
    "names = 'a'\ndef read():\n    return names.pop()\n",
    "from collections import deque\ndef read(items: list):\n    items.append(1)\n",
    "JOBS = []\ndef job(function):\n    JOBS.append(function)\n    return function\n",
    (
        "JOBS = {}\ndef job(name):\n    def decorate(work):\n        JOBS[name] = work\n        return work\n"
        "    return decorate\n"
    ),
)
INVALID = (
    "states = {}\ndef login(state):\n    states[state] = True\n",
    "seen = set()\ndef remember(key):\n    seen.add(key)\n",
    "from collections import defaultdict\nhits = defaultdict(int)\nasync def count(key):\n    hits[key] += 1\n",
    "queue = [1]\ndef take():\n    del queue[0]\n",
    "orders = {}\n@app.post('/')\ndef create(order: Order):\n    orders[order.id] = order\n    return order\n",
    Sample(
        {
            "app/state.py": "sessions = {}\n",
            "app/main.py": "from app.state import sessions\ndef login(key):\n    sessions[key] = 1\n",
        }
    ),
    Sample({"state.py": "sessions = {}\n", "main.py": "import state\ndef drop(key):\n    state.sessions.pop(key)\n"}),
)
KNOWN_MISSES = (
    "cache = {}\ndef remember(key):\n    known = cache\n    known[key] = 1\n",
    "class Cache:\n    known = {}\n    def remember(self, key):\n        self.known[key] = 1\n",
)
MUTATORS = (
    "add", "append", "appendleft", "clear", "discard", "extend", "insert", "pop", "popitem", "popleft", "remove",
    "setdefault", "update",
)  # fmt: skip
DECORATED = frozenset({"f", "fn", "func", "function", "cls", "klass", "method", "handler", "callback", "wrapped"})
MADE = re.compile(r"^((builtins\.)?(dict|list|set)|collections\.(defaultdict|deque|OrderedDict|Counter))$")
DISPLAYS = (ast.Dict, ast.List, ast.Set, ast.DictComp, ast.ListComp, ast.SetComp)


def check(module: Module) -> Iterator[Fact]:
    """Report own collections that functions change; note collections, and changes to imported names."""
    own = set(_collections(module))
    for name in sorted(own):
        yield module.fact_at(1, 0, "", kind="collection", value=f"{module.name}.{name}")
    for node, changed, scope in _changes(module):
        if isinstance(changed, ast.Name) and scope.owner(changed.id) is module.root and changed.id in own:
            if _is_decorator(module, scope):
                continue
            yield module.fact(node, f"changes `{changed.id}`, which all requests of the process share")
        else:
            dotted = module.resolve(changed, scope, hops=0)
            imported = dotted.partition(".")[2] and not dotted.startswith(f"{module.name}.")
            if imported and isinstance(changed, (ast.Name, ast.Attribute)):
                yield module.fact(node, kind="change", value=dotted)


def conclude(facts: Sequence[Fact], project: Project) -> Iterator[Fact]:
    """Report changes to other modules' collections too."""
    shared = {fact.value for fact in facts if fact.kind == "collection"}
    for fact in facts:
        if fact.kind == "finding":
            yield fact
        elif fact.kind == "change" and any(name in shared for name in project.names(fact.value)):
            yield fact.saying(f"changes `{fact.value}`, which all requests of the process share")


def _is_decorator(module: Module, scope: Scope) -> bool:
    """Return whether a function registers what it decorates: it hands back what it was given, and runs at import."""
    function = scope.node
    if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)) or function.decorator_list:
        return False
    returned = {last_name(node.value) for node, where in module.of(ast.Return) if where is scope and node.value}
    given = returned & {parameter.arg for parameter in parameters(function.args)}
    nested = scope.parent is not None and scope.parent.kind in ("function", "async")
    return bool(given & DECORATED) or (nested and bool(given))


def _collections(module: Module) -> Iterator[str]:
    for name, values in module.root.assigned.items():
        for value, where in values:
            made = isinstance(value, ast.Call) and MADE.match(module.resolve(value.func, where))
            if where is module.root and (isinstance(value, DISPLAYS) or made):
                yield name


def _changes(module: Module) -> Iterator[tuple[ast.expr, ast.expr, Scope]]:
    for subscript, scope in module.of(ast.Subscript):
        if not isinstance(subscript.ctx, ast.Load) and not scope.at_import:
            yield subscript, subscript.value, scope
    for call, scope in module.calls(*MUTATORS):
        if isinstance(call.func, ast.Attribute) and not scope.at_import:
            yield call, call.func.value, scope
