"""A schedule has a start that lies in the past.

## Why it matters

UpdateSchedule takes the whole schedule. EventBridge Scheduler refuses a start that lies more than five minutes in the
past; that is known of CreateSchedule ("The StartDate you specify cannot be earlier than 5 minutes ago"), and is taken
to hold for UpdateSchedule. A schedule that began long ago could not be pointed at the alias, and after a new start not
back to exactly what it was.

## What to do

Remove the schedule's `StartDate`: for a `cron` schedule that began, it says nothing any more. A `rate` schedule counts
from its start; without one it counts from now. Then run the command again.
"""

from __future__ import annotations

NAME = "schedule-already-started"
ACCEPTABLE = True
ACCEPTANCE = "Accept it once you have seen that EventBridge Scheduler takes a change of this very schedule."
ASKED = ("cutover", "cutover --direct")
