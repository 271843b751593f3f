"""The base of all errors that a user can mend."""


class UserError(ValueError):
    """Something a user can put right; the message says what and how."""
