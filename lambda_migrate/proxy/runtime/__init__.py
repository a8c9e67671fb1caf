"""The proxy that runs inside Lambda, in front of the service.

The layer carries this package as `lambda_migrate_proxy`; the function's handler is `lambda_migrate_proxy.handler`.
It needs the standard library only, on Python 3.9 and newer. Settings are read when `handler` is first asked for, which
Lambda does in the init phase, so that a wrong value stops the version before it serves.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .proxy import Proxy

    handler: Proxy

ORIGINAL = "LAMBDA_MIGRATE_ORIGINAL_HANDLER"


def __getattr__(name: str) -> Proxy:
    if name != "handler":
        raise AttributeError(name)
    import os  # noqa: PLC0415  # importing the package must cost nothing until Lambda asks for the handler

    from .proxy import start  # noqa: PLC0415  # see above

    if os.environ.get("_HANDLER") == f"{__name__}.handler":  # what traces a function's own handler finds it there
        os.environ["_HANDLER"] = os.environ.get(ORIGINAL, "")
    started = start(os.environ)
    globals()["handler"] = started
    return started
