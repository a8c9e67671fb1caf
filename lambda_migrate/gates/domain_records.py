"""The records of the domain name are not ones that can be moved by weights.

## Why it matters

A name is moved by weighted records of Route 53: all its records of one type are replaced in one batch, which AWS
carries out as a whole or not at all. That takes a public hosted zone of this account, with one simple record that
leads to where the name leads now. Records of another account, at another DNS provider, in a private zone, or with a
routing policy of their own cannot be replaced so without guessing what their owner wants.

## What to do

Where the zone is elsewhere, make there what the plan would make here: two weighted records of the same type and TTL,
255 to 0, and move the weights step by step. A routing policy of your own (latency, failover, geolocation) stays
yours: point its records at the service one by one. `inspect` shows the records of every name.
"""

from __future__ import annotations

NAME = "domain-records"
ACCEPTABLE = False
ACCEPTANCE = "there are no records that the plan could change."
ASKED = ("cutover --domain",)
