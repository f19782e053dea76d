"""Which records are worth comparing: keys that two records of one person are likely to share.

A key must discriminate: a whole number, a whole id, an e-mail address, a full name together with a year of
birth or a place. Never a family name alone, never a masked value.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations

import numpy as np
import numpy.typing as npt

from graph.clean.emails import ROLE_BOXES
from graph.clean.text import simplified
from graph.forms import address_form, born_of, name_key
from graph.model import Record

FEW_RECORDS = 64
"""Up to here every pair is compared: a case and what shares a key with it (2,016 pairs at most)."""
MOST_IN_BLOCK = 100
"""A key held by more records than this says little (a switchboard, a dormitory): it is asked together with
the full name, and where that too is held by more, it is not used."""


def keys(record: Record) -> frozenset[str]:
    """Give the keys under which another record of the same person may be found.

    ``phone:``, ``id:``, ``email:`` with whole values; ``name_born:`` full name and year;
    ``name_region:`` full name and district (or postcode); ``name_address:`` full name and whole
    address. The name part is the sorted letters of the romanised name, so that it does not depend
    on script or word order. Masked values give none.
    """
    return _keys(record, (name_key(name) for name in record.names))


def _whole(record: Record) -> set[str]:
    found = {f"phone:{phone.key}" for phone in record.phones if not phone.masked}
    found |= {f"id:{i.scheme}:{i.value}" for i in record.ids if not i.masked and i.value}
    found |= {
        f"email:{email.casefold()}"
        for email in record.emails
        if "*" not in email and email.partition("@")[0].casefold() not in ROLE_BOXES
    }
    return found


def _keys(record: Record, named: Iterable[str]) -> frozenset[str]:
    found = _whole(record)
    born = born_of(record)
    places = _places(record)
    if born is None and not places:
        # A name alone is no key: most contacts have nothing else, and taking names apart costs.
        return frozenset(found)
    for name in set(named) - {""}:
        if born is not None:
            found.add(f"name_born:{name}|{born.year}")
        found |= {f"{kind}:{name}|{place}" for kind, place in places}
    return frozenset(found)


def _places(record: Record) -> set[tuple[str, str]]:
    places = set()
    for address in record.addresses:
        text, numbers = address_form(address)
        if text and numbers:
            places.add(("name_address", text))
        district = simplified(address.district or address.postcode).casefold().strip()
        city = simplified(address.city).casefold().strip()
        if district and "*" not in district + city:
            places.add(("name_region", f"{address.country}/{city}/{district}"))
    return places


def candidate_pairs(records: Sequence[Record]) -> npt.NDArray[np.intp]:
    """Give the pairs worth comparing as an (n, 2) array of places, left < right, each once, in order.

    Few records (one case and its neighbours) are all compared with each other. Among many, two meet when they
    share a key or belong to one case.
    """
    count = len(records)
    if count <= FEW_RECORDS:
        left, right = np.triu_indices(count, k=1)
        return np.stack([left, right], axis=1)
    blocks: defaultdict[str, list[int]] = defaultdict(list)
    names: list[frozenset[str]] = []
    for place, record in enumerate(records):
        named = [name_key(name) for name in record.names]
        names.append(frozenset(named) - {""})
        for key in _keys(record, named):
            blocks[key].append(place)
        blocks[f"case:{record.case}"].append(place)
    pairs: set[tuple[int, int]] = set()
    for block in blocks.values():
        if len(block) <= MOST_IN_BLOCK:
            pairs.update(combinations(block, 2))
            continue
        by_name: defaultdict[str, list[int]] = defaultdict(list)
        for place in block:
            for name in names[place]:
                by_name[name].append(place)
        for held in by_name.values():
            if len(held) <= MOST_IN_BLOCK:
                pairs.update(combinations(held, 2))
    found = np.array(sorted(pairs), dtype=np.intp)
    return found.reshape(-1, 2)
