"""Shared fixtures: one screener for the whole run, a cache of its own, no network."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

_HOME = Path(tempfile.mkdtemp(prefix="serow-tests-"))
os.environ["SEROW_DATA"] = str(_HOME / "data")
os.environ.setdefault("SEROW_CACHE", str(Path(__file__).resolve().parent.parent / ".venv" / "serow-cache"))

settings.register_profile("serow", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow], max_examples=150)
settings.load_profile("serow")

from serow import Screener  # noqa: E402
from serow.knowledge.knowledge import Knowledge  # noqa: E402


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    return Knowledge.load()


@pytest.fixture(scope="session")
def screener() -> Screener:
    return Screener.load(second_opinion=False)
