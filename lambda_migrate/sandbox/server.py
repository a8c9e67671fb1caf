"""The process of the embedded AWS: MiniStack plus our additions, on a socket that the parent has bound.

Run by :mod:`lambda_migrate.sandbox.embedded_aws` only. The parent binds the socket, so that no other
process can take the port in between.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import threading


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

    from hypercorn.asyncio import serve  # noqa: PLC0415  # the lifeline is watched before anything slow
    from hypercorn.config import Config  # noqa: PLC0415  # as above
    from ministack.app import app  # noqa: PLC0415  # as above; reads its settings from the environment on import

    from lambda_migrate.sandbox.ministack import additions, payloads, unkind  # noqa: PLC0415  # after MiniStack, which they change

    additions.install()
    config = Config()
    config.bind = [f"fd://{options.listener}"]
    config.keep_alive_timeout = 75
    asyncio.run(serve(unkind.controlled(payloads.remembering_the_path(app)), config))


if __name__ == "__main__":
    main()
