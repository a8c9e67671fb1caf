"""The function isolates tenants: each tenant has execution environments of its own.

## Why it matters

An alias with weights sends a tenant's requests to two versions, and the service answers all tenants from the same
processes. What the function keeps in memory or in `/tmp` for one tenant is then within reach of the others.

## What to do

Make sure that the code keeps nothing of one tenant where another one can reach it: module state, caches, files. Then
accept this gate.
"""

from __future__ import annotations

NAME = "tenancy"
ACCEPTABLE = True
ACCEPTANCE = "Accept it if tenants need not be kept apart, or the service keeps them apart itself."
ASKED = ("proxy deploy", "proxy rotate-key", "doctor")
