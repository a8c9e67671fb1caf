"""The program's own time does not jump where somebody sets the machine's clock."""

from __future__ import annotations

import subprocess
import sys
import time

from lambda_migrate.clock import Clock, steady
from lambda_migrate.engine.guard_schedule import ArmedSchedule

SET_BACK = """
import time
from lambda_migrate import clock
before, wall = clock.steady(), time.time
time.time = lambda: wall() - 3600.0
time.sleep(0.05)
after = clock.Clock().now()
print(0.04 < after - before < 30.0)
"""


def test_it_is_the_time_of_the_machine_at_the_beginning() -> None:
    assert abs(steady() - time.time()) < 5.0
    assert abs(Clock().moment().timestamp() - time.time()) < 5.0


def test_it_goes_on_evenly_where_the_clock_is_set_back_meanwhile() -> None:
    done = subprocess.run([sys.executable, "-c", SET_BACK], check=True, capture_output=True, text=True)

    assert done.stdout == "True\n"


def test_a_guard_that_was_set_in_the_future_is_looked_at() -> None:
    armed = ArmedSchedule(2, "01-shift_weight", "live", "1", at=8_000.0, since=4_600.0)

    assert [armed.may_have_acted(now) for now in (1_000.0, 4_600.0, 7_999.0, 8_000.0)] == [True, False, False, True]
