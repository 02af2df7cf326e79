"""Bulletins: what they say, that partners can work nobody out of them, and whether they came true."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.db import DatabaseError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.conftest import NOON
from tests.factories import adult
from tests.pages.conftest import browser as browser  # noqa: PLC0414

from cauce import cli
from cauce.access.actor import Actor
from cauce.corridor.file import shipped
from cauce.corridor.services import apply_corridor
from cauce.journal import clock
from cauce.journal.errors import Misused, NotAllowed, Refused
from cauce.journal.models import Entry
from cauce.journal.rebuild import rebuild
from cauce.outlook.models import Bulletin, Published
from cauce.outlook.warning import partner, telling
from cauce.outlook.warning.bulletin import for_partners
from cauce.outlook.warning.issuing import Issued, issue
from cauce.outlook.warning.paper import paper
from cauce.outlook.warning.scoring import as_json, scored_for
from cauce.outlook.warning.sending import _post, recipients, send
from cauce.people.services import register_group

DAY = date(2023, 8, 15)
BELOW = 10
CELLS = st.dictionaries(
    st.tuples(st.sampled_from(["lajas_blancas", "san_vicente"]), st.sampled_from(["VEN", "HTI", "CMR", "NPL"])),
    st.integers(1, 40),
    max_size=8,
)


def came(actors: Mapping[str, Actor], people: int, days_ago: int, nationality: str = "VEN") -> None:
    at = NOON - timedelta(days=days_ago)
    members = [adult(nationality=nationality, documents=()) for _ in range(people)]
    register_group(place="lajas_blancas", arrived_at=at, members=members, by=actors["registrar"])


def test_a_bulletin_says_what_came_and_is_kept(store: Mapping[str, Actor]) -> None:
    came(store, 12, 1)
    came(store, 3, 2, "HTI")
    came(store, 5, 20)
    came(store, 4, 0)  # today has not ended: it counts tomorrow
    found = issue(by=store["coordinator"])
    assert found.said["arrivals"]["7"]["total"] == 15
    assert found.said["arrivals"]["7"]["nationality"] == {"VEN": 12, "HTI": 3}
    assert found.said["arrivals"]["30"]["total"] == 20
    assert found.said["present"] == {"lajas_blancas": 24}
    kept = Bulletin.objects.get()
    assert kept.day == DAY
    assert kept.figures == json.loads(json.dumps(found.said))
    rebuild()
    assert Bulletin.objects.get().figures == kept.figures
    for text in (telling.as_text(found), telling.as_csv(found), telling.as_json(found)):
        assert "VEN" in text
    lines = telling.as_csv(found, tags=True).splitlines()
    assert lines[1].startswith("#indicator+name,#date+period")
    assert len(lines[1].split(",")) == len(telling.HEAD)
    assert paper(found).startswith(b"%PDF")


def test_a_bulletin_goes_into_the_file_that_is_named_and_what_cannot_be_written_is_kept_all_the_same(
    store: Mapping[str, Actor], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("cauce.store.open_store", lambda _data, account="operator": store[account])
    came(store, 12, 1)

    def warn(*words: object) -> tuple[int, str, str]:
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            cli.main(["outlook", "warn", *map(str, words)])
        return int(end.value.code or 0), *capsys.readouterr()

    status, _out, err = warn("--format", "pdf")
    assert (status, Bulletin.objects.count()) == (2, 0), "nothing is issued for nothing"
    assert "--out" in err
    out = tmp_path / "bulletin"
    for form, begins in (("json", b"{"), ("csv", b"figure,"), ("hxl", b"figure,"), ("text", b"Dari"), ("pdf", b"%PDF")):
        status, printed, err = warn("--format", form, "--out", out)
        assert (status, printed) == (0, ""), form
        assert out.read_bytes().startswith(begins)
        assert err == f"cauce: {out} was written; the bulletin of {DAY} is kept.\n"
    kept = Bulletin.objects.count()
    status, _out, err = warn("--out", tmp_path / "no" / "bulletin")
    assert status == 2
    assert "cannot be written" in err
    assert "The bulletin is kept." in err
    assert Bulletin.objects.count() == kept + 1


def test_a_rise_is_raised_said_to_be_new_once_and_tells_who_is_asked(store: Mapping[str, Actor]) -> None:
    for ago in range(2, 17):
        came(store, 2, ago)
    came(store, 40, 1)
    first = {one["id"]: one for one in issue(by=store["coordinator"]).said["warnings"]}
    assert first["arrivals_rising"]["state"] == "raised"
    assert first["arrivals_rising"]["since"] == (DAY - timedelta(days=1)).isoformat()
    assert first["arrivals_rising"]["changed"]
    assert "second shift" in first["arrivals_rising"]["asks"]
    assert first["arrivals_high"]["state"] == "quiet"
    with clock.stopped(NOON + timedelta(days=1)):
        again = {one["id"]: one for one in issue(by=store["coordinator"]).said["warnings"]}
    assert again["arrivals_rising"]["state"] == "raised"
    assert not again["arrivals_rising"]["changed"]


def test_a_warning_stands_for_as_long_as_nothing_ends_it(store: Mapping[str, Actor]) -> None:
    """The US rule in small: between the two levels for half a year it goes on standing, since when it was raised."""
    raised = replace(shipped().warnings[0], over_days=1, raise_at=9, clear_below=2, clear_after_days=3)
    apply_corridor(corridor=replace(shipped(), warnings=(raised,)), by=store["administrator"], second=store["analyst"])
    came(store, 9, 200)
    for ago in range(1, 200):
        came(store, 2, ago)
    said = issue(by=store["coordinator"]).said["warnings"][0]
    assert said["state"] == "raised"
    assert said["since"] == (DAY - timedelta(days=200)).isoformat()


def test_days_without_anybody_are_counted_however_many_they_are(store: Mapping[str, Actor]) -> None:
    """A mean of seven days is known on the first day of a surge, in a store that was quiet for months."""
    level = replace(shipped().warnings[0], raise_at=2, clear_below=1)
    apply_corridor(corridor=replace(shipped(), warnings=(level,)), by=store["administrator"], second=store["analyst"])
    came(store, 1, 300)
    came(store, 14, 1)
    assert issue(by=store["coordinator"]).said["warnings"][0]["state"] == "raised"


def test_who_may_not_know_the_numbers_issues_nothing(store: Mapping[str, Actor]) -> None:
    for role in ("registrar", "partner", "analyst"):
        with pytest.raises(NotAllowed):
            issue(by=store[role], edition="partner")
    assert not Bulletin.objects.exists()


@pytest.mark.one_store
@settings(suppress_health_check=[HealthCheck.too_slow])  # a first draw has waited a second for a busy processor
@given(days=st.lists(CELLS, min_size=3, max_size=3).map(lambda some: (some * 11)[:31]))
def test_two_bulletins_tell_no_more_than_what_was_said_of_each_day(days: list[dict[tuple[str, str], int]]) -> None:
    """Whatever a partner computes from two bulletins can be had from the days as they were said, small cells hidden.

    Nor does it tell which nationalities those are: whichever is not named on a day may be there or not.
    """
    first = DAY - timedelta(days=30)
    said = {first + timedelta(days=at): partner.safe_day(cells, BELOW) for at, cells in enumerate(days)}
    for day in (DAY, DAY + timedelta(days=1)):
        told = for_partners(said, day)["arrivals"]["7"]
        mine = [said[day - timedelta(days=back)] for back in range(1, 8)]
        for name in partner.TABLES:
            for key, cell in told[name].items():
                veiled = [name == "nationality" and None in one[name].values() for one in mine]
                shown = [one[name].get(key, None if v else 0) for one, v in zip(mine, veiled, strict=True)]
                assert cell == {"people": sum(n or 0 for n in shown), "at_least": None in shown}
    for cells, shown in zip(days, said.values(), strict=True):
        for name in partner.TABLES:
            hidden = [key for key, people in shown[name].items() if people is None]
            whole = {key: sum(n for k, n in cells.items() if key in k) for key in hidden}
            # Nothing small is shown, and what is hidden cannot be had from the total: it is two cells, and not small.
            assert all(people is None or people == 0 or people >= BELOW for people in shown[name].values())
            if hidden and shown["total"] is not None:
                assert len(hidden) >= 2
                assert sum(whole.values()) >= BELOW


def test_a_partners_page_tells_what_the_kept_bulletin_tells_partners_and_records_nothing(
    store: Mapping[str, Actor], browser: Any
) -> None:
    page, file = "/outlook/", "/outlook/bulletin.csv"
    client = browser("partner")
    assert "No bulletin has been issued yet" in client.get(page).content.decode()
    assert client.get(file).status_code == 404
    came(store, 14, 1)
    came(store, 11, 1, "CUB")
    came(store, 3, 2, "HTI")
    issue(by=store["coordinator"])
    came(store, 9, 1)  # entered late
    before = Entry.objects.count()
    answer = client.get(page)
    text = answer.content.decode()
    week, _month = (dict(period["rows"]) for period in answer.context["said"]["periods"])
    assert [name[:4] for name in week] == ["All", "ETRM", "Vene", "Cuba", "Othe"], "most people first"
    assert list(week.values())[2:] == ["at least 14", "at least 11", "hidden"], "the hidden of another day may be any"
    assert "Present" not in text
    assert f'href="{page}"' in client.get("/report/").content.decode(), "the way there stands on the start page"
    rows = client.get(file).content.decode()
    assert Entry.objects.filter(name__startswith="outlook.").exclude(name="outlook.report_told").count() == 31
    assert Entry.objects.exclude(name="outlook.report_told").count() == before
    assert rows == telling.as_csv(issue(by=store["coordinator"], edition="partner"), tags=True)
    for closed in ("/outlook/corridor/", "/outlook/simulate/", "/outlook/forecast.csv", "/outlook/briefing.pdf"):
        assert client.get(closed).status_code == 403
    assert browser("registrar").get(page).status_code == 403
    with clock.stopped(NOON + timedelta(days=2)):
        assert "This bulletin is 2 days old" in browser("partner").get(page).content.decode()
    assert "Bulletin for partners" in browser("coordinator").get(page, {"edition": "partner"}).content.decode()


def test_a_partners_page_never_tells_hidden_and_noisy_counts_of_the_same_days(
    store: Mapping[str, Actor], browser: Any
) -> None:
    came(store, 40, 1)
    told = issue(by=store["coordinator"], edition="partner", noise=50.0).said["arrivals"]
    issue(by=store["coordinator"])  # by whom nothing is said of noise: partners are told as before
    for other in (0.0, 1.0):
        with pytest.raises(Refused, match="noise of epsilon 50"):
            issue(by=store["coordinator"], edition="partner", noise=other)
    assert {row.noise for row in Published.objects.all()} == {50.0}
    page = browser("partner").get("/outlook/")
    assert "Every count carries noise" in page.content.decode()
    assert [row[1] for row in page.context["said"]["periods"][0]["rows"]][:1] == [str(told["7"]["total"]["people"])]
    Published.objects.filter(noise=50.0).first().delete()
    page = browser("partner").get("/outlook/")
    assert "Its counts were not told to partners" in page.content.decode()
    assert "Venezuela" not in page.content.decode()


def test_a_day_that_partners_were_told_of_is_told_the_same_whatever_is_entered_late(store: Mapping[str, Actor]) -> None:
    came(store, 12, 1)
    before = issue(by=store["supervisor"], edition="partner").said["arrivals"]["7"]
    came(store, 1, 1)  # entered late: the difference would be this one person
    after = issue(by=store["supervisor"], edition="partner").said["arrivals"]["7"]
    assert before == after
    assert after["total"] == {"people": 12, "at_least": False}
    assert issue(by=store["supervisor"]).said["arrivals"]["7"]["total"] == 13
    assert Published.objects.count() == 30
    with pytest.raises(Refused, match="small numbers hidden"):
        issue(by=store["supervisor"], edition="partner", noise=1.0)
    assert Published.objects.count() == 30


def test_a_day_is_told_when_it_is_over_at_every_place(store: Mapping[str, Actor]) -> None:
    """Half an hour after midnight in Panama it is half an hour before it in Costa Rica, where people still come."""
    came(store, 12, 1)
    midnight = datetime(2023, 8, 15, 5, 30, tzinfo=UTC)
    with clock.stopped(midnight):
        assert issue(by=store["coordinator"], edition="partner").day == DAY - timedelta(days=1)
    with clock.stopped(midnight + timedelta(minutes=15)):
        members = [adult(documents=()) for _ in range(11)]
        register_group(place="catem_sur", arrived_at=clock.now(), members=members, by=store["registrar"])
    told = issue(by=store["coordinator"], edition="partner").said["arrivals"]["7"]
    assert told["total"] == {"people": 23, "at_least": False}


def test_partners_see_no_small_number_and_no_value_of_a_warning(store: Mapping[str, Actor]) -> None:
    came(store, 12, 1)
    came(store, 3, 1, "HTI")
    found = issue(by=store["supervisor"], edition="partner")
    assert found.said["arrivals"]["7"]["nationality"] == {"other": {"people": 0, "at_least": True}}
    assert found.said["present"] == {}
    assert {one["value"] for one in found.said["warnings"]} == {None}
    assert "  by place: lajas_blancas 15\n  by nationality: other hidden\n" in telling.as_text(found)


@pytest.mark.one_store
def test_the_text_names_the_largest_first_and_adds_up() -> None:
    for table, told in (
        ({"COL": 10, "other": {"people": 0, "at_least": True}, "VEN": 40}, "VEN 40, COL 10, other hidden"),
        ({**dict.fromkeys("ABCDEFGHIJKL", 5), "M": 3, "N": 2, "VEN": 40}, "J 5, K 5, 3 more 10"),
        (
            {"AFG": {"people": 3, "at_least": True}, "VEN": {"people": 0, "at_least": True}},
            "AFG at least 3, 1 more hidden",
        ),
    ):
        period = {"from": "2023-08-08", "total": 105, "place": {}, "nationality": table}
        said = {"warnings": [], "arrivals": {"7": period}, "present": {}, "ahead": []}
        text = telling.as_text(Issued("", NOON.date(), "Darién", "partner", training=False, said=said))
        assert f"{told}\n" in text


def test_noise_is_drawn_once_a_day_so_that_asking_again_does_not_average_it_out(store: Mapping[str, Actor]) -> None:
    came(store, 30, 1)
    said = [issue(by=store["supervisor"], edition="partner", noise=0.5).said["arrivals"]["7"] for _ in range(3)]
    assert said[0] == said[1] == said[2]
    with pytest.raises(Refused, match="no privacy"):
        issue(by=store["supervisor"], edition="partner", noise=-1.0)
    with pytest.raises(Refused, match=r"no privacy .* from 0\.001"):  # nothing but noise, if it can be drawn at all
        issue(by=store["supervisor"], edition="partner", noise=1e-17)
    with pytest.raises(SystemExit, match="2"):  # who asks for the most noise does not get none
        cli.main(["outlook", "warn", "--partner", "--privacy", "0"])


@pytest.mark.one_store
def test_noise_is_as_wide_as_it_is_said_to_be_and_hides_whether_somebody_alone_came() -> None:
    drawn = [partner.laplace(0.5) for _ in range(4000)]
    ratio = 2.718281828**-0.5
    assert abs(sum(drawn) / 4000) < 0.25  # standard error 0.043
    assert sum(n * n for n in drawn) / 4000 == pytest.approx(2 * ratio / (1 - ratio) ** 2, rel=0.25)
    alone = partner.noisy_day({("lajas_blancas", "NPL"): 1}, 1.0, draw=lambda _part: 5)
    assert alone["nationality"] == {}
    many = partner.noisy_day({("lajas_blancas", "VEN"): 500}, 1.0, draw=lambda _part: -3)
    assert many["nationality"] == {"VEN": 497}
    assert many["total"] == 497


def test_a_bulletin_is_looked_at_again_once_its_days_are_over(store: Mapping[str, Actor]) -> None:
    for ago in range(1, 20):
        came(store, 5, ago)
    issue(by=store["coordinator"])
    later = NOON + timedelta(days=2)
    with clock.stopped(later):
        register_group(
            place="lajas_blancas",
            arrived_at=NOON,
            members=[adult(documents=()) for _ in range(5)],
            by=store["registrar"],
        )
        found = scored_for(store["coordinator"])
    assert [(one.day, one.days) for one in found] == [(DAY, 2)]
    # Five came on the first day ahead as on all before, nobody on the second.
    assert found[0].inside95 >= 1
    assert found[0].naive_error == 2.5
    assert as_json(found)["days_over"] == 2


def test_what_was_told_can_neither_be_changed_nor_told_twice(store: Mapping[str, Actor]) -> None:
    came(store, 12, 1)
    issue(by=store["supervisor"], edition="partner")
    told = Published.objects.get(day=DAY - timedelta(days=1))
    with pytest.raises(DatabaseError):
        Published.objects.filter(id=told.id).update(figures={})


def test_each_recipient_gets_its_edition_and_one_that_fails_keeps_nobody_from_theirs(
    store: Mapping[str, Actor], tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text("s3cret\n")
    (tmp_path / "to.toml").write_text(
        f'[[recipient]]\nname = "Down"\nwebhook = "https://down.example"\nsecret_file = "{tmp_path}/secret"\n'
        f'[[recipient]]\nname = "CRI"\nwebhook = "https://cri.example"\nsecret_file = "{tmp_path}/secret"\n'
        '[[recipient]]\nname = "Ministry"\nemail = ["plan@example.org"]\nedition = "full"\n'
    )
    came(store, 12, 1)
    came(store, 3, 1, "HTI")
    editions = {name: issue(by=store["coordinator"], edition=name) for name in ("full", "partner")}
    got: list[Any] = []

    def post(url: str, body: bytes, headers: Mapping[str, str]) -> None:
        if "down" in url:
            raise ConnectionError("no route")
        got.append((body, headers))

    sent = send(recipients(tmp_path / "to.toml"), editions, post)
    assert [(one.name, bool(one.why)) for one in sent] == [("Down", True), ("CRI", False), ("Ministry", False)]
    body, headers = got[0]
    assert json.loads(body)["edition"] == "partner"
    assert headers["Cauce-Signature"] == "sha256=" + hmac.new(b"s3cret", body, hashlib.sha256).hexdigest()
    assert "HTI 3" in str(mail.outbox[0].body)


class _Talker(BaseHTTPRequestHandler):
    """Takes what it is given, and goes on talking for as long as anybody listens."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.end_headers()
        for _second in range(60):
            try:
                self.wfile.write(b"thank you ")
                self.wfile.flush()
            except OSError:
                return
            time.sleep(1)

    def log_message(self, *_words: object) -> None:
        """Says nothing."""


