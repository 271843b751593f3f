"""The fold itself: loops over bytes that run compiled by numba and, unchanged, as plain Python.

Everything here is written in the common subset: indexable buffers, small integers, no objects. Compiled, the buffers are
numpy arrays; uncompiled they may be ``bytes``, ``bytearray`` and lists. Hash arithmetic stays below 2**62 so that both agree.

The folded text of one listing is ``b" word word "`` (the main rendition, ending in a space), followed by further renditions of
the places where something was hidden. Each of those starts with a marker byte that names what had to be undone.
"""

from __future__ import annotations

from typing import Any

# classes of a code point
GAP, LETTER, DIGIT, UNSPACED, SYMBOL, INVISIBLE, JOINER, DOT, STOP = 0, 1, 2, 3, 4, 5, 6, 7, 8

# marker bytes that open a rendition
LEET_I, LEET_L, TO_LATIN, TO_CYRILLIC, REPEATED, TYPO, SPACED, DOTTED, CAMEL, HASHTAG, SPLIT = range(1, 12)
SPACE = 0x20
ASCII_LETTER = 1 << 30

# token flags
F_LETTER, F_DIGIT, F_JOINER, F_LATIN, F_CYRILLIC, F_GREEK, F_REPEAT, F_HASHTAG, F_UNSPACED, F_OTHER, F_CAMEL, F_SYMBOL, F_ONE, F_MIXED, F_SINGLE, F_TORN = (
    1,
    2,
    4,
    8,
    16,
    32,
    64,
    128,
    256,
    512,
    1024,
    2048,
    4096,
    8192,
    16384,
    32768,
)
_HOMOGLYPH = F_CYRILLIC | F_GREEK

# gap flags, about what stands before a token
G_SPACE, G_STOP, G_DOT, G_OTHER = 1, 2, 4, 8

HASH_MASK = (1 << 31) - 1
HASH_BASE = 1000003
BITMAP_MASK = (1 << 21) - 1
TYPO_MIN, TYPO_MAX = 6, 20
PART_MIN = 4
EDGE_MASK = (1 << 20) - 1
RENDITION_WINDOW = 2


def decode(src: Any, i: int, end: int) -> tuple[int, int]:
    """One code point at byte ``i``; a malformed byte counts as U+FFFD of length one."""
    b = int(src[i])
    if b < 0x80:
        return b, 1
    if b >= 0xC2 and b < 0xE0 and i + 1 < end:
        c = int(src[i + 1])
        if c & 0xC0 == 0x80:
            return ((b & 0x1F) << 6) | (c & 0x3F), 2
    elif b >= 0xE0 and b < 0xF0 and i + 2 < end:
        c, d = int(src[i + 1]), int(src[i + 2])
        if c & 0xC0 == 0x80 and d & 0xC0 == 0x80:
            cp = ((b & 0x0F) << 12) | ((c & 0x3F) << 6) | (d & 0x3F)
            if cp >= 0x800 and not (cp >= 0xD800 and cp < 0xE000):
                return cp, 3
    elif b >= 0xF0 and b < 0xF5 and i + 3 < end:
        c, d, e = int(src[i + 1]), int(src[i + 2]), int(src[i + 3])
        if c & 0xC0 == 0x80 and d & 0xC0 == 0x80 and e & 0xC0 == 0x80:
            cp = ((b & 0x07) << 18) | ((c & 0x3F) << 12) | ((d & 0x3F) << 6) | (e & 0x3F)
            if cp >= 0x10000 and cp < 0x110000:
                return cp, 4
    return 0xFFFD, 1


def emit(cp: int, at: int, origin: int, out: Any, origins: Any) -> int:
    """Write ``cp`` as UTF-8 at ``at`` and return the next free place."""
    if cp < 0x80:
        out[at] = cp
        origins[at] = origin
        return at + 1
    if cp < 0x800:
        out[at], out[at + 1] = 0xC0 | (cp >> 6), 0x80 | (cp & 0x3F)
        origins[at] = origins[at + 1] = origin
        return at + 2
    out[at], out[at + 1], out[at + 2] = 0xE0 | (cp >> 12), 0x80 | ((cp >> 6) & 0x3F), 0x80 | (cp & 0x3F)
    origins[at] = origins[at + 1] = origins[at + 2] = origin
    return at + 3


