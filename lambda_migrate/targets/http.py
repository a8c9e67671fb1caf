"""Asks a service whether it is ready, with nothing but the standard library."""

from __future__ import annotations

from urllib.parse import urlsplit

OK = 200


def answers(url: str, timeout: float = 3.0) -> str:
    """Ask once, without following redirects.

    Args:
        url: What to GET.
        timeout: Of the connection and of each read, in seconds.

    Returns:
        "" for a 200, else what is wrong in one clause.
    """
    import ssl  # noqa: PLC0415  # slow to import, and most commands only need the settings of a target
    from http.client import HTTPConnection, HTTPException, HTTPSConnection  # noqa: PLC0415  # as above

    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    connection = (
        HTTPSConnection(parts.hostname or "", port, timeout=timeout, context=ssl.create_default_context())
        if parts.scheme == "https"
        else HTTPConnection(parts.hostname or "", port, timeout=timeout)
    )
    try:
        connection.request("GET", parts.path or "/", headers={"User-Agent": "lambda-migrate"})
        status = connection.getresponse().status
    except (OSError, HTTPException) as error:
        text = str(error) or type(error).__name__
        return f"{url} cannot be reached ({text})"
    finally:
        connection.close()
    return "" if status == OK else f"{url} answered {status}"
