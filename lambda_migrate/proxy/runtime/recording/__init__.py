"""Records a sample of the events that the original answers. Imported only where recording is on."""

from __future__ import annotations

from functools import partial

from .recorder import Recorder, ToLog
from .settings import read

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from ..settings import ProxySettings
    from ..telemetry import Telemetry
    from .recorder import Sink
    from .settings import RecordSettings


def start(
    original: Callable[[Any, Any], Any],
    settings: ProxySettings,
    telemetry: Telemetry,
    version: str,
    write: Callable[[str], None],
) -> tuple[Callable[[Any, Any], Any], Callable[[Any, Any], Any]]:
    """Return what answers in the original's place, by asking it, and records: what passes through, and what fell back.

    What fell back is not mirrored: the service cannot be reached, and is to be left alone.

    Raises:
        SettingsError: What is to be recorded is written wrongly.
    """
    wanted = read(settings.record)
    mirror = None
    if wanted.mirror and settings.host:
        from ..connection import Service  # noqa: PLC0415  # sockets are not needed where nothing is sent
        from .mirror import Mirror  # noqa: PLC0415  # as above

        mirror = Mirror(settings, Service(settings))
    recorder = Recorder(wanted, _sink(wanted, write), telemetry, version, mirror)
    return partial(recorder.through, original), partial(recorder.through, original, mirrored=False)


def _sink(wanted: RecordSettings, write: Callable[[str], None]) -> Sink:
    if not wanted.bucket:
        return ToLog(write)
    from .bucket import ToBucket  # noqa: PLC0415  # most write to the log

    return ToBucket(wanted)
