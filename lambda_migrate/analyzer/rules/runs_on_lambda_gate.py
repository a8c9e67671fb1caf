"""Finds decisions on whether the code runs on Lambda.

## Why it breaks
`if os.getenv("AWS_LAMBDA_FUNCTION_NAME"):` has one branch that production has always taken and one that it never has.
On a service it is the other one: another connection pool, another address, another way of logging in. Names that were
assigned from such a test are followed, into other modules too, through settings objects and functions.

It is an error where something follows for a service: callers are refused on one side alone, secrets are fetched or
something is made ready or set on Lambda alone, or the other side names a developer's machine. Everything else, such as
a folder or the size of a pool, is a warning.

## Instead
Decide by a setting of your own whose value you choose for the service. Test the branch that becomes production.
"""

from __future__ import annotations

import ast
import sys
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.answers import TRANSPARENT, defined_name, is_answer, named, own_field, spans, tells
from lambda_migrate.analyzer.findings import Fact, Severity
from lambda_migrate.analyzer.lambda_branches import decides_nothing, only_answers
from lambda_migrate.analyzer.lambda_consequences import proven
from lambda_migrate.analyzer.patterns import (
    LAMBDA_VARIABLE,
    LAMBDA_WORDS,
    lambda_variables,
    matching_strings,
    settings_fields,
)
from lambda_migrate.analyzer.rule import Sample
from lambda_migrate.analyzer.scopes import defaults, last_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from lambda_migrate.analyzer.module import Module
    from lambda_migrate.analyzer.project import Project
    from lambda_migrate.analyzer.scopes import Scope

CODE = "LM204"
SEVERITY = Severity.ERROR
HINT = "decide by a setting of your own, and test the branch that becomes production"

