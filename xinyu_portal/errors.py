"""The only exception of our own; everything else is Django's."""


class Conflict(Exception):
    """Yours, but not now: a wrong state, a stale version, a lost race, a reused key. Answered with 409.

    `message` is a Chinese sentence for the person; `row` is what was acted on, as it stands now.
    """

    def __init__(self, message, row=None):
        super().__init__(message)
        self.message = message
        self.row = row
