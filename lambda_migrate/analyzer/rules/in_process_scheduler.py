"""Finds schedulers that run inside the process.

## Why it breaks
On Lambda they hardly ever ran: the process is frozen between requests. On a server they run in every worker of every
instance at once, and often do the same job as a scheduled event that still exists.

## Instead
Keep the schedule outside (EventBridge, a queue) and let it call the service once, or run the scheduler in exactly one
process of its own.

## Evidence
A public repository starts "release expired reservations every 60 s" in its lifespan, and has an EventBridge rule for
the same job.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.findings import Fact, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.analyzer.module import Module

CODE = "LM603"
SEVERITY = Severity.WARN
HINT = "keep the schedule outside the service, or run it in exactly one process"

VALID = ("import schedule_of_trains as schedule\nschedule.every(3)\n",)
INVALID = (
    "from apscheduler.schedulers.background import BackgroundScheduler\nscheduler = BackgroundScheduler()\n",
    "import schedule\nschedule.every(10).minutes.do(print)\n",
    "from fastapi_utils.tasks import repeat_every\n@repeat_every(seconds=60)\ndef tick(): ...\n",
)
KNOWN_MISSES = ("import asyncio\nasync def tick():\n    while True:\n        await asyncio.sleep(60)\n",)
SCHEDULER = re.compile(
    r"^(apscheduler\.[\w.]*Scheduler|schedule\.(every|run_pending)|(fastapi_utils|fastapi_utilities)\.[\w.]*repeat_(every|at)"
    r"|rocketry\.Rocketry|aiocron\.crontab)$"
)


def check(module: Module) -> Iterator[Fact]:
    """Report where a scheduler is made or given a job."""
    if not module.mentions(b"scheduler", b"schedule", b"repeat_", b"rocketry", b"aiocron"):
        return
    for call, scope in module.all_calls():
        resolved = module.resolved(call, scope)
        if SCHEDULER.match(resolved):
            yield module.fact(call, f"`{resolved.rpartition('.')[2]}` runs in every worker of every instance")
