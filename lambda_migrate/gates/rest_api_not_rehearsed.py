"""API Gateway does not test the REST API's method, so the way to the service cannot be tried before the first share.

## Why it matters

Before the first share of a REST API moves, `cutover --direct` has API Gateway test a method that leads to the service
(`TestInvokeMethod`). That proves that API Gateway reaches the service, and that the service sees the right path. API
Gateway may not take a method for all verbs in that call, neither as `GET` nor as `ANY`. Then nobody was asked, and the
API's integrations go back. A test that was made and went wrong is not this gate: it cannot be accepted.

## What to do

Make a method of your own to the service, `GET` in place of `ANY`, test it, and see that the service answers. Then
accept this gate and run `cutover --direct` again: the first share is judged by its traffic.
"""

from __future__ import annotations

NAME = "rest-api-not-rehearsed"
ACCEPTABLE = True
ACCEPTANCE = "Accept it once you have called the service through API Gateway yourself."
ASKED = ("cutover --direct",)
