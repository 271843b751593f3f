"""Find the words of the lexicon in a folded listing and settle which of them stand."""

from __future__ import annotations

from serow.detect.accents import compare, disguise
from serow.detect.language import Languages
from serow.detect.mention import Mention
from serow.detect.source import Source
from serow.knowledge.knowledge import Entry, Knowledge
from serow.knowledge.lexicon import TRIGGER_KINDS
from serow.text.fold import Folded
from serow.text.kernel import SPACE, TYPO

_SHORT, _LONG = 4, 9
_EXCLUSIVE = ("product", "real", "claim")


def triggered(folded: Folded, knowledge: Knowledge) -> bool:
    """Whether anything in the text could start an accusation; without that the listing is assessed as empty."""
    hits: list[int] = []
    knowledge.trigger_scan.scan(folded.data, match_event_handler=lambda i, *_: hits.append(i))
    return bool(hits)


def find_terms(folded: Folded, source: Source, knowledge: Knowledge, languages: Languages) -> list[Mention]:
    """All mentions in reading order; names overlapped by a trap are cancelled, those inside a longer name are gone.

    Weak or short names of languages that the text is not in are passed over; cues count in the likely ones and those of its names.
    """
    hits = _hits(folded, knowledge)
    found: dict[tuple[int, int, int], Mention] = {}
    for hit in hits:
        if hit[2] in knowledge.triggers:
            _add_readings(found, folded, source, knowledge, hit, languages, None)
    if not found:
        return []
    spoken = languages.cues | {m.row.language for m in found.values() if m.strength == "strong"}
    for hit in hits:
        _add_readings(found, folded, source, knowledge, hit, languages, spoken)
    return _settle(sorted(found.values(), key=lambda m: (m.start, -m.end)))


def _add_readings(
    found: dict[tuple[int, int, int], Mention],
    folded: Folded,
    source: Source,
    knowledge: Knowledge,
    hit: tuple[int, int, int],
    languages: Languages,
    spoken: frozenset[str] | None,
) -> None:
    """Add what a hit may be read as: names while ``spoken`` is None, then cues of the languages spoken and ordinary words for names."""
    start, end, literal = hit
    rows = knowledge.rows
    entries = knowledge.entries[literal]
    if spoken is None:
        chosen = [e for e in entries if rows[e.row].kind in TRIGGER_KINDS]
    else:
        names = literal not in knowledge.triggers
        chosen = [e for e in entries if (names if rows[e.row].kind in TRIGGER_KINDS else rows[e.row].language in spoken)]
    if not chosen:
        return
    marker = folded.marker(start)
    span = _span(folded, source, start, end, marker)
    if "\n" in source.text[span[0] : span[1]]:
        return
    particle = _particle(folded, start)
    for entry in chosen:
        allowed = knowledge.particles(rows[entry.row].language) if particle else None
        if allowed is None or particle in allowed:
            _add(found, source, knowledge, entry, literal, span, marker, languages.names)


def _hits(folded: Folded, knowledge: Knowledge) -> list[tuple[int, int, int]]:
    """Start and end in the folded bytes, boundary signs not counted, and the literal's index."""
    raw: list[tuple[int, int]] = []
    knowledge.full_scan.scan(folded.data, match_event_handler=lambda i, _s, end, _f, _c: raw.append((i, end)))
    hits = []
    for index, end in raw:
        literal = knowledge.literals[index]
        start = end - len(literal)
        hits.append((start + (literal[0] == SPACE), end - (literal[-1] == SPACE), index))
    return hits


def _span(folded: Folded, source: Source, start: int, end: int, marker: int) -> tuple[int, int]:
    """The span in the joined text, in characters, up to the end of a word that goes on."""
    data = folded.data
    stop = end
    if data[end - 1] < 0xE0:  # spaced scripts: a star or a typo may stop short of the word's end
        while stop < len(data) and data[stop] > SPACE and data[stop] < 0xE0:
            stop += 1
    first, last = int(folded.origins[start]), int(folded.origins[stop - 1])
    if source.char_at is not None:
        first, last = int(source.char_at[first]), int(source.char_at[last])
    last += 1
    if marker == TYPO:
        while last < len(source.text) and source.text[last].isalpha():
            last += 1
    return first, last


def _add(
    found: dict[tuple[int, int, int], Mention],
    source: Source,
    knowledge: Knowledge,
    entry: Entry,
    literal: int,
    span: tuple[int, int],
    marker: int,
    languages: frozenset[str] | None,
) -> None:
    row = knowledge.rows[entry.row]
    strength = row.strength
    foreign = languages is not None and row.language not in languages
    if foreign and (strength == "weak" or marker == TYPO or len(entry.surface) <= _SHORT):
        return
    if marker == TYPO and len(entry.surface) < _LONG:
        strength = "weak"
    quote = source.text[span[0] : span[1]]
    accents = "same" if entry.surface.endswith("*") else compare(quote, entry.surface)
    tonal = "accents" in knowledge.languages.get(row.language, {})
    if accents == "other" and (tonal or len(entry.surface) <= _SHORT or row.strength == "weak"):
        return
    if accents == "missing" and tonal:
        if _has_tones(source.text) or (" " not in entry.surface and (languages is None or row.language not in languages)):
            return
        if len(entry.surface) <= 6:
            strength = "weak"
    key = (span[0], span[1], entry.row)
    known = found.get(key)
    if known is not None and known.marker <= marker:
        return
    mention = Mention(span[0], span[1], row, strength, marker, literal)
    mention.evasion = mention.evasion or disguise(quote)
    found[key] = mention


def _has_tones(text: str) -> bool:
    return any(0x1EA0 <= ord(char) <= 0x1EF9 or char in "ăâđêôơưĂÂĐÊÔƠƯ" for char in text)


def _particle(folded: Folded, start: int) -> bytes:
    """The letters of the same word that stand before a match in a spaced script of two-byte letters (Arabic)."""
    data, first = folded.data, start
    while data[first - 1] > SPACE and 0x80 <= data[start] < 0xE0:
        first -= 1
    return data[first:start]


def _settle(mentions: list[Mention]) -> list[Mention]:
    """Longest first: a trap cancels the names it overlaps, a longer name swallows those within it."""
    traps = [m for m in mentions if m.kind == "trap"]
    names = sorted((m for m in mentions if m.is_name), key=lambda m: m.start - m.end)
    kept: list[Mention] = []
    for name in names:
        for trap in traps:
            inside = trap.start <= name.start and name.end <= trap.end
            longer = trap.end - trap.start > name.end - name.start and trap.start < name.end and name.start < trap.end
            if inside or longer:
                name.cancelled_by = trap.row.concept
                break
        swallowed = any(
            k.start <= name.start
            and name.end <= k.end
            and (k.end - k.start > name.end - name.start or (k.row.concept == name.row.concept and k.kind == name.kind))
            for k in kept
        )
        if not swallowed:
            kept.append(name)
    others = [m for m in mentions if not m.is_name and not _covered(m, kept, traps)]
    return sorted([*kept, *others], key=lambda m: (m.start, -m.end))


def _covered(mention: Mention, names: list[Mention], traps: list[Mention]) -> bool:
    """Whether a product or authenticity word is only a part of a name or a trap."""
    if mention.kind not in _EXCLUSIVE:
        return False
    return any(t.start <= mention.start and mention.end <= t.end for t in traps) or any(
        n.start <= mention.start and mention.end <= n.end and n.end - n.start >= mention.end - mention.start
        for n in names
        if n.kind != "taxon" or n.end - n.start > mention.end - mention.start
    )
