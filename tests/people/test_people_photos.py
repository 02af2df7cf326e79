"""P15: a photograph is sealed on the disk, tells nothing but the face, and is gone when the key is."""

from __future__ import annotations

import os
import stat
import tarfile
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image, PngImagePlugin
from tests.factories import a_family, a_person

from cauce.access.actor import Actor
from cauce.journal import blobs
from cauce.journal.errors import NotAllowed, Refused, Unknown
from cauce.journal.models import Entry
from cauce.journal.rebuild import rebuild
from cauce.people import portrait
from cauce.people.models import Person
from cauce.people.photos import sweep
from cauce.people.selectors import photo_for
from cauce.people.services import erase, remove_photo, take_photo
from cauce.protection.selectors import consents_for
from cauce.protection.services import record_consent, withdraw_consent

Actors = dict[str, Actor]


def a_picture(size: tuple[int, int] = (1200, 1600), kind: str = "JPEG", colour: str = "teal", **told: Any) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, colour).save(out, kind, **told)
    return out.getvalue()


def seen(content: bytes) -> Image.Image:
    picture = Image.open(BytesIO(content))
    picture.load()
    return picture


@pytest.fixture(autouse=True)
def shelf(settings: Any, tmp_path: Path) -> Path:
    """The store's blobs, empty at first."""
    settings.CAUCE_DATA = tmp_path
    return tmp_path / "blobs"


def files(shelf: Path) -> list[Path]:
    return sorted(path for path in shelf.rglob("*") if path.is_file())


@pytest.fixture
def person(store: Actors) -> UUID:
    """Somebody who agreed to a photograph."""
    (one,) = a_person(store).person_ids
    agree(store, one)
    return one


def agree(store: Actors, person: UUID, given: bool = True) -> UUID:
    return record_consent(person=person, purpose="photo", given=given, language="es", by=store["registrar"])


@pytest.fixture
def committing(django_capture_on_commit_callbacks: Any) -> Iterator[None]:
    """What waits for the end of the transaction is done when the test's block ends."""
    return django_capture_on_commit_callbacks(execute=True)


def test_a_photo_is_kept_small_and_shown_again(store: Actors, person: UUID) -> None:
    take_photo(person=person, image=a_picture(), by=store["registrar"])
    kept = photo_for(store["registrar"], person)
    assert kept is not None
    picture = seen(kept)
    assert (picture.format, picture.mode, picture.size) == ("JPEG", "RGB", (480, 640))
    assert picture.getpixel((240, 320)) == pytest.approx((0, 128, 128), abs=4)
    assert len(kept) < 100_000


def test_p15_the_bytes_on_the_disk_are_no_picture_and_only_for_the_owner(
    store: Actors, person: UUID, shelf: Path
) -> None:
    digest = take_photo(person=person, image=a_picture(), by=store["registrar"])
    (file,) = files(shelf)
    assert file == shelf / digest[:2] / digest
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in (shelf, file.parent)} == {0o700}
    kept = photo_for(store["registrar"], person)
    assert kept is not None
    raw = file.read_bytes()
    assert b"\xff\xd8\xff" not in raw
    assert b"JFIF" not in raw
    assert kept[200:232] not in raw
    with pytest.raises(OSError, match="identify"):
        Image.open(BytesIO(raw))


def test_p15_the_journal_holds_the_digest_of_the_sealed_file_and_nothing_of_the_picture(
    store: Actors, person: UUID
) -> None:
    digest = take_photo(person=person, image=a_picture(), by=store["registrar"])
    entry = Entry.objects.get(name="people.photo_taken")
    assert entry.person == person
    assert bytes(entry.body).decode() == f'{{"digest":"{digest}","person":"{person}"}}'
    assert entry.sealed is None
    remove_photo(person=person, reason="Wilhelmina asks", by=store["registrar"])
    removed = Entry.objects.get(name="people.photo_removed")
    assert b"Wilhelmina" not in bytes(removed.body) + bytes(removed.sealed or b"")


def test_p15_a_photo_cannot_be_read_after_erasure_even_where_a_copy_of_the_file_is_left(
    transactional_store: Actors, shelf: Path
) -> None:
    store = transactional_store
    (person,) = a_person(store).person_ids
    agree(store, person)
    digest = take_photo(person=person, image=a_picture(), by=store["registrar"])
    (file,) = files(shelf)
    copy = file.read_bytes()
    erase(person=person, reason="asked for it", by=store["administrator"])
    assert files(shelf) == []
    file.write_bytes(copy)
    assert blobs.read(person, digest, "people.photo") is None
    assert photo_for(store["registrar"], person) is None
    assert Person.objects.get(id=person).photo == ""
    with pytest.raises(Refused, match="erased"):
        take_photo(person=person, image=a_picture(), by=store["registrar"])


