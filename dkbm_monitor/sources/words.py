"""Text as people mean it: blanks of every kind, soft hyphens and line breaks put in order."""

from __future__ import annotations

import re

# No-break, narrow, thin, figure, en and em blanks, tab and line breaks inside a cell.
BLANKS = "\u00a0\u202f\u2007\u2009\u200a\u2002\u2003\u2008\t\n\r\x0b\x0c"
UNSEEN = "\u00ad\u200b\u200c\u200d\u2060\ufeff"  # soft hyphen, zero-width characters, byte order mark
BLANK_PATTERN = f"[ {BLANKS}]+"
UNSEEN_PATTERN = f"[{UNSEEN}]"

_TABLE = str.maketrans({**dict.fromkeys(BLANKS, " "), **dict.fromkeys(UNSEEN)})
_RUN = re.compile(" {2,}")


def clean(text: str) -> str:
    """The text without unseen characters, with single plain blanks.

    >>> clean(" Milbertshofen -  Am\\xa0Hart\\n")
    'Milbertshofen - Am Hart'
    """
    return _RUN.sub(" ", text.translate(_TABLE)).strip()
