"""What the sandbox adds to MiniStack's execution environments, which are processes of this machine.

Loaded by :mod:`lambda_migrate.sandbox.ministack.additions`.

- **Code is unpacked once** and linked into each environment; what may be run may be run.
- **A start that hangs is ended**, so that its environment is not held for ever.
- **Exceptions** of the handler end neither its environment nor its type: AWS names the class in ``errorType``.
- **Duration** is that of the handler, without the start of its environment.
- **The AWS Lambda Web Adapter**: where its layer is on a function, a stand-in starts the function's script and makes an
  HTTP request of each event (:mod:`lambda_migrate.sandbox.web_adapter`).
- **Container images** that start the runtime interface client, or an application beside the adapter, are started as
  they say (:mod:`lambda_migrate.sandbox.container`).
- **The VPC**: addresses of `VPC` lead to this machine, and from nowhere else anywhere.
- **Output** is complete where the environment says that the handler has ended: what was printed belongs to its
  invocation, however late it is read. MiniStack takes a pause for the end.
"""

from __future__ import annotations

import hashlib
import queue
import tempfile
import threading
import time
import zipfile
from contextlib import suppress
from contextvars import ContextVar
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

if TYPE_CHECKING:
    from collections.abc import Callable

START_DEADLINE = 60.0
"""Seconds that the start of an environment may take; AWS gives it 10 s, on machines that nobody else uses."""

milliseconds: ContextVar[float] = ContextVar("milliseconds", default=0.0)
"""How long the handler took in the last invocation of this thread."""

_raised: ContextVar[str] = ContextVar("raised", default="")
_unpacking = threading.Lock()

_AFTER_EXCEPTION = '{"status": "error", "error": str(e), "trace": traceback.format_exc()}'
_TELLING_EXCEPTION = '{"status": "ok", "raised": type(e).__name__, "error": str(e), "trace": traceback.format_exc()}'
_END = "\x1eend of the invocation"
_AFTER_ANSWER = ') + "\\n")\n        _real_stdout.flush()'
_TELLING_END = f'{_AFTER_ANSWER}\n        sys.__stderr__.flush(); os.write(2, b"{_END}\\n")'
VPC = "127.77."
"""How the addresses begin that functions alone reach, as those of an internal load balancer: nothing listens there."""

_FIRST_IMPORTS = "import sys, json, importlib, traceback, os, time\n"
_REACHING_THE_VPC = f"""import socket
_anywhere = socket.getaddrinfo
def _from_inside(host, *arguments, **options):
    inside = isinstance(host, str) and host.startswith({VPC!r})
    return _anywhere("127.0.0.1" if inside else host, *arguments, **options)
socket.getaddrinfo = _from_inside
"""
_LOADING = """        mod = importlib.import_module(module_name)
        handler_fn = getattr(mod, handler_name)
"""
_LOADING_OR_STARTING = """        _image = os.environ.pop("_SANDBOX_IMAGE", "")
        _layers = os.environ.get("_LAMBDA_LAYERS_DIRS", "").split(os.pathsep)[::-1]
        if _image:
            from lambda_migrate.sandbox import container
            handler_fn = container.started(os.environ, code_dir, json.loads(_image))
        elif any(os.path.isfile(os.path.join(_ld, "extensions", "lambda-adapter")) for _ld in _layers):
            from lambda_migrate.sandbox import web_adapter
            _script = module_name.replace(".", "/") + "." + handler_name
            handler_fn = web_adapter.started(os.environ, _layers, _script, [sys.executable, "bootstrap.py"])
        else:
            mod = importlib.import_module(module_name)
            handler_fn = getattr(mod, handler_name)
"""
_OUTPUT_DEADLINE = 10.0
"""Seconds until the output of an invocation is taken as it is."""


def install() -> None:
    """Add everything to the MiniStack of this process."""
    lambda_runtime.zipfile = SimpleNamespace(
        ZipFile=_UnpackedOnce, BadZipFile=zipfile.BadZipFile, LargeFileError=zipfile.LargeZipFile
    )
    lambda_runtime._PYTHON_WORKER_SCRIPT = _outliving_exceptions(lambda_runtime._PYTHON_WORKER_SCRIPT)
    lambda_runtime.Worker.invoke = _timed(lambda_runtime.Worker.invoke)
    lambda_svc._execute_function_warm = _naming_the_exception(lambda_svc._execute_function_warm)
    lambda_runtime.Worker._drain_stderr_bounded = _to_its_end(lambda_runtime.Worker._drain_stderr_bounded)


