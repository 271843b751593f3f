"""The fold: disguises undone, the way back kept, compiled and uncompiled the same."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from serow.knowledge.knowledge import Knowledge
from serow.text import kernel
from serow.text.fold import Folded

_SPECIAL = "ABC ivory IVORY 0134578!@$|.*-_#\n\t,;象牙犀角中งาช้างصقر слоновая о\u200bе\u0301é🐘🦏ｉｖ𝓲𝓿Ⓘ🇮🇻한국어हाथी"
texts = st.one_of(st.text(max_size=200), st.text(alphabet=_SPECIAL, max_size=200))


def fold(knowledge: Knowledge, text: str) -> Folded:
    return knowledge.folder.fold(text.encode())


def renditions(folded: Folded) -> list[str]:
    data = folded.data
    cuts = [i for i, b in enumerate(data) if 1 <= b <= kernel.SPLIT]
    return [data[a:b].decode().lstrip("".join(map(chr, range(1, 12)))) for a, b in zip([0, *cuts], [*cuts, len(data)], strict=True)]


@given(text=texts)
def test_compiled_and_plain_fold_agree_on_text(knowledge: Knowledge, text: str) -> None:
    plain, compiled = knowledge.folder.fold(text.encode("utf-8", "replace")), knowledge.compiled_folder.fold(text.encode("utf-8", "replace"))
    assert plain.data == compiled.data
    assert plain.main == compiled.main
    assert np.array_equal(plain.origins, compiled.origins)


@given(data=st.binary(max_size=200))
def test_compiled_and_plain_fold_agree_on_any_bytes(knowledge: Knowledge, data: bytes) -> None:
    plain, compiled = knowledge.folder.fold(data), knowledge.compiled_folder.fold(data)
    assert plain.data == compiled.data
    assert np.array_equal(plain.origins, compiled.origins)


@given(text=texts)
def test_folded_text_is_valid_and_points_into_the_source(knowledge: Knowledge, text: str) -> None:
    source = text.encode("utf-8", "replace")
    folded = knowledge.folder.fold(source)
    folded.data.decode("utf-8")
    assert folded.data[:1] == b" "
    assert ((folded.origins >= 0) & (folded.origins <= len(source))).all()
    main = folded.origins[: folded.main]
    assert (np.diff(main) >= 0).all()


@given(parts=st.lists(texts, min_size=1, max_size=8))
def test_a_batch_folds_like_its_texts(knowledge: Knowledge, parts: list[str]) -> None:
    encoded = [part.encode("utf-8", "replace") for part in parts]
    bounds = np.cumsum([0, *map(len, encoded)]).astype(np.int32)
    source = np.frombuffer(b"".join(encoded) or b"\0", np.uint8)
    folded, starts = knowledge.compiled_folder.fold_batch(source, bounds)
    for i, part in enumerate(encoded):
        assert folded[starts[i] : starts[i + 1]].tobytes() == knowledge.folder.fold(part).data + b"\0"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("t1g3r b0ne", "tiger bone"),
        ("p4ng0lin", "pangolin"),
        ("e1ephant", "elephant"),
        ("i v o r y", "ivory"),
        ("i.v.0.r.y", "ivory"),
        ("iv*ory tu*sk", "ivory"),
        ("z\u200be\u200bb\u200bra", "zebra"),
        ("ｉｖｏｒｙ", "ivory"),
        ("𝓲𝓿𝓸𝓻𝔂", "ivory"),
        ("🅸🆅🅾🆁🆈", "ivory"),
        ("ivoooory", "ivory"),
        ("ivоry", "ivory"),
        ("Éléphant", "elephant"),
        ("Ngà voi", "nga voi"),
        ("象*牙", "象牙"),
        ("犀-牛-角", "犀牛角"),
        ("象 牙 手 镯", "象牙手镯"),
        ("象牙雕刻", "象牙雕刻"),
        ("ＩＶＯＲＹ　ＴＵＳＫ", "ivory tusk"),
        ("pagnolin", "pangolin"),
        ("#TigerTooth", "tiger tooth"),
        ("#tigerteeth", "tiger teeth"),
        ("ﺻﻘﺮ", "صقر"),
        ("бивeнь", "бивень"),
    ],
)
def test_disguises_are_undone(knowledge: Knowledge, text: str, expected: str) -> None:
    assert any(f" {expected} " in rendition for rendition in renditions(fold(knowledge, text))), renditions(fold(knowledge, text))


@pytest.mark.parametrize("text", ["10cm x 20cm", "ps4 controller", "KP25499XS-3", "iphone12 pro", "500ml", "S M L"])
def test_ordinary_numbers_are_left_alone(knowledge: Knowledge, text: str) -> None:
    folded = fold(knowledge, text)
    assert all(folded.data[i] > kernel.LEET_L or folded.data[i] == 0 for i in range(folded.main, len(folded.data)) if folded.data[i] < kernel.SPACE)


def test_thai_tone_marks_keep_shirt_and_tiger_apart(knowledge: Knowledge) -> None:
    assert "เสือ" not in fold(knowledge, "เสื้อ").data.decode()


def test_sentences_do_not_run_together_in_chinese(knowledge: Knowledge) -> None:
    assert "象牙" not in fold(knowledge, "大象，牙齿").data.decode()


def test_traditional_and_simplified_are_one(knowledge: Knowledge) -> None:
    assert fold(knowledge, "犀牛角雕龍").data == fold(knowledge, "犀牛角雕龙").data


def test_a_megabyte_word_stays_bounded(knowledge: Knowledge) -> None:
    data = b"a1" * 500_000
    assert len(knowledge.compiled_folder.fold(data).data) <= kernel.capacity(len(data))


def test_random_mutations_never_escape_the_buffer(knowledge: Knowledge) -> None:
    seed = random.randrange(1 << 30)
    print("seed", seed)
    dice = random.Random(seed)
    for _ in range(300):
        text = "".join(dice.choice(_SPECIAL) for _ in range(dice.randrange(300)))
        folded = knowledge.compiled_folder.fold(text.encode())
        assert len(folded.data) <= kernel.capacity(len(text.encode()))
