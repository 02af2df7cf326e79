"""What officers do all day, as browsers do it: 50 of them, with the pauses of people who read, listen and type."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from io import BytesIO
from random import Random

from browsing import Answered, Asked, Browser, Form, Page
from crowd import name
from hub import PLACES

PASSWORD = "thirty canoes a morning"
# Of ten officers so many do this work: at a reception station most register, find and photograph.
ROLES = ("registrar",) * 5 + ("analyst",) * 2 + ("protection",) + ("coordinator",) * 2
READ, TYPE = 4.0, 15.0  # seconds on average: to read a page; to ask a family for their names and type them
SHIFT = 40  # pages, about, until somebody signs out and another signs in


@dataclass
class Officer:
    """One at a browser, until `until` says it is enough."""

    number: int
    base: str
    people: list[tuple[str, str, str, str]]  # id, number, given names, family names: to be found again
    asked: list[Asked]
    wrong: list[str]
    over: Callable[[], bool]
    role: str = ""
    chance: Random = field(default_factory=Random)

    def __post_init__(self) -> None:
        self.role = ROLES[self.number % len(ROLES)]
        self.chance = Random(self.number)
        self.browser = Browser(self.base, self.asked)

    async def work(self) -> None:
        """Sign in, work, sign out, again and again. What goes wrong is noted, and the officer goes on."""
        await asyncio.sleep(self.chance.uniform(0, 20))  # nobody opens all doors in one second
        flows: dict[str, Callable[[], Awaitable[None]]] = {
            "registrar": self.register,
            "analyst": self.decide,
            "protection": self.protect,
            "coordinator": self.coordinate,
        }
        while not self.over():
            try:
                await self.sign_in()
                for _ in range(SHIFT // 5):
                    if self.over():
                        break
                    await flows[self.role]()
                await self.sign_out()
            except Answered as reason:
                self.wrong.append(f"{self.role} {self.number}: {reason}")
                await self.pause(READ)
        await self.browser.close()

    async def pause(self, seconds: float) -> None:
        """As long as people take: now and then much longer, mostly shorter."""
        await asyncio.sleep(min(self.chance.expovariate(1 / seconds), 4 * seconds) if not self.over() else 0)

    async def see(self, address: str, what: str) -> Page:
        page = await self.browser.open(address, what)
        self.fine(page, what)
        await self.pause(READ)
        return page

    def fine(self, page: Page, what: str) -> None:
        if page.status != 200:
            raise Answered(f"{what}: {page.address} answers {page.status}: {_said(page)}")

    async def send(self, page: Page, form: Form, what: str, told: dict[str, str], files: object = None) -> Page:
        sent = await self.browser.send(page, form, what, told, files)
        self.fine(sent, what)
        await self.pause(READ)
        return sent

    async def sign_in(self) -> None:
        page = await self.see("/login/", "sign-in page")
        told = {"name": f"officer{self.number}", "password": PASSWORD}
        await self.send(page, page.form("name", "password"), "sign in", told)

    async def sign_out(self) -> None:
        page = await self.see("/find/", "find")
        form = next((each for each in page.forms if each.action == "/logout/"), None)
        if form is not None:
            await self.send(page, form, "sign out", {})

    async def register(self) -> None:
        """A family at the table: the form, their cards, one of them found again, a photograph."""
        await self.see("/", "board")
        size = self.chance.choice((1, 2, 2, 3, 4, 5))
        page = await self.see(f"/register/?count={size}", "registration form")
        await self.pause(TYPE * size)
        cards = await self.send(page, page.form("submission", "p0-given_names"), "family sent", self.family(size))
        group = await self.see(cards.link("/groups/"), "group")
        await self.photograph(await self.see(group.link("/people/"), "person"))
        await self.find()

    def family(self, size: int) -> dict[str, str]:
        told = {
            "count": str(size),
            "place": self.chance.choice(PLACES),
            "arrived_at": "2023-08-15T08:30",
            "explained_in": "es",
            "told": "on",
            "do": "save",
        }
        kin = ("focal", "spouse", "son", "daughter", "son")
        for at in range(size):
            person = {
                "given_names": name(self.chance),
                "family_names": name(self.chance),
                "sex": "FM"[at % 2],
                "birth": "17/05/1990" if at < 2 else "2016",
                "relation": kin[at],
                "nationality": "Venezuela",
                "consent_vaccination": "yes",
                "consent_photo": "yes",
            }
            person |= {"guardian": "0"} if at > 1 else {"document_kind": "passport", "document_number": self.paper()}
            told |= {f"p{at}-{field}": value for field, value in person.items()}
        return told

    def paper(self) -> str:
        return f"{self.chance.randrange(10**8):08}{self.number}"

    async def photograph(self, page: Page) -> None:
        take = page.link(page.address.partition("?")[0] + "photo/take/")
        if not take:
            return
        form_page = await self.see(take, "photo form")
        files = {"photo": ("camera.jpg", _picture(self.number % 4), "image/jpeg")}
        await self.send(form_page, form_page.form("nonce"), "photo sent", {}, files)

    async def find(self) -> Page:
        """Somebody by number, by both names, or by a name and an age; one leads to the person, many to a list."""
        id_, number, given, family = self.chance.choice(self.people)
        asked = self.chance.choice((number, f"{given} {family}", f"{family[:4]} 33"))
        page = await self.browser.open("/find/?q=" + asked.replace(" ", "+"), "find")
        self.fine(page, "find")
        await self.pause(READ)
        return await self.see(f"/people/{id_}/", "person")

    async def decide(self) -> None:
        """The list of reviews, one of them, a decision with its reason; and now and then a person."""
        await self.see("/", "board")
        page = await self.see("/reviews/", "reviews")
        waiting = [link for link in page.links if re.fullmatch(r"/reviews/[0-9a-f-]{36}/", link)]
        if waiting:
            link = self.chance.choice(waiting)
            review = await self.browser.open(link, "review")
            self.fine(review, "review")
            await self.pause(TYPE)
            try:
                form = review.form("outcome", "reason")
            except Answered:  # a colleague was faster, or it is the second answer that is missing
                return
            sent = await self.browser.send(
                review, form, "decision", {"outcome": "not_same", "reason": "Another birth date and another father."}
            )
            if sent.status not in (200, 409):  # 409: decided by a colleague meanwhile
                raise Answered(f"decision: {sent.status} {_said(sent)}")
        await self.find()

    async def protect(self) -> None:
        await self.see("/", "board")
        await self.see("/holds/", "holds")
        await self.see("/children/", "children")
        await self.find()
        number = self.chance.choice(self.people)[1]
        await self.see(f"/consents/{number}/", "consents")

    async def coordinate(self) -> None:
        await self.see("/", "board")
        await self.find()
        if self.chance.random() < 0.5:
            await self.see(f"/queue/?place={self.chance.choice(PLACES)}", "queue")
        else:
            await self.see(f"/manifests/?place={self.chance.choice(PLACES)}", "manifests")
        await self.find()


def _said(page: Page) -> str:
    main = page.text.partition("<main")[2] or page.text
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())[:300]


_PICTURES: dict[int, bytes] = {}


def _picture(which: int) -> bytes:
    """A photograph as a tablet takes it: 1600 x 1200, about 400 kB, no two alike."""
    if which not in _PICTURES:
        from PIL import Image

        noise = Image.effect_noise((400, 300), 60 + which).resize((1600, 1200))
        out = BytesIO()
        Image.merge("RGB", (noise, noise.rotate(90 * which), noise.transpose(0))).save(out, "JPEG", quality=85)
        _PICTURES[which] = out.getvalue()
    return _PICTURES[which]