CONFIG = "import os\nIS_LAMBDA = os.getenv('AWS_LAMBDA_FUNCTION_NAME') is not None\n"
SETTINGS = """
import os
from functools import lru_cache

class Settings:
    on_lambda = 'AWS_LAMBDA_FUNCTION_NAME' in os.environ
    debug = False

    @property
    def pooled(self):
        return not os.environ.get('AWS_EXECUTION_ENV')

@lru_cache
def get_settings():
    return Settings()

settings = get_settings()
"""
FIELD = """
from pydantic_settings import BaseSettings

class Settings(BaseSettings):
    aws_lambda_function_name: str | None = None

    @property
    def on_lambda(self) -> bool:
        return self.aws_lambda_function_name is not None

settings = Settings()
"""
VALID = (
    "import os\nif os.getenv('DEBUG'):\n    trace()\n",
    "import os\nNAME = os.environ['AWS_LAMBDA_FUNCTION_NAME']\nrows = find(NAME)\nif rows:\n    show(rows)\n",
    Sample({"config.py": SETTINGS, "db.py": "from config import settings\nif settings.debug:\n    trace()\n"}),
    (
        "import os\nfrom mangum import Mangum\nfrom web import app\nif os.getenv('LAMBDA_TASK_ROOT'):\n"
        "    handler = Mangum(app, lifespan='off')\nelse:\n    handler = Mangum(app)\n"
    ),
    (
        "import os\nfrom web import app\nif os.getenv('LAMBDA_TASK_ROOT'):\n    from mangum import Mangum\n"
        "    handler = Mangum(app)\n"
    ),
    (
        "import logging, os\nlogger = logging.getLogger()\nif os.getenv('AWS_EXECUTION_ENV'):\n"
        "    for each in logger.handlers:\n        logger.removeHandler(each)\n"
    ),
    "import os, sys\nif 'LAMBDA_TASK_ROOT' in os.environ:\n    sys.path.insert(0, os.environ['LAMBDA_TASK_ROOT'])\n",
    "import os\nNAME = os.environ['AWS_LAMBDA_FUNCTION_NAME'] if 'AWS_LAMBDA_FUNCTION_NAME' in os.environ else 'x'\n",
    (
        "import logging, os\nif 'AWS_LAMBDA_FUNCTION_NAME' in os.environ:\n    try:\n"
        "        from slack.aws_lambda import AwsLambdaHandler\n        handler = AwsLambdaHandler(app=1)\n"
        "    except ImportError:\n        logging.error('x')\n"
    ),
    (
        "import os, sys\nif os.getenv('AWS_EXECUTION_ENV'):\n    folders = ['/opt/python', '/opt']\n"
        "    for folder in folders:\n        if folder not in sys.path:\n            sys.path.insert(0, folder)\n"
    ),
    (
        "import os\nfrom web import app, loop\nif 'AWS_EXECUTION_ENV' in os.environ:\n"
        "    loop.run_until_complete(app.router.startup())\n"
    ),
    "import logging, os\nif os.getenv('AWS_EXECUTION_ENV'):\n    logging.warning('a key in the environment')\n",
    CONFIG + "def run(local=False):\n    here = local and not IS_LAMBDA\n    return 1 if here else 2\n",
    "import os\nif not os.getenv('AWS_EXECUTION_ENV'):\n    from dotenv import load_dotenv\n    load_dotenv()\n",
    "import os\nNAME = os.getenv('LAMBDA_TASK_ROOT')\ndef f(name):\n    quiet = not name\n    return 1 if quiet else 2",
)
INVALID = (
    "import os\nif os.environ.get('AWS_LAMBDA_FUNCTION_NAME'):\n    pool = None\n",
    "import os\nURL = 'a' if 'AWS_EXECUTION_ENV' in os.environ else 'b'\n",
    CONFIG + "if IS_LAMBDA:\n    pool = None\n",
    Sample({"config.py": CONFIG, "db.py": "from config import IS_LAMBDA\npool = None if IS_LAMBDA else 5\n"}),
    Sample({"config.py": CONFIG, "db.py": "import config\nif not config.IS_LAMBDA:\n    pool = 5\n"}),
    Sample({"config.py": SETTINGS, "db.py": "from config import settings\nif settings.on_lambda:\n    pool = 1\n"}),
    Sample(
        {"config.py": SETTINGS, "db.py": "from config import get_settings\nif get_settings().pooled:\n    pool = 1\n"}
    ),
    Sample(
        {
            "config.py": SETTINGS,
            "db.py": "from config import Settings\ndef pool(settings: Settings):\n"
            "    return 1 if settings.on_lambda else 5\n",
        }
    ),
    Sample(
        {
            "app/env.py": "import os\ndef on_lambda():\n    return bool(os.getenv('LAMBDA_TASK_ROOT'))\n",
            "app/__init__.py": "from .env import on_lambda\n",
            "app/main.py": "from app import on_lambda\nif on_lambda():\n    x = 1\n",
        }
    ),
    (
        "from pydantic_settings import BaseSettings\nclass Settings(BaseSettings):\n"
        "    aws_lambda_function_name: str = ''\n"
        "settings = Settings()\nif settings.aws_lambda_function_name:\n    x = 1\n"
    ),
    "import os\nCLOUD = any([os.getenv('RENDER'), os.getenv('LAMBDA_TASK_ROOT')])\npool = 1 if CLOUD else 5\n",
    (
        "import os\ndef pool():\n    cloud = any(name in os.environ for name in ('RENDER', 'LAMBDA_TASK_ROOT'))\n"
        "    return 1 if cloud else 5\n"
    ),
    "import os\ndef pool():\n    cold = bool(os.getenv('LAMBDA_TASK_ROOT'))\n    return 1 if cold else 5\n",
    CONFIG + "def pool():\n    local = not IS_LAMBDA\n    return 5 if local else 1\n",
    "import os\nNAME = 'AWS_LAMBDA_FUNCTION_NAME'\nif os.environ.get(NAME):\n    pool = None\n",
    (
        "import os\nclass Pool:\n    def __init__(self):\n        self.cold = 'LAMBDA_TASK_ROOT' in os.environ\n"
        "    def size(self):\n        return 1 if self.cold else 5\n"
    ),
    Sample({"config.py": CONFIG, "db.py": "import config\nLOCAL = not config.IS_LAMBDA\npool = 5 if LOCAL else 1\n"}),
    Sample({"config.py": FIELD, "db.py": "from config import settings\nif settings.on_lambda:\n    pool = 1\n"}),
)
KNOWN_MISSES = (
    # Through a dictionary.
    CONFIG + "FLAGS = {'lambda': IS_LAMBDA}\nif FLAGS['lambda']:\n    pool = None\n",
)
MOST_STEPS = 4
MOST_VALUES = 20
READERS = frozenset({"getenv", "get"})


