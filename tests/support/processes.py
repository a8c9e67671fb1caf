"""What the system says about a process that a test has started."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import signal
    import subprocess

    from tests.support.forked import Forked


def heeded(process: subprocess.Popen[Any] | Forked, sent: signal.Signals) -> bool:
    """Return whether a signal has reached a process, or ended it: it is no longer pending (proc(5), SigPnd, ShdPnd)."""
    if process.poll() is not None:
        return True
    try:
        status = Path(f"/proc/{process.pid}/status").read_text()
    except OSError:
        return True
    pending = [int(mask, 16) for mask in re.findall(r"^(?:SigPnd|ShdPnd):\s*([0-9a-f]+)$", status, re.MULTILINE)]
    return not any(mask >> (sent - 1) & 1 for mask in pending)
