"""In the place of bcrypt, which has no wheel for the tab's Python: as quick as it is weak.

Nobody attacks the passwords of a world, and no trace shows them or their hashes.
"""

import base64
import hashlib

SALT = 29  # characters: version, rounds and salt


def gensalt(rounds: int = 12, prefix: bytes = b"2b") -> bytes:
    """Return a salt; a world has its own in the place of this one."""
    return b"$%s$%02d$%s" % (prefix, rounds, b"." * 22)


def hashpw(password: bytes, salt: bytes) -> bytes:
    """Return the hash of a password, which begins with its salt."""
    mixed = hashlib.sha256(salt[:SALT] + password).digest()
    return salt[:SALT] + base64.b64encode(mixed, b"./")[:31]


def checkpw(password: bytes, hashed: bytes) -> bool:
    """Tell whether this is the hash of that password."""
    return hashpw(password, hashed) == hashed
