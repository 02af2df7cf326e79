"""Printed names and the lines that may stand for them."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cauce.people.mrz import fits, name_field, name_line
from cauce.people.mrz.names import divide

DATA = Path(__file__).parent.parent / "data" / "mrz"
FORMATS = ("TD1", "TD2", "TD3", "MRV-A", "MRV-B")
WIDTHS = {"TD1": 30, "TD2": 31, "TD3": 39, "MRV-A": 39, "MRV-B": 31}
LONG = "BENNELONG WOOLOOMOOLOO WARRANDYTE WARNAMBOOL, DINGO POTOROO"


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def line(name: str, form: str = "TD3") -> str:
    """The name's characters as a line of a format, filled up."""
    return ("" if form == "TD1" else "P<UTO") + name.ljust(WIDTHS[form], "<")


@pytest.mark.parametrize("row", rows("names_viz_to_mrz.tsv"), ids=lambda row: row["mrz_name_line"])
def test_every_line_of_the_standard_fits_its_name(row: dict[str, str]) -> None:
    assert fits(row["doc_type"], row["viz"], row["mrz_name_line"])
    if row["doc_type"] == "TD3":
        assert fits("MRVA", row["viz"], "V<D<<" + row["mrz_name_line"][5:])


@pytest.mark.parametrize("row", rows("names_viz_to_mrz.tsv"), ids=lambda row: row["mrz_name_line"])
def test_a_name_is_written_as_in_an_example_of_the_standard(row: dict[str, str]) -> None:
    written = name_line(row["doc_type"], "UTO", *divide(row["viz"]))
    assert fits(row["doc_type"], row["viz"], written)
    alike = [
        one for one in rows("names_viz_to_mrz.tsv") if (one["doc_type"], one["viz"]) == (row["doc_type"], row["viz"])
    ]
    assert written in [one["mrz_name_line"] for one in alike]


@pytest.mark.parametrize("row", rows("arabic_to_mrz.tsv"), ids=lambda row: row["viz"])
def test_arabic_examples_of_the_standard_are_written_and_fit(row: dict[str, str]) -> None:
    field = row["mrz_name_field_39"][:39]
    assert name_field("TD3", *divide(row["arabic"])) == field
    assert fits("TD3", row["arabic"], "P<SAU" + field)
    assert fits("TD3", row["arabic"], field)


@pytest.mark.parametrize(
    ("printed", "written"),
    [
        ("Müller, Jörg", ["MUELLER<<JOERG", "MULLER<<JORG", "MUXXLLER<<JOERG", "MULLER<<JOERG"]),
        ("Núñez, Íñigo", ["NUNEZ<<INIGO", "NUNXXEZ<<INXXIGO", "NUNXXEZ<<INIGO"]),
        ("Ångström, Åsa", ["AANGSTROEM<<AASA", "ANGSTROM<<ASA"]),
        ("Sørensen, Ægir", ["SOERENSEN<<AEGIR"]),
        ("Großmann, Ðorður Þór", ["GROSSMANN<<DORDUR<THOR"]),
        ("GROẞMANN, ĲSBRAND", ["GROSSMANN<<IJSBRAND"]),
        ("Yıldız, İpek Şule", ["YILDIZ<<IPEK<SULE"]),
        ("Nguye\u0302\u0303n, Thị Hoà", ["NGUYEN<<THI<HOA"]),
        ("Țepeș, Ștefan", ["TEPES<<STEFAN"]),
        ("O’Connor, D'Arcy", ["OCONNOR<<DARCY"]),
        ("Smith-Jones, Anne–Marie", ["SMITH<JONES<<ANNE<MARIE"]),
        ("St. John, J.R.", ["ST<JOHN<<JR"]),
        ("Eriksson, Anna, Maria", ["ERIKSSON<<ANNA<MARIA"]),
        ("Smith Jr., Dr. John", ["SMITH<<JOHN", "SMITH<<DR<JOHN", "SMITH<<JOHN<JR", "SMITH<<DR<JOHN<JR"]),
        ("SMITH, JOHN III", ["SMITH<<JOHN", "SMITH<<JOHN<III"]),
        ("Sukarno", ["SUKARNO"]),
        ("Satriya Sudarpa", ["SATRIYA<SUDARPA"]),
        (", Anna Maria", ["ANNA<MARIA"]),
        ("Щербаков, Юрий", ["SHCHERBAKOV<<IURII", "SHTERBAKOV<<YURII"]),
        ("Гайдар, Яків", ["GAIDAR<<IAKIV", "HAIDAR<<YAKIV", "HAIDAR<<IAKIV"]),
        ("Їжакевич, Євген", ["IZHAKEVICH<<IEVGEN", "YIZHAKEVYCH<<YEVHEN"]),
        ("Алёшина, Ольга", ["ALESHINA<<OLGA", "ALIOSHINA<<OLHA"]),
        ("Хаџић, Жељко", ["KHADZIC<<ZHELJKO", "HADZIC<<ZELJKO"]),
        ("فاطمة", ["FAXTTMXAH", "FAXTTMXTA"]),
        ("عبّاس", ["EBBAS"]),
        ("فضّة", ["FXDZXDZXAH"]),
        ("عبدالرحمن", ["EBD<ALRXHMN", "EBDALRXHMN"]),
        ("گلزار، پروین", ["XGGLZAR<<PRWXYAN", "XGGLZAR<<PRWYN"]),
    ],
)
def test_permitted_renderings_fit_and_one_of_them_is_written(printed: str, written: list[str]) -> None:
    for name in written:
        assert fits("TD3", printed, line(name)), name
    assert name_field("TD3", *divide(printed)).rstrip("<") in written


