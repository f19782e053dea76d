"""What a careful user of a peer would do to each table first: plain forms, and for Chinese names their sound.

The peers have no cleaning of their own. So that matching is compared and not cleaning, they get columns made
here, by code that knows exactly how each set was written: better than any user could do. The time it takes is
not charged to the peer.
"""

from __future__ import annotations

import csv
import re
import time
from collections.abc import Callable
from pathlib import Path

from opencc import OpenCC

from graph.clean.pinyin import surname, syllable
from graph.clean.surnames import COMPOUND
from tests.benchmarks.matching.names_en import STREET_KINDS
from tracer.demo.people import prc_check

Row = dict[str, str]

_TITLES = {"sir", "rev", "dr", "capt"}
_LEGAL = {
    "inc", "llc", "corp", "co", "ltd", "incorporated", "l.l.c.", "corporation", "company", "limited",
}  # fmt: skip
_SIMPLE = OpenCC("t2s")


def _households(row: Row) -> Row:
    last, _, suffix = row["last_name"].partition(" ")
    digits = re.sub(r"\D", "", row["phone"])
    return row | {
        "last_name": last, "suffix": suffix, "middle_initial": row["middle_name"][:1], "phone": digits[-10:],
        "street": _street(row["street"]),
    }  # fmt: skip


def _street(text: str) -> str:
    for whole, short in STREET_KINDS.items():
        text = re.sub(rf"\b{whole}\b", short, text)
    return text


def _names_dob(row: Row) -> Row:
    first, last = (re.sub(r" [a-z]$", "", row[name]) for name in ("first", "last"))
    return row | {"first": first, "last": last, "whole": f"{first} {last}"}


def _mixed(row: Row) -> Row:
    name = row["name"].lower()
    if ", " in name:
        family, _, given = name.partition(", ")
        name = f"{given} {family}"
    words = [word for word in name.split() if word not in _LEGAL and len(word) > 1]
    # A middle name is no help to Jaro-Winkler on the whole name: first and last word of a person's.
    if not row["website"] and row["kind"] != "ORGANIZATION" and len(words) == 3:
        words = [words[0], words[-1]]
    phones = [re.sub(r"\D", "", row[name])[-10:] for name in ("phone_1", "phone_2") if row[name]] + ["", ""]
    born = row["birth_date"]
    if "/" in born:
        born = f"{born[6:]}-{born[:2]}-{born[3:5]}"
    return row | {
        "name_plain": " ".join(words), "family": words[-1] if words else "", "phone": phones[0],
        "phone_b": phones[1], "email": row["email_1"] or row["email_2"], "birth_date": born,
        "address_plain": _street(row["address"].lower()),
    }  # fmt: skip


def _historical(row: Row) -> Row:
    words = [word for word in row["full_name"].split() if word not in _TITLES]
    first, last = words[0], words[-1]
    place = re.sub(r"^(?:borough of|city of|north|south) ", "", row["birth_place"])
    return row | {"first": first, "last": last, "whole": f"{first} {last}", "birth_place": place}


def _cn_name(text: str) -> Row:
    text = _SIMPLE.convert(re.sub(r"(先生|女士)$", "", text))
    if text[0].isascii() and text[0] != "*":
        words = re.sub(r",", " ", text).lower().split()
        if len(words) == 3:
            words = [words[0], words[1] + words[2]]
        family = words[0] if words[0] in _SOUNDS or words[-1] not in _SOUNDS else words[-1]
        return {
            "han": "",
            "pinyin": " ".join(words),
            "name_sorted": " ".join(sorted(words)),
            "family": family,
        }
    length = 2 if text[:2] in COMPOUND else 1
    masked = "*" in text or "某" in text
    family = "" if text[0] == "*" else surname(text[:length])
    given = "".join(syllable(char) for char in text[length:])
    last = "" if text[-1] in "*某" else text[-1]
    if masked:
        return {"han": "", "pinyin": "", "name_sorted": "", "family": family, "last": last}
    return {
        "han": text, "pinyin": f"{family} {given}", "name_sorted": " ".join(sorted((family, given))),
        "family": family, "last": last,
    }  # fmt: skip


def _sounds() -> frozenset[str]:
    from graph.frequency import PINYIN_SURNAMES

    return frozenset(PINYIN_SURNAMES)


_SOUNDS = _sounds()


def _cn_id(text: str) -> Row:
    text = text.upper()
    if len(text) == 15:
        body = f"{text[:6]}19{text[6:]}"
        text = body + prc_check(body)
    born, tail = text[6:14], text[14:]
    return {
        "id_no": "" if "*" in text else text, "id_head": text[:3], "id_born": "" if "*" in born else born,
        "id_tail": "" if "*" in tail else tail,
    }  # fmt: skip


def _cn(row: Row) -> Row:
    phones = [re.sub(r"[^\d*]", "", row[name])[-11:] for name in ("手机号", "备用电话")]
    phones = [phone for phone in phones if phone] + ["", ""]
    identity = _cn_id(row["身份证号"])
    born = row["出生日期"]
    if born:
        parts = re.findall(r"\d+", born)
        born = parts[0] if len(parts) == 1 else f"{parts[0]}{int(parts[1]):02d}{int(parts[2]):02d}"
    # Road, building and room without the words between: what all ways of writing it share.
    place = "" if "*" in row["家庭住址"] else row["家庭住址"]
    tail = re.search(r"(?:[市区安])?([\u4e00-\u9fff]{2,4}(?:路|街|巷|大道)\d.*)$", place)
    parts = re.findall(r"[\u4e00-\u9fff]{2}(?:路|街|巷|大道)|\d+", tail.group(1)) if tail else []
    return {
        "rec_id": row["rec_id"], **_cn_name(row["姓名"]), **identity,
        "phone": "" if "*" in phones[0] else phones[0], "phone_b": phones[1],
        "phone_head": phones[0][:3], "phone_tail": phones[0][-4:],
        "born": born, "born_any": born or identity["id_born"],
        "address_tail": "-".join(parts), "employer": row["工作单位"],
    }  # fmt: skip


PREPARE: dict[str, Callable[[Row], Row]] = {
    "households_us": _households,
    "names_dob": _names_dob,
    "mixed": _mixed,
    "historical": _historical,
    "cn_placement": _cn,
}


def prepare(name: str, folder: Path) -> None:
    """Write prepared.csv beside records.csv, for sets that need it and do not have it yet, and how many
    seconds of processor that took beside it."""
    out = folder / "prepared.csv"
    if name not in PREPARE or out.exists():
        return
    began = time.process_time()
    make, writer = PREPARE[name], None
    part = folder / "prepared.part"
    with (
        (folder / "records.csv").open(encoding="utf-8", newline="") as rows,
        part.open("w", encoding="utf-8", newline="") as file,
    ):
        for row in csv.DictReader(rows):
            made = make(row)
            if writer is None:
                writer = csv.DictWriter(file, fieldnames=list(made))
                writer.writeheader()
            writer.writerow(made)
    (folder / "prepared.seconds").write_text(f"{time.process_time() - began:.2f}", "utf-8")
    part.replace(out)


def seconds(folder: Path) -> float:
    """Give what preparing took; 0 where the set is read as it is."""
    kept = folder / "prepared.seconds"
    return float(kept.read_text("utf-8")) if kept.exists() else 0.0
