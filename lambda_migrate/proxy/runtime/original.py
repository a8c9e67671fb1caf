"""The function's original handler, in front of which the proxy stands."""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


class Original:
    """Calls the original handler, imported on first use.

    Args:
        name: `module.function`, as the function's handler was configured; `/` may stand for `.` in the module.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._function: Callable[[Any, Any], Any] | None = None

    def __call__(self, event: Any, context: Any) -> Any:
        """Run the original handler; whatever it raises is the caller's."""
        if self._function is None:
            self._function = self._load()
        return self._function(event, context)

    def prepare(self) -> None:
        """Import it now, where it is sure to be used: Lambda's init phase has a whole processor and time to spare.

        If it cannot be imported, its first use will say so.
        """
        try:
            self._function = self._load()
        except Exception:  # noqa: BLE001  # anything may happen in a module; the first use raises it to the caller
            self._function = None

    def _load(self) -> Callable[[Any, Any], Any]:
        module, _, function = self._name.rpartition(".")
        handler: Callable[[Any, Any], Any] = getattr(import_module(module.replace("/", ".")), function)
        return handler