@pytest.mark.parametrize(
    ("printed", "issuer", "written"),
    [
        ("Гайдар, Яків", "UKR", "HAIDAR<<YAKIV"),
        ("Щербаков, Явор", "BGR", "SHTERBAKOV<<IAVOR"),
        ("Хаџић, Жељко", "SRB", "HADZIC<<ZELJKO"),
        ("Ќосев, Џон", "MKD", "KJOSEV<<DJON"),
        ("Гёрлиц, Ганна", "BLR", "HIORLITS<<HANNA"),
    ],
)
def test_issuer_writes_cyrillic_its_own_way(printed: str, issuer: str, written: str) -> None:
    assert name_line("TD3", issuer, *divide(printed))[5:].rstrip("<") == written
    assert fits("TD3", printed, line(written))


@pytest.mark.parametrize(
    ("printed", "written"),
    [
        ("ERIKSSON, ANNA MARIA", "ERIKSSON<<ANNA"),
        ("ERIKSSON, ANNA MARIA", "ERIKSSON<<ANNA<M"),
        ("ERIKSSON, ANNA MARIA", "ERIKSSON<<MARIA<ANNA"),
        ("ERIKSSON, ANNA MARIA", "ERIKSSON<ANNA<MARIA"),
        ("ERIKSSON, ANNA MARIA", "ERIKSSON<<ANNA<<MARIA"),
        ("ERIKSSON, ANNA MARIA", "ERIKSON<<ANNA<MARIA"),
        ("ERIKSSON, ANNA MARIA", "<ERIKSSON<<ANNA<MARIA"),
        ("ERIKSSON, ANNA MARIA", "ERIKSSON<<ANNA<MAR1A"),
        ("ERIKSSON, ANNA MARIA", ""),
        ("SMITH-JONES, SUSIE", "SMITHJONES<<SUSIE"),
        ("O'CONNOR, ENYA", "O<CONNOR<<ENYA"),
        ("SMITH JR, JOHN", "SMITH<JR<<JOHN"),
        ("SMITH, JOHN III", "SMITH<<JOHN<II"),
        ("MÜLLER, JAN", "MYLLER<<JAN"),
        ("SØRENSEN, JAN", "SORENSEN<<JAN"),
        ("NUÑEZ, JAN", "NUNXEZ<<JAN"),
        ("ARKFREITH", "ARKFREITH<<ARKFREITH"),
        ("Явор", "YAVORR"),
        ("Авия", "AVIYA"),
        ("عبّاس", "EBAS"),
    ],
)
def test_what_is_not_permitted_does_not_fit(printed: str, written: str) -> None:
    assert not fits("TD3", printed, line(written))