def test_p15_a_blob_opens_for_its_own_person_and_purpose_only(store: Actors, shelf: Path) -> None:
    one, other, *_ = a_family(store, size=2).person_ids
    agree(store, one)
    digest = take_photo(person=one, image=a_picture(), by=store["registrar"])
    for whose, purpose in ((other, "people.photo"), (one, "vetting.template")):
        with pytest.raises(Refused, match="damaged or is another"):
            blobs.read(whose, digest, purpose)


@pytest.mark.parametrize("harm", ["cut", "another's"])
def test_a_damaged_or_swapped_file_is_told_of_and_never_shown(
    store: Actors, person: UUID, shelf: Path, harm: str
) -> None:
    first = take_photo(person=person, image=a_picture(), by=store["registrar"])
    file = blobs.path_of(first)
    older = file.read_bytes()
    if harm == "cut":
        file.write_bytes(older[:-20])
    else:  # a photograph of the same person that was replaced, put back under the new one's name
        second = take_photo(person=person, image=a_picture(colour="red"), by=store["registrar"])
        blobs.path_of(second).write_bytes(older)
    with pytest.raises(Refused, match="from a backup"):
        photo_for(store["registrar"], person)


def test_a_name_that_is_no_digest_leads_nowhere(store: Actors) -> None:
    for name in ("../keys/master.key", "a" * 63, "A" * 64, ""):
        with pytest.raises(ValueError, match="no digest"):
            blobs.path_of(name)


def test_a_new_photo_takes_the_place_of_the_old_one_and_of_its_file(
    store: Actors, person: UUID, shelf: Path, committing: Any
) -> None:
    with committing:
        first = take_photo(person=person, image=a_picture(), by=store["registrar"])
        second = take_photo(person=person, image=a_picture(colour="maroon"), by=store["registrar"])
        assert {file.name for file in files(shelf)} == {first, second}
    assert [file.name for file in files(shelf)] == [second]
    kept = photo_for(store["registrar"], person)
    assert kept is not None
    assert seen(kept).getpixel((9, 9)) == pytest.approx((128, 0, 0), abs=4)


def test_p15_a_file_that_a_crash_left_behind_goes_too(store: Actors, person: UUID, shelf: Path) -> None:
    take_photo(person=person, image=a_picture(), by=store["registrar"])
    kept = take_photo(person=person, image=a_picture(colour="maroon"), by=store["registrar"])
    assert len(files(shelf)) == 2  # the process died before it took the first away
    assert sweep() == 0, "somebody may be taking it just now"
    for file in files(shelf):
        os.utime(file, (0, 0))
    assert sweep() == 1
    assert [file.name for file in files(shelf)] == [kept]


def test_a_photo_is_removed_with_its_file_and_a_reason(
    store: Actors, person: UUID, shelf: Path, committing: Any
) -> None:
    with pytest.raises(Refused, match="reason"):
        remove_photo(person=person, reason=" ", by=store["registrar"])
    with committing:
        take_photo(person=person, image=a_picture(), by=store["registrar"])
        assert remove_photo(person=person, reason="a mistake", by=store["registrar"])
    assert files(shelf) == []
    assert photo_for(store["registrar"], person) is None
    assert not remove_photo(person=person, reason="a mistake", by=store["registrar"])


def test_p15_a_rebuild_gives_the_same_rows_before_and_after_an_erasure(store: Actors) -> None:
    one, other, third, *_ = a_family(store, size=3).person_ids
    for each in (one, other, third):
        agree(store, each)
        take_photo(person=each, image=a_picture(), by=store["registrar"])
    take_photo(person=one, image=a_picture(colour="red"), by=store["registrar"])
    remove_photo(person=other, reason="a mistake", by=store["registrar"])
    assert rebuild().identical
    erase(person=third, reason="asked for it", by=store["administrator"])
    assert rebuild().identical
    photos = dict(Person.objects.values_list("id", "photo"))
    assert bool(photos[one])
    assert photos[other] == photos[third] == ""


