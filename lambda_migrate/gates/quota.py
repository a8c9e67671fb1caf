"""The plan would make more of something than AWS allows.

## Why it matters

AWS has quotas: 300 integrations and 300 routes of an HTTP API, so many target groups in a region, 20 KB for the
policy of an alias. Where one is reached, AWS refuses a step in the middle of the move. What is there is counted before
anything is written, and held against what Service Quotas says of the account, or against AWS's default where that
cannot be read.

## What to do

Delete what nobody uses any more, or have the quota raised (Service Quotas). AWS raises the integrations of an HTTP API
and the size of a policy for nobody: take out the integrations that no route names; replace statements that differ in
their source alone by one with a wildcard.
"""

from __future__ import annotations

NAME = "quota"
ACCEPTABLE = True
ACCEPTANCE = "Accept it where AWS has raised the quota and Service Quotas cannot be read, or does not show it."
ASKED = ("cutover", "cutover --direct")
