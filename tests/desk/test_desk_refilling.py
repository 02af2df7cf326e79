"""A page's form filled in with what was typed before."""

from __future__ import annotations

from cauce.desk.refilling import refill

PAGE = """<main id="main"><form action="/logout/" method="post"><input type="hidden" name="next" value="/"></form>
<form method="post"><input type="hidden" name="csrfmiddlewaretoken" value="fresh">
<input type="hidden" name="nonce" value="new">
<input name="given" value=""><input name="given" value=""><input type="password" name="secret">
<input type="file" name="photo"><input type="checkbox" name="needs" value="SM" checked>
<input type="checkbox" name="needs" value="CR">
<input type="radio" name="sex" value="F" checked><input type="radio" name="sex" value="M">
<input type="checkbox" name="told">
<select name="place"><option value="">-</option><option value="a" selected>A</option>
<option value="b">B</option></select>
<textarea name="note">old</textarea><button name="do" value="save">Save</button></form></main>"""


def filled(**typed: list[str]) -> str:
    done = refill(PAGE, "/register/", "/register/", typed)
    assert done is not None
    return done.page


def test_every_kind_of_field_holds_what_was_typed() -> None:
    page = filled(
        given=["Ana", "Luz"], needs=["CR"], sex=["M"], told=["on"], place=["b"], note=["two\nlines"], nonce=["old"]
    )
    assert page.count('name="given" value="Ana"') == page.count('name="given" value="Luz"') == 1
    assert 'value="CR" checked' in page
    assert 'value="SM">' in page
    assert 'value="M" checked' in page
    assert 'name="told" checked' in page
    assert '<option value="b" selected>B' in page
    assert '<option value="a">' in page
    assert '<textarea name="note">\ntwo\nlines</textarea>' in page
    assert 'name="nonce" value="old"' in page  # so that it has its effect once, whatever became of the first


def test_what_is_typed_is_text_and_no_markup() -> None:
    page = filled(given=['"><script>alert(1)</script>'], note=["</textarea><script>"])
    assert "<script>" not in page
    assert page.count("<input") == PAGE.count("<input")


def test_tokens_passwords_and_files_stay_the_pages_own() -> None:
    page = filled(csrfmiddlewaretoken=["stale"], secret=["hunter2"], photo=["x.jpg"])
    assert 'name="csrfmiddlewaretoken" value="fresh"' in page
    assert "stale" not in page
    assert "hunter2" not in page
    assert "x.jpg" not in page


def test_what_has_no_field_is_told_or_goes_along_hidden() -> None:
    done = refill(
        PAGE,
        "/register/",
        "/register/",
        {"p1-given": ["Luz"], "do": ["save"], "p0-kept": ["k"]},
        lambda name: name == "p0-kept",
    )
    assert done is not None
    assert done.left == {"p1-given": ["Luz"]}
    assert '<input type="hidden" name="p0-kept" value="k">' in done.page
    assert refill(PAGE, "/register/", "/elsewhere/", {"given": ["Ana"]}) is None


def test_a_form_that_names_its_address_is_known_by_it() -> None:
    page = PAGE.replace('<form method="post">', '<form method="post" action="../holds/place/?x=1">')
    assert refill(page, "/people/7/", "/people/holds/place/", {"given": ["Ana"]}) is not None
    assert refill(page, "/people/7/", "/people/7/", {"given": ["Ana"]}) is None
