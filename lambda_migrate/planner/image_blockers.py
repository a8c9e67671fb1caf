"""What blocks a container image: the proxy cannot be added to it, or what starts its handler is unknown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lambda_migrate.function.documents import WRAPPER as EXEC_WRAPPER
from lambda_migrate.function.image import BASE, SCRIPT
from lambda_migrate.gates import exec_wrapper, image_entrypoint, image_package, image_repository, unread
from lambda_migrate.gates import runtime as runtime_gate
from lambda_migrate.gates.gate import closed
from lambda_migrate.inventory.model import IMAGE
from lambda_migrate.proxy import image

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.engine.blocker import Blocker
    from lambda_migrate.function.image import Image
    from lambda_migrate.function.model import Function
    from lambda_migrate.inventory import Inventory

OLDEST_PYTHON = 9
"""The proxy runs on python3.9 and newer."""

PROVEN_WRAPPERS = frozenset({"/opt/otel-instrument", "/opt/otel-handler", "/opt/datadog_wrapper"})
"""Scripts under which the proxy has been tried: they trace whatever handler is configured, or only set variables.

https://github.com/open-telemetry/opentelemetry-lambda
https://github.com/DataDog/datadog-lambda-extension
"""


def of_image(inventory: Inventory) -> Iterator[Blocker]:
    """Yield why a function's container image cannot carry the proxy."""
    deployed = inventory.image
    if deployed is None:
        yield closed(image_package, "AWS does not say which ECR image it runs")
        return
    if f":{deployed.home[:12]}:" not in inventory.function.arn:
        text = f"its image is in the registry of account {deployed.registry}"
        made = f"aws ecr create-repository --repository-name {deployed.name}"
        if deployed.manifest:
            more = f"and the function's own has no repository `{deployed.name}` for a copy of it; make one (`{made}`)"
        else:
            more = (
                "and cannot be read; its repository has to allow `ecr:BatchGetImage` and `ecr:GetDownloadUrlForLayer`"
            )
        yield closed(image_repository, f"{text}, {more}")
        return
    if deployed.unread:
        text = f"its image `{deployed.name}` cannot be read: {deployed.unread}; allow it to be read, or replace it"
        yield closed(unread, text, IMAGE, acceptable=False)
        return
    if not deployed.manifest:
        yield closed(image_package, f"its image is in region `{deployed.region}`, and the function in another")
        return
    try:
        image.derive(deployed.manifest, deployed.media_type, deployed.config, on_path=deployed.on_path)
    except image.CannotDeriveError as reason:
        yield closed(image_package, f"the proxy's layer cannot be added to its image `{deployed.name}`: {reason}")
        return
    yield from _of_start(deployed, inventory.function)


def _of_start(deployed: Image, function: Function) -> Iterator[Blocker]:
    """Yield why what an image starts cannot be replaced by the proxy."""
    started = deployed.start
    if started.kind in ("", SCRIPT):
        known = started.kind == SCRIPT
        text = f"`{started.written}` starts its image, and the proxy does not know that program"
        if not started.entry_point and not started.command:
            text = "its image has neither an entry point nor a command, so that nothing starts its handler"
        more = f"; accept it if that passes `{started.handler}` to `awslambdaric`" if known else ""
        yield closed(image_entrypoint, text + more, acceptable=known)
    wrapper = deployed.variables.get(EXEC_WRAPPER, "")
    if wrapper and started.kind == BASE and not function.exec_wrapper and wrapper not in PROVEN_WRAPPERS:
        yield closed(
            exec_wrapper, f"`{wrapper}`, which its image names, starts its runtime, and may replace the handler"
        )
    python = re.match(r"3\.(\d+)", deployed.python)
    if python and int(python[1]) < OLDEST_PYTHON:
        yield closed(
            runtime_gate, f"its image has Python {deployed.python}; the proxy needs 3.{OLDEST_PYTHON} or newer"
        )