def copy(start: int, end: int, at: int, out: Any, origins: Any) -> int:
    """Append the folded bytes ``start:end`` again at ``at``."""
    for k in range(start, end):
        out[at] = out[k]
        origins[at] = origins[k]
        at += 1
    return at


def leet_letter(b: int, one: int, leet: Any) -> int:
    """The letter a digit or sign stands for, ``b`` itself for others; ``one`` is what 1, ! and | mean this time."""
    letter = int(leet[b])
    if letter == 0:
        return b
    if letter == 0x69:
        return one
    return letter


def is_leet(t: int, out: Any, tokens: Any) -> bool:
    """Whether token ``t`` looks like a word with digits or signs in place of letters, not like "10cm", "ps4" or "KP25499XS"."""
    flags, chars, digits = int(tokens[t * 7 + 2]), int(tokens[t * 7 + 3]), int(tokens[t * 7 + 4])
    if flags & (F_LATIN | F_CYRILLIC) == 0 or flags & F_DIGIT == 0 or chars < 4 or chars > 24 or digits * 3 > chars * 2 or chars - digits < 2:
        return False
    changes, run, longest, before = 0, 0, 0, -1
    start, end = int(tokens[t * 7]), int(tokens[t * 7 + 1])
    for k in range(start, end):
        b = int(out[k])
        digit = 0 if b >= 0x61 else 1
        if digit != before:
            changes += 1
            run = 0
        run += 1
        if digit and run > longest:
            longest = run
        before = digit
    if longest > 2:
        return False
    if changes == 2:
        return longest == 1 and (chars >= 5 if before == 0 else chars == 4)
    return changes > 2


def note_token(tokens: Any, t: int, start: int, end: int, flags: int, chars: int, digits: int, gap: int, gap_length: int) -> int:
    """Write the seven fields of token ``t`` and return its flags, with what renditions may follow from it."""
    at = t * 7
    tokens[at], tokens[at + 1], tokens[at + 2], tokens[at + 3] = start, end, flags, chars
    tokens[at + 4], tokens[at + 5], tokens[at + 6] = digits, gap, gap_length
    if flags & F_DIGIT and flags & (F_LATIN | F_CYRILLIC):
        flags |= F_MIXED
    if chars == 1:
        flags |= F_SINGLE
    if gap == G_DOT:
        flags |= F_TORN
    return flags


def script_flag(first: int) -> int:
    """Flags of a letter by the first byte of its folded form."""
    if first < 0x80:
        return F_LETTER | F_LATIN
    if first >= 0xD0 and first < 0xD4:
        return F_LETTER | F_CYRILLIC
    if first >= 0xCD and first < 0xD0:
        return F_LETTER | F_GREEK
    return F_LETTER | F_OTHER


def gap_flag(kind: int, cp: int) -> int:
    """What a character between words says about the gap."""
    if kind == STOP:
        return G_STOP
    if kind == DOT:
        return G_DOT
    if cp == 0x20 or cp == 0x0A or cp == 0x09 or cp == 0xA0 or cp == 0x3000:
        return G_SPACE
    return G_OTHER


