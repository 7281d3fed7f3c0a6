"""One name for many texts: equal texts give the same, and paths may hold any bytes.

Must not be used for anything secret. Callers may rely on this: the name is the same on every machine and in
every version, because users keep some of them in files.
"""

from hashlib import sha256


def hash_of(*texts: str) -> str:
    """The name of these texts in their order (64 hex digits); bytes that are not UTF-8 are surrogates."""
    return sha256("\0".join(texts).encode(errors="surrogateescape")).hexdigest()
