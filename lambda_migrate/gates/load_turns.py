"""The service does not hold a rate of requests that it was asked to.

## Why it matters

`verify load` sends reads to the service at rates that rise. A rate is held if errors stay under the share that is
allowed, p99 under twice that of the lowest rate, and answers come as fast as requests. From the rate on at which that
changes, requests queue: callers wait, then time out.

## What to do

Compare the rate with what the function is asked at its peak (`assess`). If it is well above that, the service is large
enough: give `--rates` that you need. Else run more tasks or larger ones, look for what the tasks wait for (a pool of
connections, a lock, a database), and load again.
"""

from __future__ import annotations

NAME = "load-turns"
ACCEPTABLE = False
ACCEPTANCE = "no step depends on it: give `--rates` that the service has to hold."
ASKED = ("verify load",)
