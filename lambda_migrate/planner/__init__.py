"""Decides: what there is and what the user wants become a plan. Pure: no AWS, no clock, no files.

Each phase is one module with a function `plan`: `proxy` publishes a proxy version and moves nothing, `cutover` moves
traffic to it, `direct` takes triggers off Lambda, `retire` ends the function; `rotate_keys` changes what requests are
signed with.
"""

from __future__ import annotations
