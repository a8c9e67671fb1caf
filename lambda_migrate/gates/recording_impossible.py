"""What `proxy.record` asks for cannot be recorded.

## Why it matters

A version that is published with it would cost a deployment and record nothing, or not what was asked for. Under the AWS
Lambda Web Adapter the proxy sees requests, not events, and records none. After its last day (`until`) nothing is
recorded. To mirror, the proxy has to know where the service is and how to sign.

## What to do

Set another last day, name the service and the signing keys, or take the block `record` out of migration.yaml.
"""

from __future__ import annotations

NAME = "recording-impossible"
ACCEPTABLE = False
ACCEPTANCE = "without the block `record` the same version is published, and records nothing either."
ASKED = ("proxy deploy",)
