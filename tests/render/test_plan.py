"""A plan as a person reads it: the whole text."""

from __future__ import annotations

from lambda_migrate.actions.event_source.point_mapping import PointMapping
from lambda_migrate.actions.function.create_alias import CreateAlias
from lambda_migrate.actions.function.delete_function import DeleteFunction
from lambda_migrate.actions.function.shift_weight import ShiftWeight
from lambda_migrate.engine.plan import Plan, Step
from lambda_migrate.render.plan import count, plan
from lambda_migrate.render.terminal import Paint, spans
from tests.triggers import known

MADE = CreateAlias("orders", "live", "41", "the traffic alias")
MOVED = PointMapping("4f1c", "orders-queue", known.ARN, f"{known.ARN}:live")
SHIFTED = ShiftWeight("orders", "live", {"version": "41", "weights": {}}, {"version": "41", "weights": {"42": 0.1}})
DELETED = DeleteFunction("orders", "sha")

STEPS = (
    Step("01-create_alias", MADE, "nothing changes yet", "alias"),
    Step("02-point_mapping", MOVED, "its batches reach the alias", "sqs", propagation=90.0, risk="read this first"),
    Step("03-shift_weight", SHIFTED, "10 % on the proxy", "weight", gated=True, bake=900.0),
)


def made(steps: tuple[Step, ...], blockers: tuple[str, ...] = (), warnings: tuple[str, ...] = ()) -> Plan:
    return Plan("cutover", known.ARN, "f" * 64, steps, blockers, warnings)


def test_steps_stand_under_their_trigger_with_what_a_person_should_know() -> None:
    assert plan(made(STEPS, warnings=("somebody else may call",)), Paint(width=100)) == (
        "  + create   ~ change   → repoint\n"
        "\n"
        "  alias\n"
        "  └── +  01-create_alias   alias live: none → 41\n"
        "                           nothing changes yet\n"
        "\n"
        "  sqs\n"
        "  └── →  02-point_mapping  mapping orders-queue: orders → orders:live\n"
        "                           its batches reach the alias; then 1 min 30 s for AWS to spread it\n"
        "                           ! read this first\n"
        "\n"
        "  weight\n"
        "  └── ~  03-shift_weight   alias live: 41 → 41, 10 % on 42\n"
        "                           10 % on the proxy; watched for 15 min, then judged\n"
        "\n"
        "  ! somebody else may call\n"
        "\n"
        "Plan: 1 to create, 1 to change, 1 to repoint, 0 to delete. All 3 can be undone. It takes at least\n"
        "16 min 30 s."
    )


def test_what_is_in_the_way_is_named() -> None:
    blocked = made((), ("trigger:s3: s3 `uploads` cannot be re-pointed by this version",))

    assert plan(blocked, Paint(width=60)) == (
        "Blocked by:\n"
        "  ✗ trigger:s3: s3 `uploads` cannot be re-pointed by this\n"
        "    version\n"
        "    lambda-migrate explain trigger\n"
        "\n"
        "Plan: 0 to create, 0 to change, 0 to repoint, 0 to delete.\n"
        "Nothing can run yet."
    )


def test_a_plan_without_steps_says_so() -> None:
    assert plan(made(()), Paint()) == "No changes: everything this phase does has been done."


def test_the_last_line_says_how_many_can_be_undone() -> None:
    delete = Step("04-delete_function", DELETED)

    assert count(STEPS[:1]).endswith("1 to create, 0 to change, 0 to repoint, 0 to delete. It can be undone.")
    assert count((*STEPS, delete)).endswith("1 to delete. 3 of 4 can be undone.")
    assert count((delete,)).endswith("1 to delete. It cannot be undone.")
    assert count((delete, delete)).endswith("2 to delete. None of the 2 steps can be undone.")


def test_where_the_terminal_is_narrow_a_step_stands_below_its_name() -> None:
    same_trigger = (STEPS[1], Step("03-point_mapping", MOVED, "", "sqs"))

    assert plan(made(same_trigger), Paint(width=50)) == (
        "  → repoint\n"
        "\n"
        "  sqs\n"
        "  ├── →  02-point_mapping\n"
        "  │      mapping orders-queue: orders →\n"
        "  │      orders:live\n"
        "  │      its batches reach the alias; then 1 min\n"
        "  │      30 s for AWS to spread it\n"
        "  │      ! read this first\n"
        "  └── →  03-point_mapping\n"
        "         mapping orders-queue: orders →\n"
        "         orders:live\n"
        "\n"
        "Plan: 0 to create, 0 to change, 2 to repoint, 0 to\n"
        "delete. All 2 can be undone. It takes at least\n"
        "1 min 30 s."
    )


def test_colours_change_nothing_else() -> None:
    plain, painted = plan(made(STEPS), Paint(width=100)), plan(made(STEPS), Paint(colour=True, width=100))

    assert "".join(piece for piece, _colours in spans(painted, lines=True)) == plain
    assert {colour for _piece, colours in spans(painted, lines=True) for colour in colours} == {
        "bold",
        "cyan",
        "dim",
        "green",
        "yellow",
    }
