"""Does the matcher find whom it should, leave alone whom it should, and say why?"""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cauce.vetting.lists.model import Alias, DateRange, Document, Entry
from cauce.vetting.names import DEFAULT_THRESHOLD, Hit, Index, Query, jit, probability, score_at
from cauce.vetting.names.evidence import date_weight


def day(year: int, month: int = 0, of_month: int = 0) -> DateRange:
    if not month:
        return DateRange(date(year, 1, 1), date(year, 12, 31))
    return DateRange(date(year, month, of_month), date(year, month, of_month))


def listed(key: str, *names: str, born: DateRange | None = None, sex: str = "", **more: object) -> Entry:
    aliases = tuple(Alias(name) for name in names)
    return Entry(key, "person", aliases, (born,) if born else (), (sex,) if sex else (), **more)  # type: ignore[arg-type]


BORN = day(1971, 4, 23)
INDEX = Index(
    [
        listed("yusuf", "AL-QAHTANI, Yusuf Abd-al-Karim", born=BORN, sex="M"),
        listed("garcia", "GARCIA, Juan", born=day(1975, 6, 7)),
        listed("vasilenko", "VASILENKO, Dmitriy Olegovich", born=day(1966, 1, 30)),
        listed("jinping", "ZHANG, Jian Ping", born=day(1959, 3, 3)),
        listed("haitian", "DESROSIERS, Wilner", born=day(1980, 8, 8), nationalities=("HTI",)),
        listed(
            "paper", "QURESHI, Nadeem", born=day(1969, 2, 2), documents=(Document("passport", "AK-3456789", "PAK"),)
        ),
        Entry("ship", "other", (Alias("DESROSIERS WILNER"),)),
        Entry("nick", "person", (Alias("BOUTERFAS, Kamel"), Alias("EL TURBINA", "weak"))),
    ]
)


def ask(name: str, born: DateRange | None = None, threshold: float = DEFAULT_THRESHOLD, **more: object) -> list[Hit]:
    return INDEX.search(Query("q", (name,), born, **more), threshold)  # type: ignore[arg-type]


def ids(hits: list[Hit]) -> list[str]:
    return [hit.entry_id for hit in hits]


@pytest.mark.parametrize(
    ("name", "entry"),
    [
        ("Yusuf Abdulkarim Al Qahtani", "yusuf"),
        ("QAHTANI YOUSSEF ABDEL KARIM", "yusuf"),
        ("al-Kahtani, Yousef Abdul-Karim", "yusuf"),
        ("يوسف عبد الكريم القحطاني", "yusuf"),
        ("Sheikh Yusuf Abdulkarim Qahtani", "yusuf"),
        ("Дмитрий Олегович Василенко", "vasilenko"),
        ("Dzmitry Vasylenko", "vasilenko"),
        ("VASILENKO DMITRI", "vasilenko"),
        ("张建平", "jinping"),
        ("ZHANG Jianping", "jinping"),
        ("Wilner Desrosier", "haitian"),
        ("DESROSIERS WILNER JEAN", "haitian"),
        ("Vil\u200fner De\u00adsrosiers", "haitian"),
        ("Wilnеr Dеsrosiеrs", "haitian"),
    ],
)
def test_other_spellings_orders_and_scripts_are_found_with_the_birth_date(name: str, entry: str) -> None:
    born = {one.id: one.birth_dates[0] for one in INDEX.entries if one.birth_dates}[entry]
    assert ids(ask(name, born)) == [entry]


def test_the_same_name_is_found_without_a_birth_date_however_common_it_is() -> None:
    assert ids(ask("Juan García")) == ["garcia"]


@pytest.mark.parametrize("years", [-1, 1])
def test_the_same_name_with_the_birth_year_one_off_alerts(years: int) -> None:
    assert ids(ask("Juan Garcia", day(1975 + years, 6, 7))) == ["garcia"]
    assert ids(ask("Juan Garcia", day(1975 + years, 11, 20))) == ["garcia"]
    assert ids(ask("Yusuf Abd al-Karim al-Qahtani", day(1971 + years))) == ["yusuf"]


def test_eight_years_off_is_listed_with_its_reason_and_does_not_alert() -> None:
    for name in ("Juan Garcia", "Yusuf Abd al-Karim al-Qahtani"):
        born = day(1983, 6, 7) if "Juan" in name else day(1979, 4, 23)
        assert ask(name, born) == []
        (hit,) = ask(name, born, threshold=0.02)
        assert "different_birth_date" in {piece.note_code for piece in hit.pieces}


def test_a_name_of_one_word_is_judged_by_the_year_like_any_other() -> None:
    index = Index([listed("one", "HAMBALI", born=day(1964, 4, 4)), *(listed(f"f{n}", f"FILLER{n}") for n in range(80))])
    asked = {years: Query("q", ("Hambali",), day(1964 + years, 9, 9)) for years in (-1, 1, 8)}
    assert ids(index.search(asked[1])) == ids(index.search(asked[-1])) == ["one"]
    assert index.search(asked[8]) == []
    assert ids(index.search(asked[8], 0.08)) == ["one"]


