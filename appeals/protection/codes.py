"""Query codes: ten letters and digits, none of which looks like another, by which an anonymous appeal is read.

A code is made of the submit key and the index key (HMAC), and neither of the two stands in the row: of both only
other HMACs do. So whoever sends the same once more, because the first answer was lost, is shown the same code, and
nobody can work a code out from the database, not even with the index key. The price: a code is as hard to guess as
the key that was sent along. The page draws it at random (uuid4); who writes to the API must do the same.
"""

import re
import uuid

from accounts.codes import ALPHABET, normalise
from xinyu_portal import seal

LENGTH = 10
_CODE = re.compile(f"[{ALPHABET}]{{{LENGTH}}}")


def of_key(submit_key):
    """The code that belongs to a submit key (UUID)."""
    number, letters = int(seal.index(submit_key, purpose="query-code"), 16), []
    for _ in range(LENGTH):
        number, place = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[place])
    return "".join(letters)


def kept_key(submit_key):
    """What stands in the row in place of a submit key (UUID); another UUID."""
    return uuid.UUID(seal.index(submit_key, purpose="anonymous-submit")[:32])


def index(code):
    """What the row keeps of a code."""
    return seal.index(code, purpose="query-code-index")


def read(text):
    """The code as it is made, of what somebody typed; None of what can be none."""
    code = normalise(text)
    return code if _CODE.fullmatch(code) else None


def shown(code):
    """Two groups of five."""
    return f"{code[:5]}-{code[5:]}"
