"""Calls that requests do without: they say something, or only read."""

from __future__ import annotations

# Calls that say something and change nothing, and those that only read.
SAYS = frozenset({"print", "debug", "info", "warning", "warn", "error", "exception", "critical", "log", "append_keys"})
READS = frozenset(
    {
        "get", "dumps", "loads", "str", "len", "int", "bool", "dict", "list", "lower", "upper", "strip", "split",
        "items", "keys", "values", "copy", "deepcopy", "time", "perf_counter", "monotonic", "now", "utcnow",
        "isinstance", "getattr", "format", "join", "startswith", "endswith", "get_remaining_time_in_millis",
        "set_event_loop", "new_event_loop", "get_event_loop", "getLogger", "isoformat", "round", "Mangum",
        "get_running_loop", "repr", "hasattr", "type", "uuid4", "any", "all", "vars", "dir", "sorted", "set", "tuple",
        "float", "sum", "min", "max", "enumerate", "zip", "range", "partition", "rpartition", "encode", "decode",
        "b64decode", "urlparse", "parse_qs", "getenv", "getcwd", "uname", "getpid", "gethostname", "format_exc",
        "timestamp", "strftime", "is_closed", "is_running",
    }
)  # fmt: skip
