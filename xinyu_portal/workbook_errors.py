"""What is wrong with a file or a cell: one Chinese sentence, ready to be shown."""


class Refused(Exception):
    """The whole file is not taken. `str(error)` says what is wrong and what to do."""


class Unreadable(ValueError):
    """A filled cell cannot be read. `str(error)` goes on after the name of the column: “粉丝量”应为…"""
