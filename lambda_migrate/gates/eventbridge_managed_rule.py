"""An AWS service manages this EventBridge rule.

## Why it matters

EventBridge lets nobody but the service that made a managed rule change its targets. The step that re-points it would be
refused.

## What to do

Change what made the rule: the resource of the service that is named. Or make a rule of your own with the same pattern,
and remove the managed one.
"""

from __future__ import annotations

NAME = "eventbridge-managed-rule"
ACCEPTABLE = False
ACCEPTANCE = "EventBridge refuses the change from everybody but the service that made the rule."
ASKED = ("cutover", "cutover --direct")