def main_rendition(
    src: Any, begin: int, end: int, out: Any, origins: Any, tokens: Any, pages: Any, classes: Any, offsets: Any, lengths: Any, pool: Any
) -> tuple[int, int, int]:
    """Fold ``src[begin:end]`` into ``out``; note each token in ``tokens`` as start, end, flags, chars, digits, gap flags, gap length.

    Returns (bytes written, tokens, all flags or-ed together).
    """
    at, count, seen = 1, 0, 0
    out[0] = SPACE
    origins[0] = begin
    start, flags, chars, digits = -1, 0, 0, 0
    gap, gap_length = G_SPACE, 1
    previous, run, kind_before, upper_before, hashtag = 0, 0, GAP, False, False
    i = begin
    while i < end:
        b = int(src[i])
        low = b | 0x20
        if b < 0x80 and low >= 0x61 and low <= 0x7A:  # most of all text: ASCII letters
            if start >= 0 and kind_before == UNSPACED:
                seen |= note_token(tokens, count, start, at, flags, chars, digits, gap, gap_length)
                count += 1
                out[at], origins[at] = SPACE, i
                at += 1
                start, gap, gap_length = -1, 0, 0
            if start < 0:
                if gap & G_STOP and count:  # phrases do not reach over a comma
                    out[at], origins[at] = SPACE, i
                    at += 1
                start, flags, chars, digits, run, previous = at, F_HASHTAG if hashtag else 0, 0, 0, 0, 0
                hashtag, upper_before = False, True
            out[at], origins[at] = low, i
            at += 1
            i += 1
            chars += 1
            flags |= F_LETTER | F_LATIN
            upper = b < 0x61
            if upper and not upper_before:
                flags |= F_CAMEL
            upper_before = upper
            run = run + 1 if previous == low | ASCII_LETTER else 0
            previous = low | ASCII_LETTER
            if run >= 2:
                flags |= F_REPEAT
            kind_before = LETTER
            continue
        if b == SPACE:
            if start >= 0:
                seen |= note_token(tokens, count, start, at, flags, chars, digits, gap, gap_length)
                count += 1
                out[at], origins[at] = SPACE, i
                at += 1
                start, gap, gap_length = -1, 0, 0
            gap |= G_SPACE
            gap_length += 1
            hashtag = False
            kind_before = GAP
            i += 1
            continue
        cp, size = decode(src, i, end)
        slot = int(pages[cp >> 8]) * 256 + (cp & 0xFF)
        kind = int(classes[slot])
        if kind == INVISIBLE:
            i += size
            continue
        if kind == JOINER:
            following, _ = decode(src, i + size, end) if i + size < end else (0, 0)
            if start >= 0 and flags & F_LATIN and chars < 30 and (following | 0x20) >= 0x61 and (following | 0x20) <= 0x7A:
                kind = DIGIT
                flags |= F_JOINER
            else:
                kind = STOP if cp == 0x21 else GAP
        word = kind == LETTER or kind == DIGIT
        if start >= 0 and (not word or kind_before == UNSPACED) and not (kind == UNSPACED and kind_before == UNSPACED):
            seen |= note_token(tokens, count, start, at, flags, chars, digits, gap, gap_length)
            count += 1
            out[at], origins[at] = SPACE, i
            at += 1
            start, gap, gap_length = -1, 0, 0
        if word or kind == UNSPACED or kind == SYMBOL:
            if start < 0:
                if gap & G_STOP and count:  # phrases do not reach over a comma
                    out[at], origins[at] = SPACE, i
                    at += 1
                start, flags, chars, digits, run, previous = at, F_HASHTAG if hashtag else 0, 0, 0, 0, 0
                hashtag, upper_before = False, True
            place, length = int(offsets[slot]), int(lengths[slot])
            for k in range(length):
                out[at + k] = pool[place + k]
                origins[at + k] = i
            at += length
            chars += 1
            if kind == LETTER:
                first = int(pool[place])
                flags |= script_flag(first)
                upper_before = False
                letter = first | ASCII_LETTER if length == 1 else place + 1
                run = run + 1 if letter == previous else 0
                if run >= 2:
                    flags |= F_REPEAT
                previous = letter
            elif kind == DIGIT:
                flags |= F_DIGIT
                digits += 1
                upper_before = True
                if cp == 0x31 or cp == 0x21 or cp == 0x7C:
                    flags |= F_ONE
            elif kind == UNSPACED:
                flags |= F_UNSPACED
            else:
                note_token(tokens, count, start, at, F_SYMBOL, 1, 0, gap, gap_length)
                count += 1
                out[at], origins[at] = SPACE, i + size
                at += 1
                start, gap, gap_length = -1, G_OTHER, 1
        else:
            hashtag = cp == 0x23 or cp == 0xFF03
            gap_length += 1
            gap |= gap_flag(kind, cp)
        kind_before = kind
        i += size
    if start >= 0:
        seen |= note_token(tokens, count, start, at, flags, chars, digits, gap, gap_length)
        count += 1
        out[at], origins[at] = SPACE, end
        at += 1
    return at, count, seen