def test_a_document_outweighs_a_different_birth_date() -> None:
    paper = Document("passport", "AK3456789", "PAK")
    (hit,) = ask("Nadeem Qureshi", day(1977, 2, 2), documents=(paper,))
    assert hit.entry_id == "paper"
    assert {"same_document", "different_birth_date"} <= {piece.note_code for piece in hit.pieces}
    assert ask("Nadeem Qureshi", day(1977, 2, 2)) == []


def test_a_document_is_found_under_another_name() -> None:
    (hit,) = ask("Somebody Else", documents=(Document("passport", "AK 3456789", ""),))
    assert hit.entry_id == "paper"


def test_better_dates_never_score_lower() -> None:
    listed_day = day(1975, 6, 7)
    asked = [day(1975, 6, 7), day(1975, 7, 6), day(1975), day(1974, 9, 9), day(1973, 9, 9), day(1967, 9, 9)]
    weights = [date_weight(one, listed_day)[0] for one in asked]
    assert weights == sorted(weights, reverse=True)
    assert len(set(weights)) == len(weights)


def test_nationality_neither_raises_nor_lowers_nor_selects() -> None:
    scores = {
        nationality: ask("Wilner Desrosiers", day(1980, 8, 8), nationality=nationality)[0].score
        for nationality in ("HTI", "COL", "")
    }
    assert len(set(scores.values())) == 1
    assert ask("Jean Baptiste", day(1990, 1, 2), nationality="HTI") == []


def test_sex_speaks_only_when_both_sides_know_it() -> None:
    same, other, unsaid = (ask("Yusuf Abdulkarim Qahtani", BORN, 0.0, sex=sex)[0].score for sex in ("M", "F", "X"))
    assert other < unsaid < same


def test_strangers_with_common_names_are_left_alone() -> None:
    for name in ("Juan Rodriguez", "Yusuf Ahmed", "Zhang Wei", "Dmitriy Ivanov", "Maria Garcia Lopez", "Li Na"):
        assert ask(name, day(1988, 5, 14)) == [], name


def test_vessels_and_companies_are_never_matched_against_people() -> None:
    assert "ship" not in ids(ask("Desrosiers Wilner", threshold=0.0))


def test_a_nickname_the_list_itself_doubts_weighs_less() -> None:
    strong = Index([Entry("nick", "person", (Alias("EL TURBINA"), Alias("BOUTERFAS, Kamel")))])
    query = Query("q", ("El Turbina",))
    weak_hit, strong_hit = INDEX.search(query, 0.0)[0], strong.search(query, 0.0)[0]
    assert weak_hit.score < strong_hit.score
    assert "weak_alias" in {piece.note_code for piece in weak_hit.pieces}


def test_a_score_is_the_sum_of_its_pieces_and_names_the_alias() -> None:
    for name in ("Yousef al Kahtani", "Dmitry Vasilenko", "Wilner Desrosier"):
        for hit in ask(name, BORN, 0.0, sex="M"):
            assert hit.score == pytest.approx(sum(piece.weight for piece in hit.pieces))
            aliases = {alias.text for entry in INDEX.entries if entry.id == hit.entry_id for alias in entry.names}
            assert hit.matched_alias in aliases
            assert all(piece.note_code for piece in hit.pieces)


def test_the_answer_never_depends_on_who_else_is_in_the_batch() -> None:
    names = ["Juan Garcia", "Yousef Qahtani", "Zhang Jianping", "Nobody Atall", "يوسف القحطاني", "Wilner Desrosier"]
    queries = [Query(name, (name,), BORN) for name in names]
    together = INDEX.search_many(queries, 0.01)
    assert together == [INDEX.search(query, 0.01) for query in queries]
    assert together[::-1] == INDEX.search_many(queries[::-1], 0.01)


def test_hits_come_best_first_and_no_more_than_asked_for() -> None:
    index = Index([listed(f"g{n}", "GARCIA, Juan", born=day(1970 + n)) for n in range(6)])
    hits = index.search(Query("q", ("Juan Garcia",), day(1970, 5, 5)), 0.0, top=3)
    assert hits[0].entry_id == "g0"
    assert len(hits) == 3
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_any_of_the_names_a_person_goes_by_is_enough() -> None:
    assert ids(INDEX.search(Query("q", ("Pedro Nadie", "Дмитрий Василенко"), day(1966, 1, 30)))) == ["vasilenko"]


def test_thresholds_and_scores_convert_both_ways() -> None:
    for threshold in (0.1, 0.5, 0.9):
        assert probability(score_at(threshold)) == pytest.approx(threshold)
    assert probability(-1e9) < probability(0.0) < probability(1e9) <= 1.0


