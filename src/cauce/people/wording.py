"""The sentences for what is wrong with something told, and for what the database refuses."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cauce.journal.errors import Refused
from cauce.journal.guard import explain
from cauce.people.intake import Problem

_PROBLEMS = {
    "no_name": gettext_lazy("a name, or a description of the person, is needed"),
    "too_long": gettext_lazy("is too long: shorten it"),
    "odd_characters": gettext_lazy("holds characters that no name has: type it again"),
    "unknown_sex": gettext_lazy("is not F, M or X: correct it or leave it empty"),
    "unknown_country": gettext_lazy("is no country code: correct it or leave it empty"),
    "unknown_need": gettext_lazy("is no code of a specific need: choose one of the list"),
    "no_range": gettext_lazy("ends before it begins: give a year, a month or a day"),
    "in_future": gettext_lazy("lies in the future: correct it"),
    "after_arrival": gettext_lazy(
        "is after the arrival: correct one of them; a child born here is added to its group afterwards"
    ),
    "too_old": gettext_lazy("is longer ago than anybody has lived: correct it"),
    "unreadable": gettext_lazy("cannot be understood: correct it"),
    "missing": gettext_lazy("is missing: fill it in"),
    "unknown_place": gettext_lazy("is no place of the corridor: correct it"),
    "heads": gettext_lazy("is that of who heads the group: name another head on the group's page first"),
    "two_heads": gettext_lazy(
        "is told of a second person: a group has one head, who can be changed on the group's page"
    ),
    "no_such_member": gettext_lazy("is not another member of this group: correct it"),
    "not_yours": gettext_lazy("is not where this account works: ask an officer of that place"),
    "no_zone": gettext_lazy("is no machine-readable zone: read the document again"),
    "check_digit": gettext_lazy("has wrong check digits: read the document again"),
    "contradicts": gettext_lazy("contradicts the row: look at the document and correct one of them"),
    "erased": gettext_lazy("belonged to a person who was erased: take the row out of the file"),
    "other_content": gettext_lazy("is registered with other content: correct it at the desk, or the row"),
    "columns": gettext_lazy("has not as many cells as the header: look for a stray or missing separator"),
    "quotes": gettext_lazy("has a quotation mark that is not closed or stands in the wrong place"),
    "field_too_long": gettext_lazy("has a field of more than 64 kB"),
    "line_too_long": gettext_lazy("is longer than any row can be"),
    "nul": gettext_lazy("holds NUL bytes: export the file again"),
    "undecodable": gettext_lazy("holds bytes that are no UTF-8: export the file again"),
}


class NotRegistrable(Refused):
    """What was told about somebody cannot be kept. `problems` holds (place in the list of members, problem)."""

    code = "not_registrable"

    def __init__(self, problems: Sequence[tuple[int, Problem]]) -> None:
        self.problems = list(problems)
        super().__init__(self._told())

    def _told(self) -> str:
        persons = "; ".join(
            _("person %(number)d: %(problem)s") % {"number": at + 1, "problem": sentence(problem)}
            for at, problem in self.problems
        )
        return f"{persons}. " + _("Nothing was registered: correct this and send it again.")


class NotCorrectable(NotRegistrable):
    """The same of somebody who is registered, and has a number to be called by."""

    def __init__(self, number: str, problems: Sequence[Problem]) -> None:
        self.number = number
        super().__init__([(0, problem) for problem in problems])

    def _told(self) -> str:
        what = "; ".join(sentence(problem) for _at, problem in self.problems)
        return f"{self.number}: {what}. " + _("Nothing was changed: correct this and send it again.")


def sentence(problem: Problem) -> str:
    """`nationality 'XQZ' is no country code: …`."""
    what = f"{problem.field} {problem.value!r}" if problem.value else problem.field
    return f"{what} {_PROBLEMS.get(problem.code, problem.code)}"


explain(
    "people_person_one_head",
    gettext_lazy("This group has a head already. Change the head on the group's page; then the others are no heads."),
)
explain(
    "people_person_external",
    gettext_lazy(
        "Somebody with this external id is registered already. Nothing was registered: find that person first."
    ),
)
explain(
    "people_group_external",
    gettext_lazy("A group with this external id is registered already. Nothing was registered: find that group first."),
)
explain(
    "people_parting_takes_two",
    gettext_lazy("The officer who asked for the parting cannot also agree to it. Ask another protection officer."),
)
explain(
    "people_stay_one_open",
    gettext_lazy("This person is still at a place. End that stay first, or move the person."),
)
explain(
    "people_person_named_or_described",
    gettext_lazy("A person needs a name or a description. Fill one in."),
)