def render_token(marker: int, t: int, at: int, out: Any, origins: Any, tokens: Any, leet: Any, leet_cyrillic: Any, to_latin: Any, to_cyrillic: Any) -> int:
    """Append token ``t`` as the rendition ``marker`` shows it."""
    start, end, flags = int(tokens[t * 7]), int(tokens[t * 7 + 1]), int(tokens[t * 7 + 2])
    if marker == LEET_I or marker == LEET_L:
        if not is_leet(t, out, tokens):
            return copy(start, end, at, out, origins)
        one = 0x69 if marker == LEET_I else 0x6C
        if flags & F_CYRILLIC:
            for k in range(start, end):
                letter = int(leet_cyrillic[int(out[k])])
                if letter:
                    at = emit(letter, at, int(origins[k]), out, origins)
                else:
                    out[at], origins[at] = out[k], origins[k]
                    at += 1
            return at
        for k in range(start, end):
            out[at] = leet_letter(int(out[k]), one, leet)
            origins[at] = origins[k]
            at += 1
        return at
    if marker == TO_LATIN and flags & _HOMOGLYPH:
        k = start
        while k < end:
            cp, size = decode(out, k, end)
            letter = int(to_latin[cp - 0x370]) if cp >= 0x370 and cp < 0x530 else 0
            at = emit(letter if letter else cp, at, int(origins[k]), out, origins)
            k += size
        return at
    if marker == TO_CYRILLIC and flags & F_LATIN:
        for k in range(start, end):
            b = int(out[k])
            letter = int(to_cyrillic[b - 0x61]) if b >= 0x61 and b <= 0x7A else 0
            if letter:
                at = emit(letter, at, int(origins[k]), out, origins)
            else:
                out[at] = b
                origins[at] = origins[k]
                at += 1
        return at
    if marker == REPEATED and flags & F_REPEAT:
        return squeeze(start, end, at, out, origins)
    return copy(start, end, at, out, origins)


def squeeze(start: int, end: int, at: int, out: Any, origins: Any) -> int:
    """Append ``start:end`` with every run of three or more equal letters cut to one."""
    k = start
    while k < end:
        cp, size = decode(out, k, end)
        j, run = k + size, 1
        while j < end:
            following, length = decode(out, j, end)
            if following != cp:
                break
            run += 1
            j += length
        at = copy(k, k + size if run > 2 else j, at, out, origins)
        k = j
    return at


def wants(marker: int, t: int, out: Any, tokens: Any) -> bool:
    """Whether the rendition ``marker`` would change token ``t``."""
    flags = int(tokens[t * 7 + 2])
    if marker == LEET_I or (marker == LEET_L and flags & F_ONE):
        return is_leet(t, out, tokens)
    if marker == TO_LATIN or marker == TO_CYRILLIC:
        return flags & F_LATIN != 0 and flags & _HOMOGLYPH != 0
    return marker == REPEATED and flags & F_REPEAT != 0


def window_renditions(
    marker: int, at: int, limit: int, count: int, out: Any, origins: Any, tokens: Any, leet: Any, leet_cyrillic: Any, to_latin: Any, to_cyrillic: Any
) -> int:
    """Append ``marker`` renditions: each token that wants one, with its neighbours, so that phrases still match."""
    done = 0
    cause = F_DIGIT if marker == LEET_I or marker == LEET_L else F_REPEAT if marker == REPEATED else _HOMOGLYPH
    for t in range(count):
        if int(tokens[t * 7 + 2]) & cause == 0 or t < done or not wants(marker, t, out, tokens):
            continue
        first, last = max(0, t - RENDITION_WINDOW, done - RENDITION_WINDOW if done else 0), t + RENDITION_WINDOW
        n = t
        while n < count and n <= last:
            if wants(marker, n, out, tokens):
                last = n + RENDITION_WINDOW
            n += 1
        last = min(last, count - 1)
        size = int(tokens[last * 7 + 1]) - int(tokens[first * 7]) + 4
        if at + 2 * size > limit:
            return at
        out[at], out[at + 1] = marker, SPACE
        origins[at] = origins[at + 1] = origins[int(tokens[first * 7])]
        at += 2
        for n in range(first, last + 1):
            at = render_token(marker, n, at, out, origins, tokens, leet, leet_cyrillic, to_latin, to_cyrillic)
            out[at] = SPACE
            origins[at] = origins[int(tokens[n * 7 + 1])]
            at += 1
        done = last + 1
    return at


def known_part(start: int, end: int, out: Any, part_bitmap: Any, part_hashes: Any) -> bool:
    """Whether the folded bytes ``start:end`` are a name that words written together are taken apart at."""
    value = 0
    k = start
    while k < end:
        cp, size = decode(out, k, end)
        value = (value * HASH_BASE + cp) & HASH_MASK
        k += size
    return find_hash(value, part_bitmap, part_hashes) >= 0


