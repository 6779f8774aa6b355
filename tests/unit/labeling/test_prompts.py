"""Prompts from all sources: each has a unique and stable id."""

from __future__ import annotations

import csv
import itertools
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mediarecorder.labeling import Prompt, read_prompts, shuffled
from mediarecorder.labeling import prompts as prompts_module
from mediarecorder.labeling.sanitize import LONGEST, clean
from tests.unit.labeling.hostile import HOSTILE

TEXTS = ["yes", "no", "stop", "go"]
EXPECTED = tuple(Prompt(text) for text in TEXTS)


def as_jsonl(path: Path) -> Path:
    path.write_text("\n".join(json.dumps({"text": text, "lang": "en"}) for text in TEXTS))
    return path


def as_csv(path: Path, delimiter: str = ",") -> Path:
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        csv.writer(file, delimiter=delimiter).writerows(
            [["lang", "text"], *(["", t] for t in TEXTS)]
        )
    return path


def as_txt(path: Path) -> Path:
    path.write_text("\n\n".join(TEXTS) + "\n")
    return path


@pytest.mark.parametrize(
    "source",
    [
        lambda _: TEXTS,
        lambda _: (text for text in TEXTS),
        lambda _: [{"text": text} for text in TEXTS],
        lambda _: EXPECTED,
        lambda folder: as_jsonl(folder / "prompts.jsonl"),
        lambda folder: str(as_csv(folder / "prompts.csv")),
        lambda folder: as_csv(folder / "prompts.TSV", "\t"),
        lambda folder: as_txt(folder / "prompts.txt"),
    ],
    ids=["list", "generator", "mappings", "prompts", "jsonl", "csv", "tsv", "txt"],
)
def test_all_sources_yield_the_same_prompts(source: Callable[[Path], Any], tmp_path: Path) -> None:
    assert read_prompts(source(tmp_path)) == EXPECTED


def test_from_a_data_frame() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"text": [*TEXTS, 5], "id": [1, None, pandas.NA, float("nan"), "e"]})
    prompts = read_prompts(frame)
    assert [prompt.text for prompt in prompts] == [*TEXTS, "5"]
    assert [prompt.id for prompt in prompts] == ["1", *(p.id for p in EXPECTED[1:]), "e"]


def test_an_id_depends_on_the_prompt_and_not_on_its_position() -> None:
    ids = {prompt.text: prompt.id for prompt in EXPECTED}
    assert len(set(ids.values())) == len(TEXTS)
    assert {p.text: p.id for p in read_prompts(reversed(TEXTS))} == ids
    assert ids["yes"] == "4776b2234bda3a29d74f9738d2e9176f", "existing stores use this id"
    assert Prompt("yes", image="yes.png").id != ids["yes"] != Prompt("", sound="yes").id


def test_a_repeated_prompt_is_numbered() -> None:
    prompts = read_prompts(["yes", "no", "yes", "yes"])
    yes, no = EXPECTED[:2]
    assert [prompt.id for prompt in prompts] == [yes.id, no.id, f"{yes.id}-2", f"{yes.id}-3"]
    assert [prompt.text for prompt in prompts] == ["yes", "no", "yes", "yes"]
    with pytest.raises(ValueError, match="Two prompts have the id 'a'"):
        read_prompts([{"id": "a", "text": "1"}, {"id": "a", "text": "2"}])


def test_a_prompt_object_without_an_id_has_no_explicit_id() -> None:
    yes = Prompt("yes")
    twice = read_prompts([yes, "yes"])
    assert twice == read_prompts([yes, yes]) == read_prompts(["yes", "yes"])
    assert read_prompts(twice) == twice
    assert read_prompts([*twice, yes])[2].id == f"{yes.id}-3"
    with pytest.raises(ValueError, match="Two prompts have the id 'a'"):
        read_prompts([Prompt("yes", id="a")] * 2)


def test_a_numbered_id_that_is_taken_is_skipped() -> None:
    yes = Prompt("yes")
    prompts = read_prompts(["yes", {"text": "taken", "id": f"{yes.id}-2"}, "yes", "yes"])
    assert [prompt.id for prompt in prompts[2:]] == [f"{yes.id}-3", f"{yes.id}-4"]


def test_one_text_repeated_up_to_the_limit() -> None:
    """In linear time. Quadratic time would be ten minutes."""
    prompts = read_prompts(itertools.repeat("yes", prompts_module.MOST))
    assert prompts[-1].id == f"{prompts[0].id}-{prompts_module.MOST}"


