"""Reads text files of other tools: UTF-8, or what the byte order mark says.

PowerShell writes UTF-16 where ``>`` makes a file, so ``pip freeze > requirements.txt`` is in it.
"""

from __future__ import annotations

import codecs

MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def decoded(content: bytes, errors: str = "strict") -> str:
    r"""Return a text, with ``\n`` at the end of each line.

    Args:
        content: Its bytes.
        errors: What becomes of bytes that are not text: ``strict`` or ``replace``.

    Raises:
        UnicodeDecodeError: They are not text, and `errors` is ``strict``.
    """
    encoding = next((name for mark, name in MARKS if content.startswith(mark)), "utf-8")
    return content.decode(encoding, errors).replace("\r\n", "\n").replace("\r", "\n")
