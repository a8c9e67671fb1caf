"""Whether a branch for Lambda provably makes a service behave differently: what fails, is open or is missing there."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, TypeGuard

from lambda_migrate.analyzer.evidence import Evidence, of_name
from lambda_migrate.analyzer.patterns import lambda_variables
from lambda_migrate.analyzer.scopes import last_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lambda_migrate.analyzer.module import Module
    from lambda_migrate.analyzer.scopes import Scope

Statements = list[ast.stmt]
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
ENDS = (ast.Return, ast.Raise)
# Names that are true where this is not Lambda.
ELSEWHERE = re.compile(r"local|dev(_|$|elop)|laptop|offline|not_|(^|_)no_|server(?!less)|container", re.IGNORECASE)
HERE = re.compile(r"lambda|serverless|aws|cloud|deployed|hosted|remote|production|is_prod", re.IGNORECASE)
# Exceptions that are answers to callers.
REFUSES = re.compile(r"^HTTP|Permission|Unauthori|Forbidden|Denied|Credential|Authentication", re.IGNORECASE)
ANSWERS = re.compile(r"^_*(error|unauthori|forbid|deny|denied|refus|reject|abort)", re.IGNORECASE)
ANYTHING = re.compile("")
# What an application needs, or has, because it was called.
MAKES_READY = re.compile(
    r"^_*(init|initiali[sz]e|load|ensure|connect|open|setup|set_up|configure|prepare|bootstrap|refresh|hydrate|migrate"
    r"|download|fetch|restore|start|inject|seed|register|include_router|add_(middleware|route|argument|api_route)|mount"
    r"|monitor|run)(_|$)",
    re.IGNORECASE,
)
# What only the machine of a developer has.
OF_A_DEVELOPER = re.compile(
    r"localhost|127\.0\.0\.1|localstack|minio|(^|[^a-z])mock_?aws|moto(\.|$)|^(\S*[^a-z\s])?(test|dev|development)$",
    re.IGNORECASE,
)
# What is made ready for Lambda's file system alone.
FILES = re.compile(r"^(mkdir|makedirs|copy\w*|move|chmod|rmtree|chdir|symlink|exists)$")
OWN_FOLDERS = re.compile(r"^/(tmp|opt|var/task|mnt)(/|$)|:////tmp")
TEMPORARY = re.compile(r"(^|_)(tmp|temp|tempdir|tempfile|gettempdir)(_|$)", re.IGNORECASE)
# What is fetched from where production keeps it.
FETCHES = re.compile(r"secret|^get_(parameters?|object)$|^_*download", re.IGNORECASE)
OPPOSITES = (ast.Is, ast.NotIn, ast.Eq)
EMPTY = (None, "", False)
DEEPEST = 4


def proven(module: Module, choice: ast.If | ast.IfExp, scope: Scope) -> bool:
    """Return whether something provably fails, is open or is missing on a service because of a choice.

    Args:
        module: where it is made.
        choice: an `if` that asks whether this is Lambda, or an expression with one.
        scope: where the choice stands.
    """
    if isinstance(choice, ast.IfExp):
        sides: tuple[list[ast.AST], list[ast.AST]] = ([choice.body], [choice.orelse])
        return _is_of_a_developer(sides[0]) != _is_of_a_developer(sides[1])
    body = list(choice.body)
    after = _following(module, choice, scope) if isinstance(body[-1], ENDS) else []
    others = list(choice.orelse) or after
    raised = choice.orelse or [each for each in after if isinstance(each, ast.Raise)]
    if _is_of_a_developer(body) != _is_of_a_developer(others) or _refuses(body, REFUSES) != _refuses(raised, REFUSES):
        return True
    on_lambda = says_lambda(choice.test, scope)
    if on_lambda is None:
        return False
    if _refuses(raised if on_lambda else body, ANYTHING) and not _refuses(body if on_lambda else raised, ANYTHING):
        return True
    return _is_missing(module, *((body, others) if on_lambda else (others, body)), scope)


def _is_missing(module: Module, on: Sequence[ast.stmt], off: Sequence[ast.stmt], scope: Scope) -> bool:
    """Return whether something is fetched, made ready, set or defined where this is Lambda, and nowhere else."""
    if on and off and ((_fetches(on) and not _fetches(off)) or (_is_of_production(on) and not _is_of_production(off))):
        return True
    if not on or any(not isinstance(each, ast.Pass) and not _is_empty_return(each) for each in off):
        return False
    parts = [part for each in on for part in _parts(each)]
    own = any(_names_own_folders(part) for part in parts)
    return any(_does(module, part) or (not own and _sets(part)) for part in parts) or _is_missed(module, on, scope)


def says_lambda(test: ast.expr, scope: Scope, depth: int = DEEPEST) -> bool | None:
    """Return whether a test is true on Lambda, False where it is true elsewhere, None where that is not known.

    Args:
        test: what asks whether this is Lambda.
        scope: where it stands.
        depth: how many names are followed.
    """
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return _opposite(says_lambda(test.operand, scope, depth))
    if isinstance(test, ast.BoolOp):
        return next((said for each in test.values if (said := says_lambda(each, scope, depth)) is not None), None)
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        other = test.comparators[0]
        empty = isinstance(other, ast.Constant) and other.value in EMPTY
        denied = isinstance(test.ops[0], ast.NotIn) or (isinstance(test.ops[0], OPPOSITES) and empty)
        said = says_lambda(test.left, scope, depth)
        return _opposite(said) if denied else said
    name = last_name(test.func if isinstance(test, ast.Call) else test)
    known = scope.assigned.get(name) or scope.root.assigned.get(name) or []
    values = [value for value, _ in known if isinstance(value, ast.expr)]
    if isinstance(test, ast.Name) and len(values) == 1 and depth and isinstance(values[0], (ast.UnaryOp, ast.Compare)):
        return says_lambda(values[0], scope, depth - 1)
    if next(lambda_variables(test), None) is not None:
        return True
    return False if ELSEWHERE.search(name) else True if HERE.search(name) else None


def _opposite(said: bool | None) -> bool | None:  # noqa: FBT001  # an answer
    return None if said is None else not said


def _following(module: Module, choice: ast.If, scope: Scope) -> Statements:
    """Return what follows a statement in its block."""
    around: ast.AST = scope.node or module.tree
    for node in ast.walk(around):
        for _, block in ast.iter_fields(node):
            if isinstance(block, list) and choice in block:
                return [each for each in block[block.index(choice) + 1 :] if isinstance(each, ast.stmt)]
    return []


def _parts(statement: ast.stmt) -> Iterator[ast.AST]:
    """Yield what a statement does itself: the bodies of functions that it defines are left out."""
    if isinstance(statement, (*FUNCTIONS, ast.ClassDef)):
        return
    yield statement
    for child in ast.iter_child_nodes(statement):
        if isinstance(child, ast.stmt):
            yield from _parts(child)
        elif isinstance(child, ast.excepthandler):
            continue  # what is done where it failed
        else:
            yield from ast.walk(child)


def _refuses(body: Sequence[ast.stmt], what: re.Pattern[str]) -> bool:
    """Return whether something of a name is raised: an answer to a caller, or any exception."""
    parts = [part for each in body for part in _parts(each)]
    raised = [part.exc for part in parts if isinstance(part, ast.Raise) and part.exc]
    if any(what.search(last_name(each.func if isinstance(each, ast.Call) else each)) for each in raised):
        return True
    answers = (part.value for part in parts if isinstance(part, ast.Return) and isinstance(part.value, ast.Call))
    return what is REFUSES and any(ANSWERS.search(last_name(each.func)) for each in answers)


def _is_of_a_developer(side: Sequence[ast.AST]) -> bool:
    for each in side:
        if isinstance(each, ast.If) and "available_profiles" in ast.unparse(each.test):
            continue
        for part in ast.walk(each):
            if isinstance(part, ast.Constant) and isinstance(part.value, str) and OF_A_DEVELOPER.search(part.value):
                return True
            if isinstance(part, ast.keyword) and part.arg == "profile_name":
                return True
            if isinstance(part, ast.ImportFrom) and OF_A_DEVELOPER.search(part.module or ""):
                return True
    return False


def _is_of_production(side: Sequence[ast.AST]) -> bool:
    texts = (part.value for each in side for part in ast.walk(each) if isinstance(part, ast.Constant))
    return any(isinstance(text, str) and "production" in text.lower() for text in texts)


def _is_empty_return(statement: ast.stmt) -> bool:
    value = statement.value if isinstance(statement, ast.Return) else statement
    return value is None or (isinstance(value, ast.Constant) and value.value is None)


def _does(module: Module, part: ast.AST) -> bool:
    """Return whether a statement is a call that does something, beyond Lambda's own folders and the log."""
    value = part.value if isinstance(part, ast.Expr) else None
    call = value.value if isinstance(value, ast.Await) else value
    if not isinstance(call, ast.Call) or FILES.match(last_name(call.func)) or _names_own_folders(call):
        return False
    return bool(MAKES_READY.search(last_name(call.func))) and of_name(module, call.func) is Evidence.SURE