def split_names(marker: int, start: int, end: int, at: int, out: Any, origins: Any, part_bitmap: Any, part_hashes: Any) -> int:
    """Append words written together ("tigerteeth", "originalivory") taken apart at the longest known name at either end."""
    for cut in range(end - 2, start + PART_MIN - 1, -1):
        if out[cut] & 0xC0 != 0x80 and known_part(start, cut, out, part_bitmap, part_hashes):
            return two_words(marker, start, cut, end, at, out, origins)
    for cut in range(start + 2, end - PART_MIN + 1):
        if out[cut] & 0xC0 != 0x80 and known_part(cut, end, out, part_bitmap, part_hashes):
            return two_words(marker, start, cut, end, at, out, origins)
    return at


def two_words(marker: int, start: int, cut: int, end: int, at: int, out: Any, origins: Any) -> int:
    """Append ``start:cut`` and ``cut:end`` as two words."""
    out[at], out[at + 1] = marker, SPACE
    origins[at] = origins[at + 1] = origins[start]
    at = copy(start, cut, at + 2, out, origins)
    out[at] = SPACE
    origins[at] = origins[cut]
    at = copy(cut, end, at + 1, out, origins)
    out[at] = SPACE
    origins[at] = origins[end - 1]
    return at + 1


def spaced_renditions(at: int, limit: int, count: int, out: Any, origins: Any, tokens: Any, leet: Any, part_bitmap: Any, part_hashes: Any) -> int:
    """Append runs of four or more single letters ("i v o r y", "i.v.0.r.y") as words; a wider gap ends a word."""
    t = 0
    while t < count:
        n, narrow = t, 1 << 30
        letters = 0
        while n < count and int(tokens[n * 7 + 3]) == 1 and int(tokens[n * 7 + 2]) & (F_LETTER | F_DIGIT):
            if int(tokens[n * 7 + 2]) & F_LETTER:
                letters += 1
            if n > t:
                narrow = min(narrow, int(tokens[n * 7 + 6]))
            n += 1
        if n - t >= 4 and letters * 2 > n - t and at + 8 * (n - t) + 16 < limit:
            first = at
            out[at], out[at + 1] = SPACED, SPACE
            origins[at] = origins[at + 1] = origins[int(tokens[t * 7])]
            at += 2
            word = at
            for m in range(t, n):
                if m > t and int(tokens[m * 7 + 6]) > narrow:
                    out[at] = SPACE
                    origins[at] = origins[int(tokens[m * 7])]
                    at += 1
                for k in range(int(tokens[m * 7]), int(tokens[m * 7 + 1])):
                    out[at] = leet_letter(int(out[k]), 0x69, leet) if int(out[k]) < 0x80 else out[k]
                    origins[at] = origins[k]
                    at += 1
            out[at] = SPACE
            origins[at] = origins[first]
            stop, at = at, at + 1
            if stop - word >= 2 * PART_MIN - 2:
                at = split_names(SPACED, word, stop, at, out, origins, part_bitmap, part_hashes)
        t = max(n, t + 1)
    return at


def dotted_renditions(at: int, limit: int, count: int, out: Any, origins: Any, tokens: Any) -> int:
    """Append words cut by signs ("iv*ory", "tu.sk") as one word."""
    t = 0
    while t + 1 < count:
        n = t + 1
        while n < count and joins(n, tokens):
            n += 1
        if n - t >= 2:
            size = int(tokens[(n - 1) * 7 + 1]) - int(tokens[t * 7])
            if at + 2 * size + 8 > limit:
                return at
            out[at], out[at + 1] = DOTTED, SPACE
            origins[at] = origins[at + 1] = origins[int(tokens[t * 7])]
            at += 2
            for m in range(t, n):
                at = copy(int(tokens[m * 7]), int(tokens[m * 7 + 1]), at, out, origins)
            out[at] = SPACE
            origins[at] = origins[int(tokens[(n - 1) * 7 + 1])]
            at += 1
        t = n
    return at


def joins(n: int, tokens: Any) -> bool:
    """Whether only signs inside one word stand between token ``n`` and the one before it."""
    flags, before = int(tokens[n * 7 + 2]), int(tokens[n * 7 - 5])
    return (
        int(tokens[n * 7 + 5]) == G_DOT
        and int(tokens[n * 7 + 6]) <= 2
        and flags & F_LETTER != 0
        and before & F_LETTER != 0
        and int(tokens[n * 7 + 3]) + int(tokens[n * 7 - 4]) <= 16
    )