def test_p14_nobody_is_photographed_who_was_not_asked_or_said_no(store: Actors, shelf: Path, committing: Any) -> None:
    (one,) = a_person(store).person_ids
    with pytest.raises(Refused, match="has not agreed"):
        take_photo(person=one, image=a_picture(), by=store["registrar"])
    agree(store, one, given=False)
    with pytest.raises(Refused, match="has not agreed"):
        take_photo(person=one, image=a_picture(), by=store["registrar"])
    assert files(shelf) == []
    assert Person.objects.get(id=one).photo == ""
    assert not Entry.objects.filter(name="people.photo_taken").exists()


@pytest.mark.parametrize("how", ["withdrawn", "refused later"])
def test_p14_a_consent_taken_back_takes_the_photo_along(
    store: Actors, person: UUID, shelf: Path, committing: Any, how: str
) -> None:
    with committing:
        take_photo(person=person, image=a_picture(), by=store["registrar"])
        if how == "withdrawn":
            (consent,) = (c.id for c in consents_for(store["registrar"], person) if c.purpose == "photo")
            withdraw_consent(consent=consent, by=store["registrar"])
        else:
            agree(store, person, given=False)
    assert photo_for(store["registrar"], person) is None
    assert files(shelf) == []
    with pytest.raises(Refused, match="has not agreed"):
        take_photo(person=person, image=a_picture(), by=store["registrar"])


def test_who_may_take_see_and_remove_a_photo(store: Actors, person: UUID) -> None:
    for role in ("analyst", "coordinator", "partner", "administrator"):
        with pytest.raises(NotAllowed):
            take_photo(person=person, image=a_picture(), by=store[role])
    elsewhere = Actor(account="other", role="registrar", place="san_vicente")
    with pytest.raises(NotAllowed, match="another station"):
        take_photo(person=person, image=a_picture(), by=elsewhere)
    take_photo(person=person, image=a_picture(), by=store["protection"])
    for role in ("analyst", "coordinator", "partner", "administrator"):
        with pytest.raises(NotAllowed):
            remove_photo(person=person, reason="no", by=store[role])
    for role in ("partner", "administrator"):
        with pytest.raises(NotAllowed):
            photo_for(store[role], person)
    assert photo_for(store["analyst"], person)
    with pytest.raises(Unknown):
        photo_for(store["analyst"], uuid4())