def _sets(part: ast.AST) -> bool:
    """Return whether a setting of something that others read is made, other than a constant or a folder of Lambda's."""
    if not isinstance(part, ast.Assign) or isinstance(part.value, ast.Constant) or _names_own_folders(part.value):
        return False
    return any(isinstance(target, (ast.Attribute, ast.Subscript)) for target in part.targets)


def _names_own_folders(node: ast.AST) -> bool:
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str) and OWN_FOLDERS.search(part.value):
            return True
        if isinstance(part, (ast.Name, ast.Attribute)) and TEMPORARY.search(last_name(part)):
            return True
    return False


def _fetches(side: Sequence[ast.stmt]) -> bool:
    calls = (part for each in side for part in _parts(each) if isinstance(part, ast.Call))
    return any(FETCHES.search(last_name(call.func)) for call in calls)


def _is_missed(module: Module, on: Sequence[ast.stmt], scope: Scope) -> bool:
    """Return whether a name is read elsewhere that only the branch for Lambda defines."""
    if scope is not module.root:
        return False
    inside = {id(part) for each in on for part in ast.walk(each)}
    defined = {part.id for each in on for part in ast.walk(each) if _is_set(part)} - {"handler", "lambda_handler"}
    elsewhere = [part for part in ast.walk(module.tree) if isinstance(part, ast.Name) and id(part) not in inside]
    set_elsewhere = {part.id for part in elsewhere if isinstance(part.ctx, ast.Store)}
    return any(part.id in defined - set_elsewhere for part in elsewhere if isinstance(part.ctx, ast.Load))


def _is_set(part: ast.AST) -> TypeGuard[ast.Name]:
    return isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
