"""Real servers for ASGI applications, with the service's own half of the wire in front."""

from __future__ import annotations

import contextlib
import importlib.util
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import uvicorn

from tests.proxy.service import KEY

if TYPE_CHECKING:
    from collections.abc import Iterator

HALF = Path(__file__).parents[2] / "templates" / "service" / "service"


def serving() -> None:
    """Make the service half importable as `serving`, straight from the templates."""
    if "serving" in sys.modules:
        return
    spec = importlib.util.spec_from_file_location(
        "serving", HALF / "__init__.py", submodule_search_locations=[str(HALF)]
    )
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["serving"] = module
    spec.loader.exec_module(module)


def behind_door(app: Any, memory: Path, direct: Any = None) -> Any:
    """Return the application as the service runs it: signatures verified, scope restored."""
    serving()
    from serving.context import Function  # noqa: PLC0415  # importable only now
    from serving.deliveries.replay import Replays  # noqa: PLC0415
    from serving.lambda_migrate import Door, Verifier  # noqa: PLC0415
    from serving.lambda_migrate.keys import Keys, parse  # noqa: PLC0415

    return Door(
        app,
        direct or app,
        verifier=Verifier(Keys(parse(KEY))),
        replays=Replays(memory, 300.0),
        function=Function("parcels", "eu-central-1", "210987654321", 256, 3.0),
        version="3.1",
    )


@contextlib.contextmanager
def running(app: Any) -> Iterator[str]:
    """Run an application under uvicorn and give its URL."""
    config = uvicorn.Config(
        app, host="127.0.0.1", port=0, lifespan="off", log_level="error", ws="none", timeout_keep_alive=5
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.005)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(10)
