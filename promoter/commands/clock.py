"""The present, for whatever a command writes down or compares with a date.

Must not depend on any command: who only needs the time loads nothing else. It is always aware and in UTC.
"""

import time
from datetime import UTC, datetime


def now() -> datetime:
    """The present, aware, in UTC."""
    return datetime.fromtimestamp(time.time(), UTC)
