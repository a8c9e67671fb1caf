"""The service takes fewer requests at once than the function has had to.

## Why it matters

Lambda starts an environment for each request that comes while the others are busy; a service has the instances that it
has, each takes `SERVICE_CONCURRENCY` requests at once and answers the next with 503, and scaling out takes minutes.
What waits for a slow service waits in Lambda, up to `proxy.api_timeout`, and takes concurrency that the account's other
functions need.

## What to do

Raise `scaling.minimum` in `service.target`, or `SERVICE_CONCURRENCY` where one process bears more, and deploy the
service again; or take smaller weights (`--weights 5,10,25`). For the time of the canary, reserve concurrency for the
function (`aws lambda put-function-concurrency`), so that it cannot take all of the account's, and lower
`proxy.api_timeout`. Say in `service.concurrency` what the service takes, where it is deployed by other means. Where the
peak could not be read, allow `cloudwatch:GetMetricData`.
"""

from __future__ import annotations

NAME = "service-too-small"
ACCEPTABLE = True
ACCEPTANCE = "Accept it where a load test has shown that the service bears more, or the peak was not requests."
ASKED = ("cutover", "proxy rotate-key")