def check(module: Module) -> Iterator[Fact]:
    """Report tests that read a Lambda variable; note names assigned from one, and names that tests ask."""
    lines = [node.lineno for node, _, _ in matching_strings(module, LAMBDA_VARIABLE, *LAMBDA_WORDS)]
    yield from _definitions(module, lines)
    for test, scope, choice in _tests(module):
        if spans(test, lines) and next(lambda_variables(test), None) is not None:
            fact = module.fact(test, f"`{module.snippet(test)}` asks whether this is Lambda")
            yield replace(fact, severity=_severity(module, choice, scope))
            continue
        asked = _asked(module, test, scope)
        told = next((value for value in asked.local if spans(value, lines) and tells(value)), None)
        severity = _severity(module, choice, scope) if told is not None or asked.names else None
        if told is not None:
            fact = module.fact(test, _says(module.snippet(test), module.path, told.lineno))
            yield replace(fact, severity=severity)
        for name in sorted(asked.names):
            yield replace(module.fact(test, kind="asked", value=name), severity=severity)


def conclude(facts: Sequence[Fact], project: Project) -> Iterator[Fact]:
    """Report direct tests, and those of a name that was assigned from one."""
    known = {fact.value: fact for fact in facts if fact.kind == "defined"}
    if known:
        _follow([pair for fact in facts if fact.kind == "derived" for pair in fact.value.split("\n")], project, known)
    for fact in facts:
        source = _source(fact.value, project, known) if known and fact.kind == "asked" else None
        if fact.kind == "finding":
            yield fact
        elif source is not None:
            said = _says(fact.value.rpartition(".")[2].removesuffix("()"), source.path, source.line)
            yield fact.saying(said, severity=fact.severity)


def _severity(module: Module, choice: ast.If | ast.IfExp | None, scope: Scope) -> Severity | None:
    """Return that a choice is a warning where nothing shows that a service fails or lacks something by it."""
    return None if choice is not None and proven(module, choice, scope) else Severity.WARN


def _says(name: str, path: str, line: int) -> str:
    return f"`{name}` says whether this is Lambda (from {path}:{line})"


def _source(dotted: str, project: Project, known: Mapping[str, Fact]) -> Fact | None:
    """Return where a name was told by a Lambda variable, None when it was not."""
    names = (name.replace("()", "") for name in project.names(dotted))
    return next((known[name] for name in names if name in known), None)


def _follow(derived: Sequence[str], project: Project, known: dict[str, Fact]) -> None:
    """Add the names that are made from known ones: `local = not ON_LAMBDA`."""
    for _ in range(MOST_STEPS):
        for pair in derived:
            name, _, asked = pair.partition(" ")
            source = _source(asked, project, known) if name not in known else None
            if source is not None:
                known[name] = source


def _tests(module: Module) -> Iterator[tuple[ast.expr, Scope, ast.If | ast.IfExp | None]]:
    """Return what decides something, each with its scope and, where it has two sides, the whole choice."""
    yield from (
        (each.test, scope, each) for each, scope in module.of(ast.If) if not decides_nothing(module, each, scope)
    )
    yield from ((each.test, scope, each) for each, scope in module.of(ast.IfExp) if not only_answers(each, module))
    yield from ((each.test, scope, None) for each, scope in module.of(ast.While))
    for match, scope in module.of(ast.Match):
        yield match.subject, scope, None
        yield from ((case.guard, scope, None) for case in match.cases if case.guard is not None)