def split_renditions(at: int, limit: int, count: int, out: Any, origins: Any, tokens: Any) -> int:
    """Append characters of unspaced scripts that signs or single spaces tear apart as one run."""
    t = 0
    while t + 1 < count:
        n = t + 1
        while n < count and closes_up(n, tokens):
            n += 1
        if n - t >= 2:
            size = int(tokens[(n - 1) * 7 + 1]) - int(tokens[t * 7])
            if at + size + 8 > limit:
                return at
            out[at], out[at + 1] = SPLIT, SPACE
            origins[at] = origins[at + 1] = origins[int(tokens[t * 7])]
            at += 2
            for m in range(t, n):
                at = copy(int(tokens[m * 7]), int(tokens[m * 7 + 1]), at, out, origins)
            out[at] = SPACE
            origins[at] = origins[int(tokens[(n - 1) * 7 + 1])]
            at += 1
        t = n
    return at


def closes_up(n: int, tokens: Any) -> bool:
    """Whether token ``n`` and the one before it are one torn run of an unspaced script."""
    if int(tokens[n * 7 + 2]) & F_UNSPACED == 0 or int(tokens[n * 7 - 5]) & F_UNSPACED == 0:
        return False
    gap, length = int(tokens[n * 7 + 5]), int(tokens[n * 7 + 6])
    single = int(tokens[n * 7 + 3]) == 1 or int(tokens[n * 7 - 4]) == 1
    if gap & G_STOP:
        return gap == G_STOP and length == 1 and single
    if length > 3:
        return False
    both = int(tokens[n * 7 + 3]) == 1 and int(tokens[n * 7 - 4]) == 1
    return both if gap & G_SPACE else gap & G_DOT != 0 or single


def hashtag_renditions(at: int, limit: int, count: int, out: Any, origins: Any, tokens: Any, src: Any, part_bitmap: Any, part_hashes: Any) -> int:
    """Append hashtags taken apart: at the names in them, and #CamelCase at its capitals."""
    for t in range(count):
        flags = int(tokens[t * 7 + 2])
        start, end = int(tokens[t * 7]), int(tokens[t * 7 + 1])
        if not flags & F_LETTER or not flags & (F_HASHTAG | F_CAMEL):
            continue
        if at + 4 * (end - start) + 16 > limit:
            return at
        if flags & F_HASHTAG and end - start >= 6:
            at = split_names(HASHTAG, start, end, at, out, origins, part_bitmap, part_hashes)
        if flags & F_CAMEL:
            out[at], out[at + 1] = CAMEL, SPACE
            origins[at] = origins[at + 1] = origins[start]
            at += 2
            lower = False
            for k in range(start, end):
                b = int(src[int(origins[k])])
                upper = b >= 0x41 and b <= 0x5A
                if upper and lower:
                    out[at] = SPACE
                    origins[at] = origins[k]
                    at += 1
                lower = not upper
                out[at] = out[k]
                origins[at] = origins[k]
                at += 1
            out[at] = SPACE
            origins[at] = origins[end]
            at += 1
    return at


def edge_bit(a: int, b: int, c: int, n: int, side: int) -> int:
    """Place in the edge bitmap of three letters at the start (side 0) or end (side 1) of a word of ``n`` letters."""
    return (((a * 31 + b) * 31 + c) * 32 + (n & 31)) * 2 + side & EDGE_MASK


def has_edge(start: int, n: int, out: Any, edges: Any) -> bool:
    """Whether an ASCII word begins or ends like a name of about its length: one edit cannot touch both ends."""
    bit = edge_bit(int(out[start]), int(out[start + 1]), int(out[start + 2]), n, 0)
    if (int(edges[bit >> 3]) >> (bit & 7)) & 1:
        return True
    last = start + n
    bit = edge_bit(int(out[last - 3]), int(out[last - 2]), int(out[last - 1]), n, 1)
    return (int(edges[bit >> 3]) >> (bit & 7)) & 1 != 0


def find_hash(value: int, bitmap: Any, hashes: Any) -> int:
    """Index of ``value`` in the sorted ``hashes``, or -1; the bitmap answers most look-ups."""
    bit = value & BITMAP_MASK
    if not (int(bitmap[bit >> 3]) >> (bit & 7)) & 1:
        return -1
    low, high = 0, len(hashes)
    while low < high:
        middle = (low + high) >> 1
        if int(hashes[middle]) < value:
            low = middle + 1
        else:
            high = middle
    return low if low < len(hashes) and int(hashes[low]) == value else -1


