"""Runners: the same bulk function driven over many parts."""
