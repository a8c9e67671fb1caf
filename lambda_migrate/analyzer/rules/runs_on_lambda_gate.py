"""Finds decisions on whether the code runs on Lambda.

## Why it breaks
`if os.getenv("AWS_LAMBDA_FUNCTION_NAME"):` has one branch that production has always taken and one that it never has.
On a service it is the other one: another connection pool, another address, another way of logging in. Names that were
assigned from such a test are followed, into other modules too, through settings objects and functions.

## Instead
Decide by a setting of your own whose value you choose for the service. Test the branch that becomes production.
"""

from __future__ import annotations

import ast
import sys
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.findings import Fact, Severity
from lambda_migrate.analyzer.patterns import LAMBDA_VARIABLE, LAMBDA_WORDS, lambda_variables, matching_strings
from lambda_migrate.analyzer.rule import Sample
from lambda_migrate.analyzer.scopes import last_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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
VALID = (
    "import os\nif os.getenv('DEBUG'):\n    trace()\n",
    "import os\nNAME = os.environ['AWS_LAMBDA_FUNCTION_NAME']\nrows = find(NAME)\nif rows:\n    show(rows)\n",
    Sample({"config.py": SETTINGS, "db.py": "from config import settings\nif settings.debug:\n    trace()\n"}),
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
)
KNOWN_MISSES = (
    # Through a dictionary.
    CONFIG + "FLAGS = {'lambda': IS_LAMBDA}\nif FLAGS['lambda']:\n    pool = None\n",
)
FIELD_WORDS = (b"aws_lambda_", b"aws_execution_env")
# Calls that hand a value on as it is, or ask one question about it.
TRANSPARENT = frozenset({"bool", "str", "len", "any", "all", "lower", "upper", "strip", "startswith", "endswith"})


def check(module: Module) -> Iterator[Fact]:
    """Report tests that read a Lambda variable; note names assigned from one, and names that tests ask."""
    lines = [node.lineno for node, _, _ in matching_strings(module, LAMBDA_VARIABLE, *LAMBDA_WORDS)]
    if lines or module.mentions(*FIELD_WORDS):
        yield from _definitions(module, lines)
    for test, scope in _tests(module):
        if _spans(test, lines) and next(lambda_variables(test), None) is not None:
            yield module.fact(test, f"`{module.snippet(test)}` asks whether this is Lambda")
        else:
            for name in _asked(module, test, scope):
                yield module.fact(test, kind="asked", value=name)


def judge(facts: Sequence[Fact], project: Project) -> Iterator[Fact]:
    """Report direct tests, and those of a name that was assigned from one."""
    known = {fact.value: fact for fact in facts if fact.kind == "defined"}
    for fact in facts:
        if fact.kind == "finding":
            yield fact
        elif fact.kind == "asked" and known:
            names = (name.replace("()", "") for name in project.names(fact.value))
            source = next((known[name] for name in names if name in known), None)
            if source is not None:
                asked = fact.value.rpartition(".")[2].removesuffix("()")
                yield fact.saying(f"`{asked}` says whether this is Lambda (from {source.path}:{source.line})")


def _tests(module: Module) -> Iterator[tuple[ast.expr, Scope]]:
    yield from ((node.test, scope) for node, scope in module.of(ast.If))
    yield from ((node.test, scope) for node, scope in module.of(ast.IfExp))
    yield from ((node.test, scope) for node, scope in module.of(ast.While))
    for match, scope in module.of(ast.Match):
        yield match.subject, scope


def _asked(module: Module, test: ast.expr, scope: Scope) -> Iterator[str]:
    """Return the dotted names in a test that may have been assigned from a Lambda variable."""
    waiting: list[ast.AST] = [test]
    names: set[str] = set()
    while waiting:
        node = waiting.pop()
        if isinstance(node, (ast.Name, ast.Attribute)):
            dotted = module.resolve(node, scope, keep_own=True)
            if _may_be_defined(dotted):
                names.add(dotted)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in TRANSPARENT:
            waiting.append(node.func.value)
        elif isinstance(node, ast.Call):
            waiting.append(node.func)
            waiting += node.args if getattr(node.func, "id", "") in TRANSPARENT else ()
        elif isinstance(node, ast.Compare):
            waiting += (node.left, *node.comparators)
        elif not isinstance(node, ast.Constant):
            waiting += ast.iter_child_nodes(node)
    yield from sorted(names)


