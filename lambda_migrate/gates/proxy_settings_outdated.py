"""The newest proxy version was published with other settings than migration.yaml has now.

## Why it matters

Settings of the proxy (`service.url` and what is below `proxy:`) are published with its version. A change in
migration.yaml is not in force until `proxy deploy` has published it: the cutover would follow the old settings.

## What to do

Run `lambda-migrate proxy deploy` again; it publishes a version with the settings of now. Or undo the change in
migration.yaml.
"""

from __future__ import annotations

NAME = "proxy-settings-outdated"
ACCEPTABLE = False
ACCEPTANCE = "what is published is not what migration.yaml says, and nobody would know which of them was meant."
ASKED = ("cutover", "verify")
