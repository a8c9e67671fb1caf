"""The plan would exceed an AWS quota.

## Why it matters

AWS has quotas: 300 integrations and 300 routes of an HTTP API, the target groups of a region, 20 KB for the policy of
an alias. Where one is reached, AWS refuses a step in the middle of the move. What exists is counted before anything is
written, and compared with the account's quota in Service Quotas, or with AWS's default where that cannot be read.

## What to do

Delete what is unused, or have the quota raised (Service Quotas). AWS does not raise the integrations of an HTTP
API or the size of a policy: delete integrations that no route uses; replace statements that differ only in their source
with one that has a wildcard.
"""

from __future__ import annotations

NAME = "quota"
ACCEPTABLE = True
ACCEPTANCE = "Accept it where AWS has raised the quota and Service Quotas cannot be read, or does not show it."
ASKED = ("cutover", "cutover --direct")
