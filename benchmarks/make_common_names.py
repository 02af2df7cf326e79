"""Write src/cauce/vetting/data/common_names.tsv: how common name tokens are where they are most common.

    python benchmarks/make_common_names.py

Samples people from Faker's locales, takes each token's share in each, whatever the reading of the name, and keeps the
largest. The shipped list is one more community: it knows Arabic, Persian and Russian names in Latin letters.
"""

from collections import Counter
from pathlib import Path

from faker import Faker

from cauce.vetting.lists import read, shipped
from cauce.vetting.names.tokens import readings

OUT = Path(__file__).parent.parent / "src" / "cauce" / "vetting" / "data" / "common_names.tsv"
LOCALES = (
    "es_CO es_MX es_ES es_CL es_AR pt_BR fr_FR fr_CA zh_CN zh_TW ko_KR ru_RU uk_UA ar_SA fa_IR en_US en_GB en_IN hi_IN"
    " bn_BD tr_TR de_DE it_IT ja_JP ne_NP vi_VN id_ID pl_PL ro_RO el_GR he_IL az_AZ fil_PH yo_NG zu_ZA"
)
FAMILY_FIRST = ("zh_CN", "zh_TW", "ko_KR", "ja_JP")
PEOPLE = 4000
LEAST_SHARE = 0.0015


def main() -> None:
    """Sample every locale with a fixed seed and write the table."""
    largest: dict[str, float] = {}
    for locale in LOCALES.split():
        for token, share in shares(locale).items():
            largest[token] = max(largest.get(token, 0.0), share)
    for token, share in listed_shares().items():
        largest[token] = max(largest.get(token, 0.0), share)
    head = "# Share of people with the name token in the community where it is most common; see PROVENANCE.md\n"
    OUT.write_text(head + "".join(f"{token}\t{largest[token]:.4f}\n" for token in sorted(largest)), "utf-8")


def shares(locale: str) -> dict[str, float]:
    """Tokens that at least LEAST_SHARE of the locale's invented people bear."""
    fake = Faker(locale)
    fake.seed_instance(1)
    seen = Counter[str]()
    for _ in range(PEOPLE):
        parts = [fake.first_name(), fake.last_name()]
        if locale in FAMILY_FIRST:
            parts = [fake.last_name(), fake.first_name()]
        seen.update({token.text for reading in readings(" ".join(parts)) for token in reading})
    return {token: count / PEOPLE for token, count in seen.items() if count / PEOPLE >= LEAST_SHARE}


def listed_shares() -> dict[str, float]:
    """Tokens that at least LEAST_SHARE of the people on the shipped list bear, once a person."""
    seen, people = Counter[str](), read(shipped(), "ofac-csv").persons
    for person in people:
        seen.update({one.text for alias in person.names for reading in readings(alias.text) for one in reading})
    return {token: count / len(people) for token, count in seen.items() if count / len(people) >= LEAST_SHARE}


if __name__ == "__main__":
    main()
