"""The fold: one normaliser that undoes disguises and keeps the way back to the seller's own text."""

from serow.text.fold import Folded, Folder, Spelling

__all__ = ["Folded", "Folder", "Spelling"]