@dataclass(slots=True)
class _Asked:
    """What a test asks: dotted names of the project, and the values of the function's own names."""

    names: set[str] = field(default_factory=set)
    local: list[ast.expr] = field(default_factory=list)


def _asked(module: Module, test: ast.expr, scope: Scope) -> _Asked:
    """Return what may have been assigned from a Lambda variable in a test."""
    asked = _Asked()
    waiting: list[ast.AST] = [test]
    while waiting:
        node = waiting.pop()
        if isinstance(node, (ast.Name, ast.Attribute)):
            values = _local_values(node, scope) if len(asked.local) < MOST_VALUES else []
            asked.local += values
            waiting += (value for value in values if is_answer(value))
            dotted = own_field(module, node, scope) or module.resolve(node, scope, keep_own=True)
            if _may_be_defined(dotted):
                asked.names.add(dotted)
        elif isinstance(node, ast.Call):
            waiting += _asked_by_call(node)
        elif isinstance(node, ast.Compare):
            waiting += (node.left, *node.comparators)
        elif not isinstance(node, ast.Constant):
            waiting += ast.iter_child_nodes(node)
    return asked


def _asked_by_call(call: ast.Call) -> Iterator[ast.expr]:
    name = last_name(call.func)
    if isinstance(call.func, ast.Attribute) and name in TRANSPARENT:
        yield call.func.value
        return
    yield call.func
    yield from call.args if name in TRANSPARENT else call.args[:1] if name in READERS else ()


def _local_values(node: ast.AST, scope: Scope) -> list[ast.expr]:
    """Return what the function around a test assigns to a name in it."""
    if not isinstance(node, ast.Name) or scope.kind not in ("function", "async"):
        return []
    assigned = scope.assigned.get(node.id, ())
    values = [value for value, where in assigned if where is scope and isinstance(value, ast.expr)]
    return [value for value in values if not _is_off(value, scope)]


def _is_off(value: ast.expr, scope: Scope) -> bool:
    """Return whether a value is asked for by a parameter that is off by default: `local and not ON_LAMBDA`."""
    function = scope.node
    if not isinstance(value, ast.BoolOp) or not isinstance(value.op, ast.And):
        return False
    if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return False
    off = {name for name, given in defaults(function.args) if isinstance(given, ast.Constant) and given.value is False}
    return any(isinstance(each, ast.Name) and each.id in off for each in value.values)


def _may_be_defined(dotted: str) -> bool:
    """Return whether a name may belong to one of the project's modules, and is at most one call away from it."""
    first, dot, _ = dotted.partition(".")
    return bool(dot) and first not in sys.stdlib_module_names and "()" not in first and dotted.count("()") <= 1


def _definitions(module: Module, lines: Sequence[int]) -> Iterator[Fact]:
    """Return names whose value says whether this is Lambda, and names that are made from others.

    Args:
        module: where to look.
        lines: where the module spells a Lambda variable.
    """
    derived: list[str] = []
    fields = {id(target) for target, _ in settings_fields(module, LAMBDA_VARIABLE)}
    for target, value, scope in named(module, whole=bool(lines or fields)):
        if (lines and value is not None and spans(value, lines) and tells(value)) or id(target) in fields:
            name = defined_name(module, target, scope)
            if name:
                yield module.fact(target, kind="defined", value=name)
        elif value is not None and is_answer(value):
            name = defined_name(module, target, scope)
            derived += (f"{name} {asked}" for asked in sorted(_asked(module, value, scope).names) if name)
    if derived:
        yield module.fact_at(1, 0, "", kind="derived", value="\n".join(derived))
