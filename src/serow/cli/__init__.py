"""The command line: thin, without domain logic."""

from serow.cli.main import main

__all__ = ["main"]
