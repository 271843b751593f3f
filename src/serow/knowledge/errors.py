"""The one error that a broken data or policy file raises."""

from __future__ import annotations

from serow.errors import UserError


class DataError(UserError):
    """A data or policy file is not right: names file, line (1-based, 0 where unknown), reason and remedy."""

    def __init__(self, file: str, line: int, reason: str, remedy: str) -> None:
        self.file, self.line, self.reason, self.remedy = file, line, reason, remedy
        place = f"{file}:{line}" if line else file
        super().__init__(f"{place}: {reason}. {remedy}")