class _UnpackedOnce(zipfile.ZipFile):
    """A zip whose content is unpacked once, beside the environments, and linked to from each of them."""

    def extractall(self, path: Any = None, *_members: Any, **_options: Any) -> None:
        """Link everything at the top of the archive into a directory."""
        digest = hashlib.sha256(Path(str(self.filename)).read_bytes()).hexdigest()
        unpacked = Path(tempfile.gettempdir()) / "unpacked" / digest
        with _unpacking:
            if not unpacked.exists():
                fresh = unpacked.with_suffix(".fresh")
                fresh.mkdir(parents=True, exist_ok=True)  # an empty archive makes none
                super().extractall(fresh)
                for entry in self.infolist():  # which Python does not look at, and Lambda does
                    if entry.external_attr >> 16 & 0o111:
                        (fresh / entry.filename).chmod(0o755)
                fresh.rename(unpacked)
        for unpacked_entry in unpacked.iterdir():
            (Path(path) / unpacked_entry.name).symlink_to(unpacked_entry)


def _timed(original: Callable[..., Any]) -> Callable[..., Any]:
    """Measure what AWS calls the duration: the handler, without the start of its environment. Tell of exceptions."""

    def invoke(worker: Any, *arguments: Any, **options: Any) -> Any:
        ensure_started(worker)
        started = time.monotonic()
        try:
            response = original(worker, *arguments, **options)
        finally:
            milliseconds.set(1000 * (time.monotonic() - started))
        _raised.set(response.get("raised", ""))
        return {**response, "status": "error"} if "raised" in response else response

    return invoke


def ensure_started(worker: Any, deadline: float = START_DEADLINE) -> None:
    """Start an environment that does not run.

    Args:
        worker: MiniStack's worker.
        deadline: Seconds after which a start that hangs is ended.

    Raises:
        RuntimeError: It did not start.
    """
    if worker._proc is not None and worker._proc.poll() is None:
        return
    timer = threading.Timer(deadline, lambda: worker._proc and worker._proc.kill())
    timer.daemon = True
    timer.start()
    try:
        lambda_runtime.ensure_spawned(worker)
    finally:
        timer.cancel()


def _outliving_exceptions(script: str) -> str:
    """MiniStack ends an environment that tells of a failure, so what runs in it must tell of exceptions otherwise."""
    if _AFTER_EXCEPTION not in script:
        raise RuntimeError("this MiniStack reports exceptions in another way than 1.5.33")
    if _FIRST_IMPORTS not in script:
        raise RuntimeError("this MiniStack starts in another way than 1.5.33")
    if _LOADING not in script:
        raise RuntimeError("this MiniStack loads handlers in another way than 1.5.33")
    script = script.replace(_LOADING, _LOADING_OR_STARTING, 1)
    told = script.replace(_AFTER_EXCEPTION, _TELLING_EXCEPTION)
    told = told.replace(_FIRST_IMPORTS, _FIRST_IMPORTS + _REACHING_THE_VPC, 1)
    if _TELLING_EXCEPTION + _AFTER_ANSWER not in told:
        raise RuntimeError("this MiniStack answers in another way than 1.5.33")
    return told.replace(_TELLING_EXCEPTION + _AFTER_ANSWER, _TELLING_EXCEPTION + _TELLING_END)


def _to_its_end(original: Callable[..., str]) -> Callable[..., str]:
    """What an environment of Python prints is read up to the end of the invocation, or of the environment."""

    def drain(worker: Any, **options: Any) -> str:
        if not worker.config.get("Runtime", "").startswith("python"):
            return original(worker, **options)
        if worker._proc is None:
            worker._stderr_thread.join(_OUTPUT_DEADLINE)
            return str(worker._drain_stderr())
        lines, deadline = [], time.monotonic() + _OUTPUT_DEADLINE
        with suppress(queue.Empty):
            while True:
                line, ended, _ = worker._stderr_queue.get(timeout=max(0.0, deadline - time.monotonic())).partition(_END)
                if line or not ended:
                    lines.append(line)
                if ended:
                    break
        return "\n".join(lines)

    return drain


def _naming_the_exception(original: Callable[..., Any]) -> Callable[..., Any]:
    def execute(*arguments: Any) -> Any:
        _raised.set("")
        result = original(*arguments)
        if result.get("error") and _raised.get():
            result["body"]["errorType"] = _raised.get()
        return result

    return execute
