"""Run by the peers' Python: Splink 5 on one labelled set, all pairs above -15 bits to a Parquet file.

    PEERS/bin/python peer_splink.py SETTINGS FOLDER OUT.parquet

What a careful user would set up from Splink's own example notebooks: name, birth-date, postcode and e-mail
comparisons of its library, term frequency where its examples have it, a prior from deterministic rules, u by
random sampling, EM in two or three sessions blocked on different keys. One set of settings per table, named
below; columns are read by their names. Nothing here sees the truth.

FOLDER may hold a prepared.csv (normal forms and pinyin made by our own cleaning, see peers.py); it is then
read instead of records.csv, so that the peer is not judged by its lack of Chinese cleaning.
"""

import argparse
import json
import time
from pathlib import Path

import pandas as pd
import splink.comparison_level_library as cll
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on


def frame(path):
    """Read text as text; an empty cell is a null."""
    table = pd.read_csv(path, dtype=str, keep_default_na=False, skipinitialspace=True)
    return table.replace("", None)


def exact(name, tf=True):
    """Exact or else, term frequency by value."""
    return cl.ExactMatch(name).configure(term_frequency_adjustments=tf)


def jw(name, levels=(0.92, 0.8), tf=True):
    """Jaro-Winkler at two levels with term frequency."""
    return cl.JaroWinklerAtThresholds(name, list(levels)).configure(term_frequency_adjustments=tf)


def dob(name, form):
    """The library's birth-date comparison."""
    return cl.DateOfBirthComparison(name, input_is_string=True, datetime_format=form)


