"""No source, however strange, makes the analyzer raise."""

from __future__ import annotations

import ast
import os
import random
import sysconfig
import warnings
from pathlib import Path

import pytest

from lambda_migrate.analyzer import analyze
from lambda_migrate.analyzer.module import Module
from lambda_migrate.analyzer.project import Project, report
from lambda_migrate.analyzer.rules import RULES

pytestmark = pytest.mark.fuzz

SEED = int(os.environ.get("LAMBDA_MIGRATE_FUZZ_SEED", random.SystemRandom().randrange(2**32)))
LIBRARY = Path(sysconfig.get_path("stdlib"))
WORDS = [
    "aws.event", "boto3", "Mangum", "lifespan", "/opt/", "AWS_LAMBDA_FUNCTION_NAME", "authorizer", "x-forwarded-for",
    "self", "global", "async def", "await", "import_module", "__all__", "lambda", "Records", "event", "context", "*",
    "**", "(", ")", "[", "]", ":", "=", ".", ",", "\n    ", "\n", "'", '"', "@", "if", "else", "f'{x}'",
    "# lambda-migrate: allow", "match", "case", "del", "class", "def", "return", "yield", "from . import", "...",
    "\ufeff", "\u0000", "\\", "\t", "\u00e9", "None",
]  # fmt: skip
NESTED = [
    "x = " + "(" * 90 + "1" + ")" * 90,
    "x = " + "[" * 2000,
    "x" + ".y" * 2500,
    "x" + "()" * 900,
    "x = " + "-" * 900 + "1",
    "x = " + " + ".join(["'a'"] * 3000),
    "a = b = c = d = a\nb = a\na = b\na()\nif a:\n    a.b.c()\n",
    "self.x = self.x\nclass A:\n  def f(self):\n    self.x = self.y\n    self.y = self.x\n    self.x.get()\n",
    "def f(x=f, *, y: f(1) = 2, **z: 'z') -> f: ...\n",
    "import os as os\nfrom os import *\nfrom . import *\nfrom ... import a\nfrom .... import *\n",
    "import importlib\nimportlib.import_module('....')\nimportlib.import_module('')\nimportlib.import_module()\n",
    "from mangum import Mangum\nhandler = Mangum()\nMangum(*args, **kwargs)\nMangum(Mangum(Mangum(x)))\n",
    "from mangum import Mangum\nlambda: Mangum(lambda: 1)(1)\n[Mangum(a) for a in b]\nclass A:\n    x = Mangum(1)\n",
    "def handler(event, context):\n    global event\n",
    "def handler(event, context, /): match event:\n",
    "global x\nnonlocal y\n",
    "x: int\nx: int = 1\n(x): int = 2\nx[0]: int = 3\nx.y: int = 4\n",
    "with a as (b, c), d as e.f, g as h[0]: pass\n",
    "try:\n    import a\nexcept* ImportError: pass\n",
    "match x:\n    case {'a': b, **rest}: pass\n    case A(b=[c, *d]) | e: pass\n    case None: pass\n",
    "del a, b[0], c.d, (e, f)\n[x := 1 for y in (z := 2)]\n",
    "print(*a, **b)\nprint\nopen()\nopen(*a)\nsplit(',')[0]\n''.split()[0]\n",
    "__all__ = __all__\n__all__ += ['x']\n__all__ = [*x]\n",
    "@a\n@b.c()\nclass D(*e, **f): ...\n",
    "type X[T] = T\ndef f[T: int](x: T) -> T: ...\nclass A[T]: ...\n",
    "# coding: utf-7\nx = 1\n",
    "# coding: no-such-encoding\nx = 1\n",
    "# -*- coding: rot13 -*-\nk = 1\n",
    "# lambda-migrate: allow LM101 - x",
    "if 1:\n  x\n # lambda-migrate: allow LM101\n",
    "x = 1" + "0" * 5000,
    "x = '\\ud800' + '/tmp/\\udfff'\n",
    "\r\r\n\r\x0c\x0bprint(1)\r",
]  # fmt: skip


def analyze_alone(source: bytes, path: str = "package/module.py") -> None:
    """Let every rule check one source, and conclude, as a whole project."""
    module = Module(path, source, "package.module", entry="handler")
    facts = {rule.code: tuple(rule.check(module)) for rule in RULES}
    read = report(module, facts)
    project = Project(reports=[read], handler="package.module.handler", handler_path=path)
    for rule in RULES:
        for fact in rule.conclude(facts[rule.code], project):
            assert fact.line >= 1
            assert fact.column >= 1
            assert fact.message


def library_files(count: int) -> list[Path]:
    files = sorted(path for path in LIBRARY.rglob("*.py") if "site-packages" not in path.parts)
    return random.Random(SEED).sample(files, min(count, len(files)))  # a repeatable choice of files


@pytest.fixture(autouse=True)
def seed() -> None:
    print(f"LAMBDA_MIGRATE_FUZZ_SEED={SEED}")  # shown when a test fails


@pytest.mark.parametrize("number", range(len(NESTED)))
def test_strange_sources_raise_nothing(number: int) -> None:
    analyze_alone(NESTED[number].encode("utf-8", "surrogatepass"))


def test_any_bytes_raise_nothing() -> None:
    generator = random.Random(SEED)  # repeatable
    for _ in range(300):
        analyze_alone(generator.randbytes(generator.randrange(200)))


def test_random_words_raise_nothing() -> None:
    generator = random.Random(SEED)  # repeatable
    for _ in range(1_500):
        words = generator.choices(WORDS, k=generator.randrange(1, 25))
        analyze_alone(generator.choice(["", " "]).join(words).encode("utf-8"))


def test_the_standard_library_raises_nothing() -> None:
    for path in library_files(60):
        analyze_alone(path.read_bytes(), path.name)


def test_damaged_library_files_raise_nothing() -> None:
    generator = random.Random(SEED)  # repeatable
    for path in library_files(20):
        lines = path.read_bytes().splitlines(keepends=True)[:400]
        for _ in range(3):
            if lines:
                damaged = list(lines)
                damaged[generator.randrange(len(damaged))] = generator.choice(WORDS).encode()
                analyze_alone(b"".join(damaged))


def test_trees_with_every_name_replaced_raise_nothing() -> None:
    """Names that rules look for turn up where they never do in real code."""
    generator = random.Random(SEED)  # repeatable
    names = [
        "event",
        "context",
        "self",
        "os",
        "environ",
        "boto3",
        "client",
        "Mangum",
        "app",
        "getLogger",
        "handlers",
        "print",
    ]
    for path in library_files(15):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                tree = ast.parse(path.read_bytes())
        except SyntaxError:
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and generator.random() < 0.5:
                node.id = generator.choice(names)
            elif isinstance(node, ast.Attribute) and generator.random() < 0.3:
                node.attr = generator.choice(names)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and generator.random() < 0.5:
                node.value = generator.choice(WORDS).replace("\0", "")
        try:
            source = ast.unparse(tree)
        except ValueError:  # an f-string that Python 3.11 cannot write
            continue
        analyze_alone(source.encode("utf-8", "surrogatepass"))


def test_a_whole_library_is_analysed_as_a_project(tmp_path: Path) -> None:
    for path in library_files(40):
        target = tmp_path / path.relative_to(LIBRARY)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())

    analysis = analyze(tmp_path, None)

    assert len(analysis.reached) + len(analysis.unreached) <= 40
    assert analysis.to_json()["findings"] == [finding.to_json() for finding in analysis.findings]
