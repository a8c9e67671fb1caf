"""A bake as a person watches it, whole, on terminals of three widths."""

from __future__ import annotations

import pytest

from lambda_migrate.engine.bake import Bake
from lambda_migrate.engine.guard_schedule import ArmedSchedule
from lambda_migrate.engine.verdict import Side
from lambda_migrate.render.bake import lines
from lambda_migrate.render.terminal import Paint

GUARD = ArmedSchedule(7, "04-shift_weight", "live", "41", 4070908800.0)
SIDES = (
    Side("version 42 (proxy)", 0.1, 118, 0, 52.4, 300.0),
    Side("version 41 (original)", 0.9, 1060, 2, 1480.0, 300.0),
)
SEEN = "118 invocations (50 needed), 5xx 0, 4xx 12 of 51 (before 12 of 54), p95 52 ms (original 1480 ms)"

NARROW = """\
                           weight     rate    errors    p95
    version 42 (proxy)       10 %   24/min         0  52 ms
    version 41 (original)    90 %  212/min  2 (0.2%)  1.5 s
    guard   alias live → version 41 by itself at 2099-01-01
            00:00 UTC
    so far  118 invocations (50 needed), 5xx 0, 4xx 12 of 51
            (before 12 of 54), p95 52 ms (original 1480 ms)
    p pause  e extend 5 min  n next  a abort"""
USUAL = """\
                           weight  invocations     rate    errors    p95
    version 42 (proxy)       10 %          118   24/min         0  52 ms
    version 41 (original)    90 %        1,060  212/min  2 (0.2%)  1.5 s
    guard   alias live → version 41 by itself at 2099-01-01 00:00 UTC
    so far  118 invocations (50 needed), 5xx 0, 4xx 12 of 51 (before 12 of 54),
            p95 52 ms (original 1480 ms)
    p pause  e extend 5 min  n next  a abort"""
WIDE = """\
                           weight  invocations     rate    errors    p95
    version 42 (proxy)       10 %          118   24/min         0  52 ms
    version 41 (original)    90 %        1,060  212/min  2 (0.2%)  1.5 s
    guard   alias live → version 41 by itself at 2099-01-01 00:00 UTC
    so far  118 invocations (50 needed), 5xx 0, 4xx 12 of 51 (before 12 of 54), p95 52 ms (original 1480 ms)
    p pause  e extend 5 min  n next  a abort"""


@pytest.mark.parametrize(("width", "shown"), [(60, NARROW), (80, USUAL), (120, WIDE)])
def test_it_is_whole_at_each_width(width: int, shown: str) -> None:
    bake = Bake(600.0, 900.0, 300.0, paused=False, guard=GUARD, sides=SIDES, seen=SEEN)

    told = lines(bake, Paint(colour=False, width=width), keys=True)

    assert "\n".join(told) == shown
    assert max(map(len, told)) <= width


def test_what_is_paused_unguarded_and_not_counted_yet_says_so() -> None:
    told = lines(Bake(600.0, 900.0, 300.0, paused=True), Paint(colour=False, width=80), keys=True)

    assert told == [
        "    guard  none: where this process ends, traffic stays as it is",
        "    p go on  e extend 5 min  n next  a abort",
    ]


def test_what_nobody_knows_is_not_zero_and_busy_versions_are_counted_by_the_second() -> None:
    sides = (Side("version 42 (proxy)", 1.0, 90_000, None, None, 300.0), Side("before the first weight"))

    assert lines(Bake(1.0, 1.0, 0.5, sides=sides), Paint(colour=False, width=80), keys=False)[:3] == [
        "                             weight  invocations     rate  errors  p95",
        "    version 42 (proxy)        100 %       90,000  300.0/s       –    –",  # noqa: RUF001  # as it is shown
        "    before the first weight                    –        –       –    –",  # noqa: RUF001  # likewise
    ]


def test_what_comes_from_aws_is_text() -> None:
    guard, side = GUARD._replace(alias="li\x1b[2Jve"), Side("version \u202e2")

    told = "\n".join(lines(Bake(1.0, 1.0, 1.0, guard=guard, sides=(side,), seen="\x07"), Paint(), keys=True))

    assert [part in told for part in ("li\\x1b[2Jve", "version \\u202e2", "\\x07")] == [True] * 3
    assert [character in told for character in "\x1b\u202e\x07"] == [False] * 3