FEBRL = {
    "rules": [
        block_on("soc_sec_id"), block_on("given_name"), block_on("surname"), block_on("date_of_birth"),
        block_on("postcode"),
    ],
    "comparisons": [
        cl.NameComparison("given_name"), cl.NameComparison("surname"), dob("date_of_birth", "%Y%m%d"),
        cl.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2]), exact("street_number"), exact("postcode"),
    ],
    "prior": [
        "l.soc_sec_id = r.soc_sec_id",
        "l.given_name = r.given_name and l.surname = r.surname and l.date_of_birth = r.date_of_birth",
        "l.given_name = r.surname and l.surname = r.given_name and l.date_of_birth = r.date_of_birth",
    ],
    "recall": 0.9,
    "em": [block_on("date_of_birth"), block_on("postcode")],
}  # fmt: skip
HOUSEHOLDS = {
    "rules": [
        block_on("first_name", "last_name"), block_on("last_name", "birth_date"), block_on("phone"),
        block_on("first_name", "birth_date"), block_on("street", "house_number"),
        block_on("last_name", "substr(birth_date,1,4)"), block_on("last_name", "zip"),
        block_on("birth_date", "zip"), block_on("first_name", "zip"),
    ],
    "comparisons": [
        cl.NameComparison("first_name"), cl.NameComparison("last_name"), exact("middle_initial", tf=False),
        exact("suffix", tf=False),
        dob("birth_date", "%Y-%m-%d"), exact("sex", tf=False), cl.LevenshteinAtThresholds("house_number", 1),
        jw("street"), exact("zip"), exact("phone"), exact("birthplace"), exact("occupation"),
        exact("employer"),
    ],
    "prior": [
        "l.first_name = r.first_name and l.last_name = r.last_name and l.birth_date = r.birth_date",
        "l.phone = r.phone and l.first_name = r.first_name",
    ],
    "recall": 0.7,
    "em": [block_on("first_name", "last_name"), block_on("birth_date"), block_on("zip", "house_number")],
}  # fmt: skip
# Lesson 2 of shared/matching.md: what kept EM from finding households instead of persons.
HOUSEHOLDS_TUNED = {
    "rules": [*HOUSEHOLDS["rules"], block_on("first_name", "phone")],
    "comparisons": [
        cl.NameComparison("first_name"), cl.NameComparison("last_name"), exact("middle_initial", tf=False),
        exact("suffix", tf=False), dob("birth_date", "%Y-%m-%d"), exact("sex", tf=False),
        cl.CustomComparison(
            output_column_name="home",
            comparison_levels=[
                cll.NullLevel("street"),
                cll.And(cll.ExactMatchLevel("street"), cll.ExactMatchLevel("house_number")),
                cll.ExactMatchLevel("phone"),
                cll.ExactMatchLevel("zip"),
                cll.ElseLevel(),
            ],
        ),
        exact("occupation"),
    ],
    "prior": ["l.first_name = r.first_name and l.last_name = r.last_name and l.birth_date = r.birth_date"],
    "recall": 0.8,
    "em": [
        block_on("first_name", "last_name"), block_on("first_name", "birth_date"),
        block_on("last_name", "birth_date"),
    ],
}  # fmt: skip
NAMES = {
    "rules": [
        block_on("first", "last"), block_on("dob"), block_on("last", "substr(dob,1,4)"),
        block_on("first", "substr(dob,1,4)"), block_on("substr(first,1,3)", "substr(last,1,3)"),
        block_on("last", "substr(dob,6,5)"), block_on("first", "substr(dob,6,5)"),
    ],
    "comparisons": [
        cl.ForenameSurnameComparison("first", "last", forename_surname_concat_col_name="whole"),
        dob("dob", "%Y-%m-%d"),
    ],
    "prior": ["l.first = r.first and l.last = r.last and l.dob = r.dob"],
    "recall": 0.6,
    "em": [block_on("dob"), block_on("first", "last")],
}  # fmt: skip
MIXED = {
    "rules": [
        block_on("name_plain"), block_on("phone"), block_on("phone_b"), block_on("email"), block_on("ssn"),
        block_on("licence"), block_on("address_plain"), block_on("birth_date"), block_on("website"),
        block_on("family"),
    ],
    "comparisons": [
        jw("name_plain", (0.95, 0.88, 0.8)), dob("birth_date", "%Y-%m-%d"), exact("phone"), exact("phone_b"),
        cl.EmailComparison("email"), jw("address_plain", (0.95, 0.85)), cl.LevenshteinAtThresholds("ssn", 1),
        exact("licence", tf=False), exact("website"), exact("kind", tf=False), exact("employer"),
    ],
    "prior": [
        "l.name_plain = r.name_plain and l.phone = r.phone", "l.ssn = r.ssn", "l.email = r.email",
        "l.name_plain = r.name_plain and l.birth_date = r.birth_date",
    ],
    "recall": 0.4,
    "em": [block_on("name_plain"), block_on("phone"), block_on("address_plain"), block_on("email")],
}  # fmt: skip
HISTORICAL = {
    "rules": [
        block_on("first", "last"), block_on("last", "substr(dob,1,4)"), block_on("first", "dob"),
        block_on("postcode"), block_on("birth_place", "last"), block_on("dob", "birth_place"),
        block_on("substr(first,1,3)", "substr(last,1,4)"), block_on("last", "occupation"),
        block_on("dob", "occupation"),
    ],
    "comparisons": [
        cl.ForenameSurnameComparison("first", "last", forename_surname_concat_col_name="whole"),
        dob("dob", "%Y-%m-%d"), cl.LevenshteinAtThresholds("postcode", [1, 2]), exact("birth_place"),
        exact("occupation"), exact("gender", tf=False),
    ],
    "prior": [
        "l.first = r.first and l.last = r.last and l.dob = r.dob",
        "substr(l.first,1,2) = substr(r.first,1,2) and l.last = r.last "
        "and substr(l.postcode,1,2) = substr(r.postcode,1,2)",
        "l.dob = r.dob and l.postcode = r.postcode",
    ],
    "recall": 0.6,
    "em": [block_on("first", "last"), block_on("dob"), block_on("postcode")],
}  # fmt: skip