@pytest.mark.parametrize(
    ("form", "printed", "written"),
    [
        # Full lines that the standard's rules would not have produced.
        ("TD3", LONG, "BENNELONG<WOOLOOMOOLOO<WARRANDYTE<<DINGO"[:39]),
        ("TD3", LONG, "BENNELONG<WOOLOOMOOLOO<WARRANDYTE<WARNA"),
        ("TD3", LONG, "BENNELONG<WOOLOOMOOLOO<WARRANDYTE<<DING"),
        ("TD3", LONG, "BENNEL<WOOLOO<WARRAN<WARNAM<<POTOROO<DI"),
        ("TD3", LONG, "BENNEL<WOOLOO<WARRAN<WARNAM<<DINGO<POT<"),
        ("TD3", LONG, "BENNEL<WOOLOO<WARRAN<WARNAM<<DINGO<POTT"),
        ("TD1", "NILAVADHANANANDA, CHAYAPA DEJTHAMRONG KRASUANG", "NILAVADHANANANDA<<CHAYAPA<KRAS"),
        ("TD1", "NILAVADHANANANDA, CHAYAPA DEJTHAMRONG KRASUANG", "NILAVADHANANANDA<<CHAYAPA<DEJ<"),
        ("TD1", "PAPANDROPOULOUS, JONATHON ALEC", "PAPANDROPOULOUS<<JONATHON<ALEK"),
    ],
)
def test_truncation_that_is_not_permitted_does_not_fit(form: str, printed: str, written: str) -> None:
    assert not fits(form, printed, line(written, form))


@pytest.mark.parametrize(
    ("form", "printed", "written"),
    [
        ("TD3", LONG, "B<W<WARRANDYTE<WARNAMBOOL<<DINGO<POTORO"),
        ("TD3", LONG, "BENNELONG<WOOLOOMOOLOO<WARRANDY<W<<D<PO"),
        ("TD1", "NILAVADHANANANDA, CHAYAPA DEJTHAMRONG KRASUANG", "NILAVADHANANANDA<<CHAYAPA<DEJT"),
        ("TD1", "Süßmüller-Österreicher, Jürgen Hans", "SUESSMUELLER<OESTERREICHER<<JU"),
        ("TD1", "Süßmüller-Österreicher, Jürgen Hans", "SUSSMULLER<OSTERREICHER<<JURGE"),
        ("TD1", "KRISHNAMURTHY VENKATARAMANAPPA RAGHAVENDRA", "KRISHNAMURTHY<VENKATARAMANAPPA"),
        ("TD1", "KRISHNAMURTHY VENKATARAMANAPPA RAGHAVENDRA", "KRISHNAMURTHY<VENKATARAMA<RAGH"),
    ],
)
def test_truncations_the_standard_leaves_to_the_issuer_fit(form: str, printed: str, written: str) -> None:
    assert fits(form, printed, line(written, form))


def test_line_of_another_length_or_in_small_letters_does_not_fit() -> None:
    good = line("ERIKSSON<<ANNA<MARIA")
    assert fits("TD3", "ERIKSSON, ANNA MARIA", good)
    for wrong in (good[:-1], good + "<", good.lower(), good[:36], ""):
        assert not fits("TD3", "ERIKSSON, ANNA MARIA", wrong)


def test_unknown_format_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="TD4"):
        fits("TD4", "ERIKSSON", "ERIKSSON")


letters = st.sampled_from("AABCEIORSTMÄÅÑÖØÜßẞþĲœŁI'’-. ,,IVJR" + "ЖЩЮЯЄЇйьёъГ" + "عبدالهةحّشز" + "王한")
names = st.one_of(
    st.text(letters, max_size=70),
    st.text(max_size=40),
    st.lists(st.text(st.sampled_from("ABÜ"), min_size=1, max_size=2), max_size=45).map(" ".join),
    st.tuples(st.text(letters, max_size=50), st.text(letters, max_size=50)).map(", ".join),
)


@given(st.sampled_from(FORMATS), names, st.sampled_from(["UTO", "UKR", "SRB", "MKD", "BLR", "BGR", "D"]))
def test_every_name_that_is_written_fits_its_print(form: str, printed: str, issuer: str) -> None:
    written = name_line(form, issuer, *divide(printed))
    assert len(written) == {"TD1": 30, "TD2": 36, "TD3": 44, "MRV-A": 44, "MRV-B": 36}[form]
    assert set(written) <= set("<ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    assert fits(form, printed, written)


@given(st.sampled_from(FORMATS), st.text(), st.text())
def test_any_name_and_line_are_compared_without_error(form: str, printed: str, written: str) -> None:
    assert fits(form, printed, written) in (True, False)