@pytest.mark.one_store
def test_a_recipient_that_never_ends_its_answer_keeps_nobody_waiting() -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Talker) as server:
        server.daemon_threads, server.block_on_close = True, False
        threading.Thread(target=server.serve_forever, daemon=True).start()
        begun = time.monotonic()
        _post(f"http://127.0.0.1:{server.server_port}/", b"{}", {})
        server.shutdown()
    assert time.monotonic() - begun < 20


@pytest.mark.one_store
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", r"no \[\[recipient\]\]"),
        ("recipient = 5\n", r"no \[\[recipient\]\]"),
        ('[recipient]\nname = "x"\n', r"no \[\[recipient\]\]"),
        ('[[recipient]]\nname = "x"\n', "either email or webhook"),
        ('[[recipient]]\nname = "x"\nwebhook = "http://x"\nsecret_file = "s"\n', "https"),
        ('[[recipient]]\nname = "x"\nwebhook = "https://x"\n', "secret_file"),
        ('[[recipient]]\nname = "x"\nemail = ["a@b"]\nedition = "all"\n', "full or partner"),
        ('[[recipient]]\nname = "x"\nmail = "a@b"\n', "'mail' is not known"),
        ("[[recipient\n", "Correct the file"),
    ],
)
def test_a_file_of_recipients_that_is_wrong_is_told_what_is(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "to.toml").write_text(text)
    with pytest.raises(Misused, match=said):
        recipients(tmp_path / "to.toml")