NO_NAME = "coalesce(family_l, last_l) is null or coalesce(family_r, last_r) is null"
MASKED_NAME = "(pinyin_l is null or pinyin_r is null)"
NO_ID = (
    "(id_no_l is null and id_head_l is null and id_tail_l is null) "
    "or (id_no_r is null and id_head_r is null and id_tail_r is null)"
)
FITS = "coalesce(id_head_l = id_head_r, true) and coalesce(id_tail_l = id_tail_r, true)"
NO_PHONE = "phone_tail_l is null or phone_tail_r is null"
MASKED_PHONE = (
    "(phone_l is null or phone_r is null) and phone_head_l = phone_head_r and phone_tail_l = phone_tail_r"
)


def null(sql):
    """A level that counts as missing."""
    return cll.CustomLevel(sql, "missing").configure(is_null_level=True)


def cn_name():
    """Characters, then their sound, then how alike the sounds are, then what a mask leaves of the name."""
    return cl.CustomComparison(
        output_column_name="name",
        comparison_levels=[
            null(NO_NAME),
            cll.ExactMatchLevel("han").configure(tf_adjustment_column="han"),
            cll.ExactMatchLevel("name_sorted").configure(tf_adjustment_column="name_sorted"),
            cll.CustomLevel(
                f"{MASKED_NAME} and family_l = family_r and last_l = last_r", "masked, both ends"
            ),
            cll.CustomLevel(f"{MASKED_NAME} and last_l = last_r", "masked, last character"),
            cll.CustomLevel(f"{MASKED_NAME} and family_l = family_r", "masked, family"),
            cll.CustomLevel(MASKED_NAME, "masked, different"),
            cll.JaroWinklerLevel("pinyin", 0.95),
            cll.JaroWinklerLevel("pinyin", 0.88),
            cll.ExactMatchLevel("family"),
            cll.ElseLevel(),
        ],
    )


def cn_id():
    """Whole (15 digits made 18), a slip or two apart, what masks leave, the birth date inside, else."""
    return cl.CustomComparison(
        output_column_name="id_no",
        comparison_levels=[
            null(NO_ID),
            cll.ExactMatchLevel("id_no"),
            cll.LevenshteinLevel("id_no", 1),
            cll.LevenshteinLevel("id_no", 2),
            cll.CustomLevel(
                f"(id_no_l is null or id_no_r is null) and {FITS} and id_born_l = id_born_r",
                "masked with birth date",
            ),
            cll.CustomLevel(
                f"(id_no_l is null or id_no_r is null) and {FITS} and id_tail_l = id_tail_r "
                "and coalesce(id_born_l = id_born_r, true)",
                "masked with last four",
            ),
            cll.CustomLevel("id_no_l is null or id_no_r is null", "masked and different"),
            cll.ExactMatchLevel("id_born"),
            cll.ElseLevel(),
        ],
    )


def cn_phone():
    """Any number of one among the numbers of the other, a slip apart, or what masks leave."""
    return cl.CustomComparison(
        output_column_name="phone",
        comparison_levels=[
            null(NO_PHONE),
            cll.ExactMatchLevel("phone").configure(tf_adjustment_column="phone"),
            cll.CustomLevel("phone_l = phone_b_r or phone_b_l = phone_r or phone_b_l = phone_b_r", "crossed"),
            cll.CustomLevel(MASKED_PHONE, "masked and the same"),
            cll.CustomLevel("phone_l is null or phone_r is null", "masked and different"),
            cll.LevenshteinLevel("phone", 1),
            cll.ElseLevel(),
        ],
    )


def cn_born():
    """Birth dates, written or from one id; left out where both ids are whole, for they say it already."""
    return cl.CustomComparison(
        output_column_name="born",
        comparison_levels=[
            null("born_any_l is null or born_any_r is null or (id_no_l is not null and id_no_r is not null)"),
            cll.ExactMatchLevel("born_any"),
            cll.LevenshteinLevel("born_any", 1),
            cll.ElseLevel(),
        ],
    )