def test_p15_what_a_camera_writes_along_is_not_kept(store: Actors, person: UUID) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "ACME Telephone"
    exif[ExifTags.Base.ImageDescription] = "Wilhelmina at home"
    exif.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: (8.0, 58.0, 41.0), 3: "W", 4: (77.0, 32.0, 12.0)})
    told = PngImagePlugin.PngInfo()
    told.add_text("Comment", "Wilhelmina")
    shots = [
        a_picture(exif=exif, comment=b"Wilhelmina", xmp=b"<x>Wilhelmina</x>", icc_profile=b"Wilhelmina" * 20),
        a_picture(kind="PNG", pnginfo=told, exif=exif),
        a_picture(kind="WEBP", exif=exif, xmp=b"<x>Wilhelmina</x>"),
    ]
    for shot in shots:
        assert b"Wilhelmina" in shot
        take_photo(person=person, image=shot, by=store["registrar"])
        kept = photo_for(store["registrar"], person)
        assert kept is not None
        told_along = (b"Wilhelmina", b"ACME", b"Exif", b"http:", b"ICC_PROFILE")
        assert [word for word in told_along if word in kept] == []
        assert not seen(kept).getexif()
        assert set(seen(kept).info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_a_photo_taken_sideways_stands_upright() -> None:
    sideways = Image.new("RGB", (1600, 1200), "black")
    sideways.paste("white", (0, 0, 400, 1200))
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6  # to be turned clockwise: what is left becomes the top
    out = BytesIO()
    sideways.save(out, "JPEG", exif=exif)
    upright = seen(portrait.portrait(out.getvalue()))
    assert upright.size == (480, 640)
    assert upright.getpixel((240, 40)) > (200, 200, 200)
    assert upright.getpixel((240, 600)) < (50, 50, 50)


@pytest.mark.parametrize(("mode", "kind"), [("L", "JPEG"), ("CMYK", "JPEG"), ("P", "PNG"), ("LA", "PNG"), ("1", "PNG")])
def test_pictures_of_every_kind_become_plain_ones(mode: str, kind: str) -> None:
    out = BytesIO()
    Image.new(mode, (30, 20)).save(out, kind)
    assert seen(portrait.portrait(out.getvalue())).mode == "RGB"


def test_a_small_photo_is_not_blown_up() -> None:
    assert seen(portrait.portrait(a_picture((90, 120)))).size == (90, 120)


@pytest.mark.parametrize(
    "content",
    [b"", b"no picture", b"%PDF-1.7", b"\xff\xd8\xff\xe0", a_picture()[:3000], a_picture((9, 9), "GIF"), b"<svg/>"],
    ids=["nothing", "text", "pdf", "head of a jpeg", "cut off", "gif", "svg"],
)
def test_what_is_no_photo_is_refused_and_nothing_is_kept(
    store: Actors, person: UUID, shelf: Path, content: bytes
) -> None:
    with pytest.raises(Refused, match=r"no photo that can be read\. Choose a JPEG"):
        take_photo(person=person, image=content, by=store["registrar"])
    assert files(shelf) == []


def test_a_bomb_or_a_giant_is_refused(store: Actors, person: UUID) -> None:
    for size in ((10_000, 5_001), (16_000, 16_000)):  # few bytes, many pixels
        out = BytesIO()
        Image.new("1", size).save(out, "PNG")
        assert len(out.getvalue()) < 100_000
        with pytest.raises(Refused, match="50 million pixels"):
            take_photo(person=person, image=out.getvalue(), by=store["registrar"])
    with pytest.raises(Refused, match="larger than 8 MB"):
        take_photo(person=person, image=a_picture() + b"\0" * 8_000_000, by=store["registrar"])


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_bytes_make_the_decoder_fall_over(data: st.DataObject) -> None:
    content = bytearray(a_picture((40, 60), data.draw(st.sampled_from(portrait.FORMATS))))
    for _ in range(data.draw(st.integers(1, 12))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with suppress(portrait.NotAPortrait):
        assert seen(portrait.portrait(bytes(content))).format == "JPEG"


def test_f8_the_file_is_whole_on_the_disk_before_the_event_tells_of_it(
    store: Actors, person: UUID, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = []
    real_sync, real_replace = os.fsync, Path.replace
    monkeypatch.setattr(os, "fsync", lambda handle: (told.append("synced"), real_sync(handle))[1])
    monkeypatch.setattr(Path, "replace", lambda a, b: (told.append("named"), real_replace(a, b))[1])

    def record(*events: Any, by: Actor) -> None:
        told.append("recorded")
        raise Refused("the power went")

    monkeypatch.setattr("cauce.people.photos.record", record)
    with pytest.raises(Refused, match="power"):
        take_photo(person=person, image=a_picture(), by=store["registrar"])
    assert told[-4:] == ["synced", "named", "synced", "recorded"]
    assert files(shelf) == []  # what no event tells of is not kept


def test_a_backup_holds_the_photos(store: Actors, person: UUID, shelf: Path, tmp_path: Path) -> None:
    import sqlite3

    from cauce.desk.backup import read_backup, write_backup

    digest = take_photo(person=person, image=a_picture(), by=store["registrar"])
    sqlite3.connect(tmp_path / "cauce.sqlite3").close()
    (tmp_path / "cauce.sqlite3").touch()
    write_backup(tmp_path, tmp_path / "b.tar.gz")
    with tarfile.open(tmp_path / "b.tar.gz") as tar:
        assert f"blobs/{digest[:2]}/{digest}" in tar.getnames()
    read_backup(tmp_path / "b.tar.gz", tmp_path / "other")
    again = tmp_path / "other" / "blobs" / digest[:2] / digest
    assert again.read_bytes() == blobs.path_of(digest).read_bytes()


def test_a_photo_erased_while_a_backup_is_written_does_not_stop_it(
    store: Actors, person: UUID, shelf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cauce.desk.backup import write_backup

    digest = take_photo(person=person, image=a_picture(), by=store["registrar"])
    (tmp_path / "cauce.sqlite3").touch()
    look = tarfile.TarFile.gettarinfo

    def late(tar: tarfile.TarFile, name: Any = None, *rest: Any, **more: Any) -> Any:
        if name is not None and str(name).endswith(digest):
            blobs.discard(digest)
        return look(tar, name, *rest, **more)

    monkeypatch.setattr(tarfile.TarFile, "gettarinfo", late)
    assert write_backup(tmp_path, tmp_path / "b.tar.gz") > 0
    assert files(shelf) == []
