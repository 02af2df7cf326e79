"""Splink on DuckDB, run by bench_screen_dedupe.py with the interpreter of .venv-peers; knows nothing of Cauce.

    python splink_dedupe.py PEOPLE.csv PAIRS.csv

PEOPLE.csv has `id,given,family,dob,nat,gender`: names parted, as its comparisons want them. Blocking rules,
comparisons and training are those of Splink's own example for people. PAIRS.csv gets `a,b,probability` from one half
on. Prints one JSON object.
"""

import json
import sys
import time
from importlib.metadata import version
from pathlib import Path

import duckdb
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

SEED = 20240702
RULES = ("family, dob", "given, dob", "given, family", "substr(family, 1, 3), substr(given, 1, 3), substr(dob, 1, 4)")
COMPARED = ["id", "given", "family", "dob", "gender", "nat"]


def rule(said: str) -> object:
    """`family, dob` as Splink's own kind of rule; commas inside brackets part nothing."""
    columns, depth, at = [], 0, 0
    for place, letter in enumerate(said + ","):
        depth += (letter == "(") - (letter == ")")
        if letter == "," and not depth:
            columns.append(said[at:place].strip())
            at = place + 1
    return block_on(*columns)


def settings() -> SettingsCreator:
    return SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="id",
        blocking_rules_to_generate_predictions=[rule(one) for one in RULES],
        comparisons=[
            cl.ForenameSurnameComparison("given", "family"),
            cl.DateOfBirthComparison("dob", input_is_string=True),
            cl.ExactMatch("gender"),
            cl.ExactMatch("nat").configure(term_frequency_adjustments=True),
        ],
        retain_intermediate_calculation_columns=False,
        retain_matching_columns=False,
    )


def main() -> None:
    people, out = Path(sys.argv[1]), Path(sys.argv[2])
    began = time.perf_counter()
    connection = duckdb.connect(":memory:")
    connection.sql(f"create table people as select {', '.join(COMPARED)} from read_csv('{people}', all_varchar=true)")
    api = DuckDBAPI(connection)
    linker = Linker(api.register("people"), settings())
    linker.training.estimate_probability_two_random_records_match(
        [block_on("given", "family", "dob"), block_on("given", "dob", "gender", "nat")], recall=0.7
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=SEED)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("dob"))
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("given", "family"))
    trained = time.perf_counter()
    found = linker.inference.predict(threshold_match_probability=0.5)
    pairs = f"select id_l as a, id_r as b, match_probability as probability from {found.physical_name}"
    connection.sql(pairs).write_csv(str(out))
    told = {
        "versions": {name: version(name) for name in ("splink", "duckdb")},
        "python": sys.version.split()[0],
        "seconds_train": trained - began,
        "seconds_predict": time.perf_counter() - trained,
    }
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    main()
