"""The process of the embedded AWS: MiniStack plus our additions, on a socket that the parent has bound.

Run by :mod:`lambda_migrate.sandbox.embedded_aws` only. The parent binds the socket, so that no other
process can take the port in between.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import signal
import socket
import threading

YOUNG = 20_000
"""Objects that are made before Python looks for garbage; its own 700 suits small programs."""


def end_with_parent(lifeline: int) -> None:
    """Kill this process group, ourselves included, as soon as the other end of a pipe is closed.

    Args:
        lifeline: File descriptor of the reading end.
    """

    def watch() -> None:
        os.read(lifeline, 1)
        os.killpg(0, signal.SIGKILL)

    threading.Thread(target=watch, name="lifeline", daemon=True).start()


def main() -> None:
    """Serve until killed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--listener", type=int, required=True)
    parser.add_argument("--lifeline", type=int)
    options = parser.parse_args()
    if options.lifeline is not None:
        end_with_parent(options.lifeline)
    gc.disable()

    from ministack.app import app  # noqa: PLC0415  # the lifeline is watched before anything slow; reads its settings
    from uvicorn import Config, Server  # noqa: PLC0415  # as above

    from lambda_migrate.sandbox.ministack import additions, payloads, unkind  # noqa: PLC0415  # after MiniStack, which they change

    additions.install()
    gc.freeze()  # what is loaded stays to the end
    gc.set_threshold(YOUNG, 10, 10)
    gc.enable()
    config = Config(
        unkind.controlled(payloads.remembering_the_path(app)),
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,  # MiniStack writes its own
        timeout_keep_alive=75,
    )
    asyncio.run(Server(config).serve(sockets=[socket.socket(fileno=options.listener)]))


if __name__ == "__main__":
    main()
