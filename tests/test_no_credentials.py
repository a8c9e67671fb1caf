"""Nothing swallows that AWS does not know who asks: every broad `except` lets it through, or says why it goes on."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

from lambda_migrate.errors import AwsError, MigrateError, NoCredentials, NotAllowed

if TYPE_CHECKING:
    from collections.abc import Iterator

PROGRAM = Path(__file__).parent.parent / "lambda_migrate"
ELSEWHERE = ("sandbox", "proxy", "analyzer", "scaffold")
"""What does not ask AWS, or stands outside of a migration."""

BROAD = {"MigrateError", "Exception", "BaseException", "NoCredentials"}

AT_THE_END = "the command ends with this error all the same"
WATCHED = "a bake is watched on: the guard puts traffic back, and the last look says so"
KEPT = "the way back goes on with what is left, and says at its end what stands"
TOLD = "it belongs to a change that was made, and must not fail it: it is told"
LEDGER = "it reads the ledger and asks AWS nothing"
OFFLINE = "it works without AWS too, which is asked only for more"

GOES_ON = {
    "aws/errors.py: _caller": "it only names who was refused",
    "cli/__init__.py: _run": AT_THE_END,
    "cli/commands/doctor.py: doctor": AT_THE_END,
    "cli/commands/status.py: status": AT_THE_END,
    "cli/loaded.py: _become": AT_THE_END,
    "engine/apply.py: _shows": "a call was refused before, and that is raised",
    "engine/executor.py: _done": "it names what was made; the next call is refused",
    "engine/guard.py: _is_elsewhere": TOLD,
    "engine/guard.py: _is_unset": "the refusal itself is raised",
    "engine/guard.py: _role_left": TOLD,
    "engine/guard.py: warn_where_it_fails": TOLD,
    "engine/watching.py: _do": WATCHED,
    "engine/way_back.py: _guarded": KEPT,
    "engine/way_back.py: _stands": KEPT,
    "engine/work.py: _reconcile_after": "the refusal itself is raised",
    "verify/judge.py: _judged": WATCHED,
    "verify/vantage.py: _from_lambda": WATCHED,
    "workflow/adopt.py: _committed": LEDGER,
    "workflow/announce.py: over": TOLD,
    "workflow/announce.py: post": TOLD,
    "workflow/context.py: told_of_the_end": LEDGER,
    "workflow/doctor.py: _in_aws": LEDGER,
    "workflow/doctor.py: _ledger": LEDGER,
    "workflow/doctor.py: _recorded": LEDGER,
    "workflow/doctor.py: _retired": LEDGER,
    "workflow/doctor.py: examine": AT_THE_END,
    "workflow/eviction.py: _record": LEDGER,
    "workflow/execution.py: stopped": WATCHED,
    "workflow/following.py: _of_function": "the service's log is followed on; it is told once",
    "workflow/handover.py: _ownership": OFFLINE,
    "workflow/instances.py: checks": OFFLINE,
    "workflow/machines.py: alone": TOLD,
    "workflow/machines.py: clear": "the next command takes the lock over",
    "workflow/machines.py: lacking": "it is returned, and whoever asked raises it",
    "workflow/made_ids.py: _as_it_stands": OFFLINE,
    "workflow/made_ids.py: _with_id": OFFLINE,
    "workflow/policy.py: checks": LEDGER,
    "workflow/service.py: catch_up": "the state is asked next, and that call is refused",
    "workflow/way_to_function.py: way": OFFLINE,
}
"""Where something catches it and goes on, and why."""


def test_it_is_none_of_what_a_plan_may_name_as_unknown() -> None:
    assert not issubclass(NoCredentials, (AwsError, NotAllowed))
    assert (NoCredentials.__base__, NoCredentials.exit_code, NoCredentials.code) == (MigrateError, 4, NotAllowed.code)


def test_whatever_catches_it_lets_it_through_or_goes_on_for_a_reason() -> None:
    assert found() == set(GOES_ON)


def handled(path: Path) -> Iterator[str]:
    """Yield the functions of a module in which something catches the error and does not let it through."""

    def look(node: ast.AST, name: str) -> Iterator[str]:
        for child in ast.iter_child_nodes(node):
            inner = child.name if isinstance(child, ast.FunctionDef) else name
            if isinstance(child, ast.Try) and swallows(child):
                yield name
            if isinstance(child, ast.With) and any(suppresses(item.context_expr) for item in child.items):
                yield name
            yield from look(child, inner)

    yield from look(ast.parse(path.read_text(encoding="utf-8")), "")


def named(kind: ast.expr | None) -> set[str]:
    kinds = kind.elts if isinstance(kind, ast.Tuple) else [kind] if kind else []
    return {ast.unparse(each).rpartition(".")[2] for each in kinds} if kind else {"BaseException"}


def swallows(node: ast.Try) -> bool:
    """Return whether the first handler that catches it does anything but raise at its end."""
    catching = next((each for each in node.handlers if named(each.type) & BROAD), None)
    return catching is not None and not isinstance(catching.body[-1], ast.Raise)


def suppresses(call: ast.expr) -> bool:
    called = isinstance(call, ast.Call) and ast.unparse(call.func).rpartition(".")[2] == "suppress"
    return called and any(named(each) & BROAD for each in getattr(call, "args", ()))


def found() -> set[str]:
    modules = (path for path in PROGRAM.rglob("*.py") if path.relative_to(PROGRAM).parts[0] not in ELSEWHERE)
    return {f"{path.relative_to(PROGRAM)}: {name}" for path in modules for name in handled(path)}