def typo_renditions(
    at: int,
    limit: int,
    count: int,
    out: Any,
    origins: Any,
    tokens: Any,
    bitmap: Any,
    hashes: Any,
    targets: Any,
    names: Any,
    name_at: Any,
    edges: Any,
    work: Any,
) -> int:
    """Append words that are one edit away from a long strong name, with the name in their place.

    ``hashes`` holds every name and every name with one letter left out; a word is looked up likewise (symmetric deletes).
    """
    if len(hashes) == 0:
        return at
    for t in range(count):
        n = int(tokens[t * 7 + 3])
        flags = int(tokens[t * 7 + 2])
        if n < TYPO_MIN - 1 or n > TYPO_MAX or not flags & F_LETTER or flags & (F_DIGIT | F_UNSPACED | F_JOINER):
            continue
        start, end = int(tokens[t * 7]), int(tokens[t * 7 + 1])
        if end - start == n and not has_edge(start, n, out, edges):
            continue
        k, m, whole = start, 0, 0
        while k < end and m < 64:
            cp, size = decode(out, k, end)
            work[m] = cp
            whole = (whole * HASH_BASE + cp) & HASH_MASK
            m += 1
            k += size
        hit = find_hash(whole, bitmap, hashes)
        if hit >= 0 and int(targets[hit]) < 0:
            continue
        name = match_name(hit, m, hashes, targets, names, name_at, work)
        if name < 0:
            name = match_without_one_letter(m, bitmap, hashes, targets, names, name_at, work)
        if name < 0:
            continue
        low, high = int(name_at[name]), int(name_at[name + 1])
        after = min(count - 1, t + RENDITION_WINDOW)
        before = max(0, t - RENDITION_WINDOW)
        if at + int(tokens[after * 7 + 1]) - int(tokens[before * 7]) + high - low + 16 > limit:
            return at
        out[at], out[at + 1] = TYPO, SPACE
        origins[at] = origins[at + 1] = origins[int(tokens[before * 7])]
        at += 2
        for w in range(before, after + 1):
            if w == t:
                for q in range(low, high):
                    out[at] = names[q]
                    origins[at] = origins[min(end - 1, start + q - low)]
                    at += 1
            else:
                at = copy(int(tokens[w * 7]), int(tokens[w * 7 + 1]), at, out, origins)
            out[at] = SPACE
            origins[at] = origins[int(tokens[w * 7 + 1])]
            at += 1
    return at


def match_name(hit: int, n: int, hashes: Any, targets: Any, names: Any, name_at: Any, work: Any) -> int:
    """The first name filed under the hash at ``hit`` that is one edit from the word in ``work[:n]``, or -1."""
    if hit < 0:
        return -1
    value = int(hashes[hit])
    while hit < len(hashes) and int(hashes[hit]) == value:
        name = int(targets[hit])
        if name >= 0 and one_edit(work, n, names, int(name_at[name]), int(name_at[name + 1])):
            return name
        hit += 1
    return -1


def match_without_one_letter(n: int, bitmap: Any, hashes: Any, targets: Any, names: Any, name_at: Any, work: Any) -> int:
    """A name that is one edit from the word in ``work[:n]``, found by leaving out each letter of the word but the first."""
    tail, power = 0, 1
    for p in range(n - 1, -1, -1):
        work[64 + p] = tail
        work[128 + p] = power
        tail = (int(work[p]) * power + tail) & HASH_MASK
        power = (power * HASH_BASE) & HASH_MASK
    prefix = int(work[0])
    for p in range(1, n):
        hit = find_hash((prefix * int(work[128 + p]) + int(work[64 + p])) & HASH_MASK, bitmap, hashes)
        name = match_name(hit, n, hashes, targets, names, name_at, work)
        if name >= 0:
            return name
        prefix = (prefix * HASH_BASE + int(work[p])) & HASH_MASK
    return -1


