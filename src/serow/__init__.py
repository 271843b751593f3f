"""Serow finds illegal wildlife trade online and says why: ``Screener.load().screen(Listing(title="…"))``."""

__version__ = "0.1.0"

from serow.model import Assessment, Decision, Finding, Listing
from serow.screener import Screener

__all__ = ["Assessment", "Decision", "Finding", "Listing", "Screener"]
