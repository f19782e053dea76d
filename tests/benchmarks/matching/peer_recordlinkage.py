"""Run by the peers' Python: recordlinkage's ECM classifier on one labelled set, its pairs with p to Parquet.

    PEERS/bin/python peer_recordlinkage.py SETTINGS FOLDER OUT.parquet

Two levels a field (agree or not; Jaro-Winkler from 0.85 agrees for names and streets), blocks as wide as the
memory allows, EM by the package. Only for tables of some thousands: it makes every pair in memory.
"""

import argparse
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import recordlinkage

warnings.filterwarnings("ignore")

# set -> (columns or tuples of columns to block on, exact fields, Jaro-Winkler fields)
SETTINGS = {
    "febrl": (
        ["soc_sec_id", "given_name", "surname", "date_of_birth", "postcode", "address_1"],
        ["date_of_birth", "soc_sec_id", "postcode", "street_number"],
        ["given_name", "surname", "address_1", "suburb"],
    ),
    "households_us": (
        [
            ("first_name", "last_name"),
            "birth_date",
            "phone",
            ("street", "house_number"),
            ("last_name", "zip"),
        ],
        ["birth_date", "phone", "zip", "house_number", "sex", "middle_initial", "birthplace", "occupation"],
        ["first_name", "last_name", "street"],
    ),
    "names_dob": (
        [("first", "last"), "dob", ("last", "year"), ("first", "year")],
        ["dob", "year"],
        ["first", "last"],
    ),
    "mixed": (
        ["name_plain", "phone", "email", "ssn", "address_plain", "birth_date", "licence", "website"],
        ["birth_date", "phone", "email", "ssn", "licence", "website"],
        ["name_plain", "address_plain"],
    ),
    "historical": (
        [("first", "last"), ("last", "year"), "dob", "postcode"],
        ["dob", "postcode", "birth_place", "occupation", "gender"],
        ["first", "last"],
    ),
}


def frame(path):
    """Read a table by its record ids, an empty cell as missing."""
    table = pd.read_csv(path, dtype=str, keep_default_na=False, skipinitialspace=True).set_index("rec_id")
    table = table.where(table != "", None)
    for name in ("dob", "date_of_birth"):
        if name in table:
            table["year"] = table[name].str[:4]
    return table


def main():
    """Block, compare, learn, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("settings", choices=SETTINGS)
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    chosen = parser.parse_args()
    blocks, exact, fuzzy = SETTINGS[chosen.settings]
    two = (chosen.folder / "a.csv").exists()
    prepared = chosen.folder / "prepared.csv"
    if two:
        tables = [frame(chosen.folder / "a.csv"), frame(chosen.folder / "b.csv")]
    else:
        tables = [frame(prepared if prepared.exists() else chosen.folder / "records.csv")]
    pairs = None
    for block in blocks:
        names = list(block) if isinstance(block, tuple) else [block]
        index = recordlinkage.Index()
        index.block(names)
        # A missing value joins nothing.
        found = index.index(*[table.dropna(subset=names) for table in tables])
        pairs = found if pairs is None else pairs.union(found)
    compare = recordlinkage.Compare()
    for name in exact:
        compare.exact(name, name, label=name)
    for name in fuzzy:
        compare.string(name, name, method="jarowinkler", threshold=0.85, label=name)
    features = compare.compute(pairs, *tables)
    machine = recordlinkage.ECMClassifier(binarize=0.5, max_iter=200)
    machine.fit(features)
    p = machine.prob(features)
    # A field that never agrees in one class gives logarithms of nothing, and such pairs have no p.
    known = np.isfinite(p)
    if known.mean() < 0.5:
        raise SystemExit(f"recordlinkage gives no p for {(~known).sum()} of {len(p)} pairs")
    p = p[known]
    left, right = (np.asarray(p.index.get_level_values(level)) for level in (0, 1))
    pd.DataFrame({"left": left, "right": right, "p": np.asarray(p)}).to_parquet(chosen.out)


if __name__ == "__main__":
    main()
