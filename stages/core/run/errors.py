"""The one error that a user can put right: it is shown as one line, without a traceback, and the exit code is 2.

Every other exception is a defect of ours and keeps its traceback.
"""


class UserError(Exception):
    """Say what was found, where, and what to do about it, in one line."""
