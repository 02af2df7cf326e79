"""A browser as far as a server sees one: cookies, forms as a page gave them, files with the page, kept as they say."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx

LINKED = {"link": "href", "script": "src", "img": "src"}


class Answered(Exception):
    """A page that is not what the flow came for."""


@dataclass
class Form:
    """A form as it stands on the page: where it goes, what its fields hold."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)
    text: str = ""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.files: list[str] = []
        self._form: Form | None = None
        self._select = self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in told:
            self.links.append(told["href"])
        elif tag in LINKED and told.get(LINKED[tag]):
            self.files.append(told[LINKED[tag]])
        if tag == "form":
            self._form = Form(told.get("action", ""))
            self.forms.append(self._form)
        elif self._form is not None:
            self._field(tag, told)

    def _field(self, tag: str, told: dict[str, str]) -> None:
        assert self._form is not None
        name = told.get("name", "")
        if tag == "input" and name:
            kind = told.get("type", "text")
            if kind in ("radio", "checkbox"):
                self._form.choices.setdefault(name, []).append(told.get("value", "on"))
                if "checked" not in told:
                    return
            if kind not in ("file", "submit"):
                self._form.fields[name] = told.get("value", "")
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            self._form.choices.setdefault(self._select, []).append(told.get("value", ""))
            if "selected" in told or self._select not in self._form.fields:
                self._form.fields[self._select] = told.get("value", "")
        elif tag == "textarea":
            self._area = name
            self._form.fields[name] = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._form is not None:
            self._form.text += data
            if self._area:
                self._form.fields[self._area] += data.strip("\n")


@dataclass
class Page:
    """What came back, read once."""

    address: str
    status: int
    text: str
    forms: list[Form]
    links: list[str]
    files: list[str]

    def form(self, *names: str) -> Form:
        """The first form that has all these fields; Answered when there is none."""
        for form in self.forms:
            if set(names) <= form.fields.keys() | form.choices.keys():
                return form
        raise Answered(f"{self.address} ({self.status}) has no form with {', '.join(names)}")

    def link(self, beginning: str) -> str:
        """The first link that begins so; empty when there is none."""
        return next((each for each in self.links if each.startswith(beginning)), "")


@dataclass
class Asked:
    """One request: what kind of page it was, its status, seconds until its last byte, when it was sent."""

    what: str
    status: int
    seconds: float
    at: float


@dataclass
class _Kept:
    """What a browser has of a file: until when it asks nobody, and what it asks with afterwards."""

    until: float
    modified: str


def _kept(answer: httpx.Response) -> _Kept | None:
    told = answer.headers.get("cache-control", "")
    if answer.status_code not in (200, 304) or "no-store" in told:
        return None
    age = re.search(r"max-age=(\d+)", told)
    return _Kept(time.time() + (int(age[1]) if age else 0), answer.headers.get("last-modified", ""))


class Browser:
    """One officer's browser. Every request is noted in `asked`; nothing is asked of another host."""

    def __init__(self, base: str, asked: list[Asked]) -> None:
        self._client = httpx.AsyncClient(
            base_url=base, timeout=60, headers={"accept-language": "en", "origin": base}, trust_env=False
        )
        self._asked = asked
        self._kept: dict[str, _Kept] = {}

    async def close(self) -> None:
        await self._client.aclose()

    async def open(self, address: str, what: str) -> Page:
        """A page by its address, with redirects and its files, as a click on a link does."""
        return await self._page(await self._send("GET", address, what), what)

    async def send(self, page: Page, form: Form, what: str, told: dict[str, Any], files: Any = None) -> Page:
        """A form with these fields told, all others as the page gave them."""
        address = urljoin(page.address, form.action or page.address)
        return await self._page(await self._send("POST", address, what, data=form.fields | told, files=files), what)

    async def _page(self, answer: httpx.Response, what: str) -> Page:
        while answer.is_redirect:
            answer = await self._send("GET", urljoin(str(answer.url), answer.headers["location"]), f"{what}, then")
        text = answer.text if answer.headers.get("content-type", "").startswith("text/html") else ""
        reader = _Reader()
        reader.feed(text)
        parts = urlsplit(str(answer.url))
        address = parts.path + (f"?{parts.query}" if parts.query else "")
        page = Page(address, answer.status_code, text, reader.forms, reader.links, reader.files)
        for file in dict.fromkeys(each for each in reader.files if each.startswith("/")):
            await self._file(file)
        return page

    async def _file(self, address: str) -> None:
        """A style sheet or picture, unless it was kept and may still be used; then asked whether it changed."""
        kept = self._kept.get(address)
        if kept is not None and time.time() < kept.until:
            return
        headers = {"if-modified-since": kept.modified} if kept is not None and kept.modified else {}
        answer = await self._send("GET", address, "file" if "/static/" in address else "photo shown", headers=headers)
        if (kept := _kept(answer)) is not None:
            self._kept[address] = kept

    async def _send(self, method: str, address: str, what: str, **more: Any) -> httpx.Response:
        at, started = time.time(), time.perf_counter()
        try:
            answer = await self._client.request(method, address, **more)
            status = answer.status_code
        except httpx.HTTPError as reason:
            self._asked.append(Asked(what, 0, time.perf_counter() - started, at))
            raise Answered(f"{what}: {type(reason).__name__}") from reason
        self._asked.append(Asked(what, status, time.perf_counter() - started, at))
        return answer