@pytest.mark.parametrize(
    "name",
    ["", " ", ",", "A", "x" * 5000, "a b c d e f g h i j k l m n o p " * 40, "\u202e\u200f", "12345", "🙂", "،", "-'"],
)
def test_odd_names_are_answered_and_never_crash(name: str) -> None:
    ask(name, BORN, 0.0)
    Index([listed("odd", name, "Real Name"), listed("none")]).search(Query("q", ("Real Name", name)), 0.0)


def test_ten_thousand_aliases_hide_nobody() -> None:
    index = Index([listed("many", *(f"NAME{n}, Given{n}" for n in range(10_000)))])
    assert ids(index.search(Query("q", ("Given9999 Name9999",)))) == ["many"]


def test_an_empty_index_answers_nothing() -> None:
    assert Index([]).search(Query("q", ("Juan Garcia",), BORN), 0.0) == []


@settings(max_examples=100, deadline=None)
@given(name=st.text(max_size=60), other=st.text(max_size=60))
def test_any_two_texts_can_be_compared(name: str, other: str) -> None:
    index = Index([listed("a", name)])
    for hit in index.search(Query("q", (other,)), 0.0):
        assert hit.score == pytest.approx(sum(piece.weight for piece in hit.pieces))


DAYS = st.dates(date(1930, 1, 1), date(2020, 12, 31))
RANGES = st.one_of(
    DAYS.map(lambda one: DateRange(one, one)), st.tuples(DAYS, DAYS).map(lambda two: DateRange(min(two), max(two)))
)


@settings(max_examples=200, deadline=None)
@given(asked=RANGES, dates=st.lists(RANGES, min_size=1, max_size=4))
def test_the_best_of_several_birth_dates_counts(asked: DateRange, dates: list[DateRange]) -> None:
    index = Index([Entry("one", "person", (Alias("DESROSIERS, Wilner"),), tuple(dates))])
    with_date = index.search(Query("q", ("Wilner Desrosiers",), asked), 0.0)[0].score
    without = index.search(Query("q", ("Wilner Desrosiers",)), 0.0)[0].score
    assert with_date - without == pytest.approx(max(date_weight(asked, one)[0] for one in dates), abs=1e-9)


def test_a_common_name_is_found_by_its_consonants_or_with_one_letter_wrong() -> None:
    letters = "bdgkmnprst"
    filler = [listed(f"f{n}", f"{letters[n % 10]}or{letters[n // 10 % 10]}i, Hassan") for n in range(400)]
    index = Index([*filler, listed("ali", "HASSAN, Ali"), listed("juan", "GARCIA, Juan")])
    assert ids(index.search(Query("q", ("علي حسن",)), top=1)) == ["ali"]
    assert ids(index.search(Query("q", ("Juan Garcea",)), 0.05, top=1)) == ["juan"]


@pytest.mark.parametrize("name", ["Abd", "Abd Abd", "ABD, Omar", "A", "E", "عبد", "Ab d"])
def test_a_name_that_is_the_beginning_of_another_is_asked_like_any(name: str) -> None:
    """`Abd` alone is the servant of nobody: what is left without it is no name to ask for."""
    index = Index([listed("it", name), *(listed(f"f{n}", f"FILLER{n}") for n in range(80))])
    assert index.search(Query("q", (name,)), 0.0)[0].entry_id == "it"


def test_weighed_apart_everybody_has_the_score_of_a_list_of_that_one_alone() -> None:
    """However many others are there, and bear the same names."""
    first, last = (
        ("Maria Jose", "Yusleidy", "Wilner", "Mohammed", "Ana", "Xiomarex"),
        ("Garcia", "Barreto Colina", "Li"),
    )
    people = [
        Query(f"{given} {family} {year}", (f"{given} {family}",), day(year, 7, 23), sex)
        for given, sex in zip(first, "FFMMFF", strict=True)
        for family in last
        for year in (1984, 1985, 2016)
    ] + [Query("joined", ("Mariajose Garcia", "Garsia, Maria"), day(1984, 7, 23)), Query("undated", ("ماريا غارسيا",))]
    entries = [
        Entry(one.id, "person", tuple(map(Alias, one.names)), (one.birth_date,) if one.birth_date else (), (one.sex,))
        for one in people
    ]
    asked = [people[0], people[5], people[20], *people[-2:]]
    found: list[dict[str, float]] = [{} for _ in asked]
    for index in Index.apart(entries):
        for scores, more in zip(found, index.scores(asked), strict=True):
            scores |= more
    for query, scores in zip(asked, found, strict=True):
        for entry in entries:
            alone = Index([entry]).search(query, 0.0)
            assert scores.get(entry.id) == (pytest.approx(alone[0].score, abs=1e-9) if alone else None)


def test_nobody_asked_about_and_nobody_listed_is_answered_by_machine_code_too() -> None:
    jit.compile_kernels()
    listed = Entry("w1", "person", (Alias("Maria Garcia"),), (), ())
    (index,) = Index.apart([listed])
    assert index.scores([]) == []
    assert Index.apart([])[0].scores([Query("p1", ("Maria Garcia",))]) == [{}]