def one_edit(word: Any, n: int, names: Any, low: int, high: int) -> bool:
    """Whether ``word[:n]`` has the first letter of the UTF-8 name and is one insertion, deletion, change or swap from it."""
    if decode(names, low, high)[0] != int(word[0]):
        return False
    k, i = low, 0
    while k < high and i < n:
        cp, size = decode(names, k, high)
        if int(word[i]) != cp:
            break
        k += size
        i += 1
    if k >= high:
        return n - i == 1
    if i >= n:
        return decode(names, k, high)[1] == high - k
    cp, size = decode(names, k, high)
    if same_rest(word, i + 1, n, names, k + size, high) or same_rest(word, i, n, names, k + size, high):
        return True
    if same_rest(word, i + 1, n, names, k, high):
        return True
    if k + size < high and i + 1 < n:
        following, length = decode(names, k + size, high)
        return int(word[i]) == following and int(word[i + 1]) == cp and same_rest(word, i + 2, n, names, k + size + length, high)
    return False


def same_rest(word: Any, i: int, n: int, names: Any, k: int, high: int) -> bool:
    """Whether ``word[i:n]`` equals the UTF-8 bytes ``names[k:high]``."""
    while k < high and i < n:
        cp, size = decode(names, k, high)
        if int(word[i]) != cp:
            return False
        k += size
        i += 1
    return k >= high and i >= n


def fold_one(src: Any, begin: int, end: int, out: Any, origins: Any, tokens: Any, work: Any, tables: Any, spelling: Any) -> tuple[int, int]:
    """Fold one listing; returns (bytes written, bytes of the main rendition).

    ``out`` and ``origins`` hold at least ``capacity(end - begin)`` items, ``tokens`` seven per two bytes.
    """
    pages, classes, offsets, lengths, pool, leet, leet_cyrillic, to_latin, to_cyrillic = tables
    bitmap, hashes, targets, names, name_at, edges, part_bitmap, part_hashes = spelling
    at, count, seen = main_rendition(src, begin, end, out, origins, tokens, pages, classes, offsets, lengths, pool)
    main = at
    limit = len(out) - 8
    if seen & F_MIXED:
        at = window_renditions(LEET_I, at, limit, count, out, origins, tokens, leet, leet_cyrillic, to_latin, to_cyrillic)
    if seen & F_MIXED and seen & F_ONE:
        at = window_renditions(LEET_L, at, limit, count, out, origins, tokens, leet, leet_cyrillic, to_latin, to_cyrillic)
    if seen & F_LATIN and seen & _HOMOGLYPH:
        at = window_renditions(TO_LATIN, at, limit, count, out, origins, tokens, leet, leet_cyrillic, to_latin, to_cyrillic)
        at = window_renditions(TO_CYRILLIC, at, limit, count, out, origins, tokens, leet, leet_cyrillic, to_latin, to_cyrillic)
    if seen & F_REPEAT:
        at = window_renditions(REPEATED, at, limit, count, out, origins, tokens, leet, leet_cyrillic, to_latin, to_cyrillic)
    if seen & F_LETTER and seen & F_SINGLE:
        at = spaced_renditions(at, limit, count, out, origins, tokens, leet, part_bitmap, part_hashes)
    if seen & F_LETTER and seen & F_TORN:
        at = dotted_renditions(at, limit, count, out, origins, tokens)
    if seen & F_LETTER:
        at = typo_renditions(at, limit, count, out, origins, tokens, bitmap, hashes, targets, names, name_at, edges, work)
    if seen & (F_HASHTAG | F_CAMEL):
        at = hashtag_renditions(at, limit, count, out, origins, tokens, src, part_bitmap, part_hashes)
    if seen & F_UNSPACED:
        at = split_renditions(at, limit, count, out, origins, tokens)
    return at, main


def capacity(size: int) -> int:
    """Bytes that the folded form of ``size`` source bytes may take."""
    return size * 6 + 256


def fold_many(src: Any, bounds: Any, folded: Any, starts: Any, out: Any, origins: Any, tokens: Any, work: Any, tables: Any, spelling: Any) -> int:
    """Fold listings ``src[bounds[i]:bounds[i+1]]`` one after another into ``folded``, parted by zero bytes; ``starts[i]`` is where each begins.

    Returns the bytes written, or -(i + 1) if listing ``i`` finds no more room.
    """
    at = 0
    for i in range(len(bounds) - 1):
        size, _ = fold_one(src, int(bounds[i]), int(bounds[i + 1]), out, origins, tokens, work, tables, spelling)
        if at + size + 1 > len(folded):
            return -(i + 1)
        starts[i] = at
        for k in range(size):
            folded[at + k] = out[k]
        folded[at + size] = 0
        at += size + 1
    starts[len(bounds) - 1] = at
    return at
