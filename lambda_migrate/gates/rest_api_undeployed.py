"""A stage of the REST API serves something else than the API as it stands.

## Why it matters

A change of a REST API takes effect when it is deployed, and a deployment ships the whole API: whatever somebody has
changed and not deployed would go live together with our change. The plan shows what differs.

The comparison reads the export of the stage and the API's resources. It sees methods, integrations, authorizers,
gateway responses and binary media types. It does not see changes of models and of the resource policy.

## What to do

Deploy the pending change to the stage, or revert it. Where stages serve different deployments on purpose, bring them
to the same one first, or move the API with the tools that deploy it.
"""

from __future__ import annotations

NAME = "rest-api-undeployed"
ACCEPTABLE = True
ACCEPTANCE = "Accept it only if everything that the plan shows there may go live with the step."
ASKED = ("cutover", "cutover --direct")