def _may_be_defined(dotted: str) -> bool:
    """Return whether a name may belong to one of the project's modules, and is no more than one call away from it."""
    first, dot, _ = dotted.partition(".")
    return bool(dot) and first not in sys.stdlib_module_names and "()" not in first and dotted.count("()") <= 1


def _spans(node: ast.expr | None, lines: Sequence[int]) -> bool:
    """Return whether one of the lines is among a node's: the cheap question before looking at all that is in it."""
    return node is not None and any(node.lineno <= line <= (node.end_lineno or node.lineno) for line in lines)


def _definitions(module: Module, lines: Sequence[int]) -> Iterator[Fact]:
    """Return names whose value says whether this is Lambda.

    Args:
        module: where to look.
        lines: where the module spells a Lambda variable.
    """
    for target, value, scope in _assigned(module):
        told = value is not None and _spans(value, lines) and _tells(value)
        name = _defined_name(module, target, scope) if told or _is_variable_field(target, scope) else ""
        if name:
            yield module.fact(target, kind="defined", value=name)
    for returned, scope in module.of(ast.Return):
        function = scope.node
        if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)) or scope.parent is None:
            continue
        name = _qualified(module, function.name, scope.parent)
        if name and returned.value is not None and _spans(returned.value, lines) and _tells(returned.value):
            yield module.fact(returned, kind="defined", value=name)


def _assigned(module: Module) -> Iterator[tuple[ast.expr, ast.expr | None, Scope]]:
    for node, scope in module.of(ast.Assign):
        yield from ((target, node.value, scope) for target in node.targets)
    for annotated, scope in module.of(ast.AnnAssign):
        yield annotated.target, annotated.value, scope


def _tells(value: ast.expr) -> bool:
    """Return whether a value says something about a Lambda variable, and is not merely made with one."""
    waiting: list[ast.AST] = [value]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Call):
            name = last_name(node.func)
            if name in TRANSPARENT:
                waiting += [node.func, *node.args]
            else:
                waiting += [item for item in node.args[:1] if isinstance(item, ast.Constant)]
                waiting += [item.value for item in node.keywords if isinstance(item.value, (ast.Lambda, ast.Constant))]
        elif isinstance(node, ast.Constant):
            if isinstance(node.value, str) and LAMBDA_VARIABLE.match(node.value):
                return True
        elif not isinstance(node, (ast.JoinedStr, ast.Dict, ast.List, ast.Tuple, ast.Set)):
            waiting += ast.iter_child_nodes(node)
    return False


def _is_variable_field(target: ast.expr, scope: Scope) -> bool:
    """Return whether a settings class reads a Lambda variable by the name of its field."""
    if not isinstance(target, ast.Name) or not isinstance(scope.node, ast.ClassDef):
        return False
    bases = {last_name(base) for base in scope.node.bases}
    return bool(LAMBDA_VARIABLE.match(target.id.upper())) and any("Settings" in base for base in bases)


def _defined_name(module: Module, target: ast.expr, scope: Scope) -> str:
    if isinstance(target, ast.Name):
        where = scope.root if target.id in scope.global_names else scope
        return _qualified(module, target.id, where)
    around = scope.enclosing("class")
    if isinstance(target, ast.Attribute) and getattr(target.value, "id", "") == "self" and around is not None:
        return _qualified(module, target.attr, around)
    return ""


def _qualified(module: Module, name: str, scope: Scope) -> str:
    """Return the dotted name of something defined at the top of a module or in one of its classes."""
    if scope.kind == "module":
        return f"{module.name}.{name}"
    if isinstance(scope.node, ast.ClassDef) and scope.parent is not None and scope.parent.kind == "module":
        return f"{module.name}.{scope.node.name}.{name}"
    return ""