@pytest.mark.parametrize(
    ("source", "match"),
    [
        ([], "There are no prompts"),
        ({"text": "yes"}, "come as a list"),
        (7, "come as a list"),
        ([""], "Prompt 1 cannot be used. A prompt needs a text"),
        (["yes", "\0 \t\n"[1:]], "Prompt 2 cannot be used. A prompt needs a text"),
        (["yes", 7], "Prompt 2 cannot be used. It is neither a text nor a mapping"),
        ([{"text": ["yes"]}], "Prompt 1 cannot be used. This is not a text"),
        ([{"txt": "yes"}], "Prompt 1 cannot be used. A prompt needs a text"),
        (["x" * (LONGEST + 1)], "has 10,001 characters"),
        ("yes", "is not a .csv, .tsv, .jsonl or .txt file"),
    ],
)
def test_invalid_prompts(source: Any, match: str) -> None:
    with pytest.raises((TypeError, ValueError), match=match):
        read_prompts(source)


@pytest.mark.parametrize(
    ("name", "content", "match"),
    [
        ("a.csv", b"yes\nno\n", "must name its columns"),
        ("b.csv", b'text\n"yes\n', "is damaged"),
        ("c.csv", b"text\n" + b"x" * 100_000, "A line is longer"),
        ("d.jsonl", b'{"text": "yes"}\n{"text": ', "Line 2 is not JSON"),
        ("e.jsonl", b"[" * 50_000, "Line 1 is not JSON|neither a text"),
        ("f.jsonl", b"[1]\n", "Prompt 1 cannot be used"),
        ("g.txt", b"\xff\xfe\xfa", "is not in UTF-8"),
        ("h.csv", b"", "must name its columns"),
    ],
)
def test_invalid_files(tmp_path: Path, name: str, content: bytes, match: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises((TypeError, ValueError), match=match):
        read_prompts(tmp_path / name)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_prompts(tmp_path / "prompts.csv")


def test_an_endless_source(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prompts_module, "MOST", 50)
    assert len(read_prompts(str(n) for n in range(50))) == 50
    with pytest.raises(ValueError, match="more than 50 prompts"):
        read_prompts(map(str, itertools.count()))


def test_hostile_prompts_stay_distinct_and_unchanged() -> None:
    prompts = read_prompts(HOSTILE)
    assert len({prompt.id for prompt in prompts}) == len(HOSTILE)
    for prompt, text in zip(prompts, HOSTILE, strict=True):
        assert prompt.text == clean(text, "")
        prompt.text.encode()
        assert set(prompt.id) <= set("0123456789abcdef-")
    assert prompts[0].text == HOSTILE[0]
    changed = [text for prompt, text in zip(prompts, HOSTILE, strict=True) if prompt.text != text]
    assert changed == ["a\0b", "a\x01b", "\ud800", "e\u0301"]


def test_text_is_normalized() -> None:
    assert clean("Jose\u0301 ", "") == clean("\tJos\xe9", "") == "Jos\xe9"
    with pytest.raises(TypeError, match="A label must be a string, not 7"):
        clean(7, "A label")


# Pseudo-random orders -------------------------------------------------------------------


def test_an_order_depends_only_on_the_seed() -> None:
    prompts = read_prompts(map(str, range(200)))
    ada, grace = shuffled(prompts, "Ada"), shuffled(prompts, "Grace")
    assert sorted(p.id for p in ada) == sorted(p.id for p in prompts)
    assert ada == shuffled(reversed(prompts), "Ada")
    assert ada != grace
    assert ada != list(prompts)


def test_new_prompts_do_not_reorder_existing_ones() -> None:
    old = read_prompts(map(str, range(100)))
    new = read_prompts(map(str, range(150)))
    assert [prompt for prompt in shuffled(new, "Ada") if prompt in old] == shuffled(old, "Ada")


def test_an_order_is_the_same_in_another_interpreter() -> None:
    script = (
        "from mediarecorder.labeling import read_prompts, shuffled\n"
        "print([p.text for p in shuffled(read_prompts('abcdefgh'.__iter__()), 'Ada')])"
    )
    here = [prompt.text for prompt in shuffled(read_prompts(iter("abcdefgh")), "Ada")]
    seen = subprocess.check_output([sys.executable, "-c", script], text=True, timeout=60)
    assert seen.strip() == repr(here)
