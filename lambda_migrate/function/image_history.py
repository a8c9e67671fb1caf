"""How an image was built, as far as its configuration tells: the steps of its Dockerfile.

Each builder leaves what it did in `history` ("Image Configuration", OCI image specification): BuildKit as it stands in
the Dockerfile, the builder before it as a command of a shell.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from lambda_migrate.function.image import environment
from lambda_migrate.proxy.runtime.recording.redaction import Redaction

if TYPE_CHECKING:
    from collections.abc import Mapping

_NOTHING_RUN = re.compile(r"^/bin/sh -c #\(nop\)\s+")
_SHELL = re.compile(r"^(?:RUN )?(?:\|\d+ (?:\S+=\S* )*)?/bin/sh -c ")
_BUILDKIT = re.compile(r"\s*# buildkit$")
_ENDS_A_BASE = (
    re.compile(r"^ENTRYPOINT \[\s*\"/lambda-entrypoint\.sh\"\s*\]$"),
    re.compile(r"^CMD \[\s*\"python3?\"\s*\]$"),
)
"""The last step of AWS's base image, and of Python's: what comes behind it is the owner's."""

_OURS = "lambda-migrate: "
_SECRETS = Redaction()
_OF_BUILDS = re.compile(
    r"PATH|HOME|LANG|LC_ALL|TZ|GPG_KEY|LD_LIBRARY_PATH|VIRTUAL_ENV|DEBIAN_FRONTEND|SSL_CERT_(?:FILE|DIR)"
    r"|(?:LAMBDA_|PYTHON|PIP_|UV_|POETRY_|AWS_(?!LWA_)).*"
)


def steps(config: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the steps of the owner's Dockerfile, in their order; those of a base image that is known are left out.

    Values of arguments and variables, and passwords in addresses, may be secrets: what looks like one is redacted.

    Args:
        config: The image's configuration.
    """
    told = [str(each.get("created_by") or "") for each in config.get("history") or () if isinstance(each, dict)]
    written = [_step(each) for each in told if each and not each.startswith(_OURS)]
    ends = [number for number, step in enumerate(written) if any(each.match(step) for each in _ENDS_A_BASE)]
    return tuple(str(_SECRETS.answer(each)) for each in (written[ends[-1] + 1 :] if ends else written))


def _step(text: str) -> str:
    """Return what one builder or the other has left as a line of a Dockerfile."""
    text = _BUILDKIT.sub("", " ".join(text.split()))
    if _NOTHING_RUN.match(text):
        return _NOTHING_RUN.sub("", text)
    return _SHELL.sub("RUN ", text) if _SHELL.match(text) else text


def variables(config: Mapping[str, Any]) -> dict[str, str]:
    """Return the variables that the image sets for the application, without those of base images and builders."""
    return {name: value for name, value in environment(config).items() if not _OF_BUILDS.fullmatch(name)}


def folder(config: Mapping[str, Any], overridden: Mapping[str, Any]) -> str:
    """Return the folder that the function is started in.

    Args:
        config: The image's configuration.
        overridden: What the function sets in its place.
    """
    own = (config.get("config") or {}).get("WorkingDir")
    return str(overridden.get("WorkingDirectory") or own or "/")


def read(config: str) -> dict[str, Any]:
    """Return a configuration; an empty one for what is not a JSON object."""
    try:
        document = json.loads(config)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}
