"""What a project says of its function beside the code: templates of deployment tools, Dockerfiles, versions of Python.

Nothing is run and nothing is evaluated: what only a deployment can tell stays unknown. A new kind of file is a module
here and a line below.
"""

from __future__ import annotations

from lambda_migrate.declarations import (
    cdk,
    cloudformation,
    dockerfile,
    pipfile,
    pyproject,
    python_version_file,
    serverless,
    terraform,
)
from lambda_migrate.declarations.model import Reader

READERS: tuple[Reader, ...] = (
    Reader.of(cloudformation),
    Reader.of(serverless),
    Reader.of(cdk),
    Reader.of(terraform),
    Reader.of(dockerfile),
    Reader.of(python_version_file),
    Reader.of(pipfile),
    Reader.of(pyproject),
)
"""In the order in which they are believed: what configures the function itself comes first."""
