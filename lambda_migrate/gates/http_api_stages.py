"""The HTTP API has several stages whose paths begin differently.

## Why it matters

All stages share one integration. The service is to see the path without the stage's name, and one integration can cut
off one name only; the other stages would ask for paths that the service does not know.

## What to do

Leave the API one stage, or give each stage an API of its own. Then plan again.
"""

from __future__ import annotations

NAME = "http-api-stages"
ACCEPTABLE = True
ACCEPTANCE = "Accept it if the routes of this API may stay on the function."
ASKED = ("cutover --direct",)
