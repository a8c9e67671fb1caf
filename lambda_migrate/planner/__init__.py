"""Decides: what there is and what the user wants become a plan. Pure: no AWS, no clock, no files.

Each phase is one function: :func:`proxy` publishes a proxy version and moves nothing, :func:`cutover` moves traffic to
it, :func:`direct` takes triggers off Lambda, :func:`retire` ends the function; :func:`rotate` and
:func:`finish_rotation` change what requests are signed with.
"""

from __future__ import annotations

from lambda_migrate.planner.direct_triggers import direct
from lambda_migrate.planner.proxy_version import environment, proxy
from lambda_migrate.planner.retirement import retire
from lambda_migrate.planner.rotation import finish as finish_rotation
from lambda_migrate.planner.rotation import rotate
from lambda_migrate.planner.traffic import cutover

__all__ = ["cutover", "direct", "environment", "finish_rotation", "proxy", "retire", "rotate"]