CN = {
    "rules": [
        block_on("id_no"), block_on("phone"), block_on("name_sorted", "born_any"),
        block_on("phone_tail", "family"),
        block_on("id_tail", "family"), "l.phone = r.phone_b", "l.phone_b = r.phone_b",
        block_on("phone_tail", "id_tail"), block_on("name_sorted", "address_tail"),
        block_on("han", "employer"),
        block_on("id_born", "id_head"), block_on("id_tail", "id_head"), block_on("phone_tail", "born_any"),
    ],
    "comparisons": [
        cn_name(), cn_id(), cn_phone(), cn_born(), jw("address_tail", (0.95, 0.88)), exact("employer"),
    ],
    "prior": ["l.id_no = r.id_no", "l.phone = r.phone and l.name_sorted = r.name_sorted"],
    "recall": 0.75,
    "em": [block_on("id_no"), block_on("phone"), block_on("name_sorted", "born_any")],
}  # fmt: skip
# With these two it comes nearer to the true pairs that `tracer link` finds, and pays for it.
CN_WIDE = {**CN, "rules": [*CN["rules"], block_on("name_sorted"), block_on("family", "born_any")]}
FEBRL_ALL = {
    **FEBRL,
    "comparisons": [*FEBRL["comparisons"], jw("address_1"), jw("suburb"), exact("state")],
    "rules": [*FEBRL["rules"], block_on("address_1"), block_on("suburb", "street_number")],
}
SETTINGS = {
    "febrl": FEBRL, "febrl_all": FEBRL_ALL, "households_us": HOUSEHOLDS,
    "households_tuned": HOUSEHOLDS_TUNED, "names_dob": NAMES, "mixed": MIXED, "historical": HISTORICAL,
    "cn_placement": CN, "cn_placement_wide": CN_WIDE,
}  # fmt: skip


def main():
    """Train, predict, write; the stages' seconds go to standard output as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("settings", choices=SETTINGS)
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    chosen = parser.parse_args()
    settings, folder = SETTINGS[chosen.settings], chosen.folder
    began, stages = time.perf_counter(), {}

    def stage(name):
        nonlocal began
        stages[name] = round(time.perf_counter() - began, 2)
        began = time.perf_counter()

    prepared = folder / "prepared.csv"
    files = [folder / "a.csv", folder / "b.csv"] if (folder / "a.csv").exists() else [folder / "records.csv"]
    files = [prepared] if prepared.exists() else files
    tables = [frame(path) for path in files]
    database = DuckDBAPI()
    rules = settings["rules"]
    creator = SettingsCreator(
        link_type="link_only" if len(tables) == 2 else "dedupe_only",
        unique_id_column_name="rec_id",
        blocking_rules_to_generate_predictions=rules,
        comparisons=settings["comparisons"],
        retain_intermediate_calculation_columns=False,
        retain_matching_columns=False,
        max_iterations=20,
    )
    registered = [database.register(one, dataset_display_name=f"t{at}") for at, one in enumerate(tables)]
    linker = Linker(registered if len(registered) > 1 else registered[0], creator)
    stage("read")
    linker.training.estimate_probability_two_random_records_match(
        settings["prior"], recall=settings["recall"]
    )
    stage("prior")
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    stage("u")
    for rule in settings["em"]:
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    stage("em")
    predicted = linker.inference.predict(threshold_match_weight=-15)
    stage("predict")
    linker.clustering.cluster_pairwise_predictions_at_threshold(predicted, threshold_match_probability=0.95)
    stage("cluster")
    pairs = predicted.query_sql(
        'select rec_id_l as "left", rec_id_r as "right", match_probability as p, match_weight as bits '
        "from {this}"
    )
    pairs.to_parquet(str(chosen.out), overwrite=True)
    stage("write")
    print(json.dumps(stages))


if __name__ == "__main__":
    main()
