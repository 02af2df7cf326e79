"""What the database itself refuses about returns: P1, P3, P9, P12, P17. No screen, plan or program can forget it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from cauce.journal.guard import explain
from cauce.journal.triggers import Trigger, trigger
from cauce.movement.returns.conditions import ABOUT_A_CASE, no_case, of

_TAKEN = (
    "NEW.live AND EXISTS (SELECT 1 FROM movement_manifest m WHERE m.id = NEW.manifest_id AND m.kind = 'return' AND "
)
_ON_BOARD = (
    "NEW.status IN ('sealed', 'departed') AND OLD.status <> NEW.status AND NEW.kind = 'return' AND EXISTS ("
    "SELECT 1 FROM movement_seat t WHERE t.manifest_id = NEW.id AND t.live AND "
)
# When a manifest is sealed or its door closes; nothing is over by a moment that is not given.
_BY_THEN = "CASE WHEN NEW.status = 'departed' THEN NEW.departed_at ELSE NEW.sealed_at END"

_RULES = {
    "return_no_case": (no_case("NEW.person"), no_case("t.person")),
    **{
        code: (of("NEW.person", condition("m.date")), of("t.person", condition("NEW.date", _BY_THEN)))
        for code, (_reason, condition) in ABOUT_A_CASE.items()
    },
}
_RULES["return_elsewhere"] = (
    of(
        "NEW.person",
        "EXISTS (SELECT 1 FROM movement_flightstop s WHERE s.manifest = m.id AND s.country <> c.destination)",
    ),
    of(
        "t.person",
        "EXISTS (SELECT 1 FROM movement_flightstop s WHERE s.manifest = NEW.id AND s.country <> c.destination)",
    ),
)
for _code, (_seat, _aboard) in _RULES.items():
    for _verb, _when in (("insert", "INSERT"), ("update", "UPDATE OF live, manifest_id, person")):
        trigger(
            Trigger(
                name=f"movement_{_verb}_seat_{_code}",
                table="movement_seat",
                when=_when,
                refuse_if=f"{_TAKEN}{_seat})",
                code=f"seat_{_code}",
            )
        )
    trigger(
        Trigger(
            name=f"movement_manifest_seat_{_code}",
            table="movement_manifest",
            when="UPDATE OF status",
            refuse_if=f"{_ON_BOARD}{_aboard})",
            code=f"manifest_{_code}",
        )
    )

# The way around them: a kind that changes under the seat.
trigger(
    Trigger(
        name="movement_manifest_kind_stays",
        table="movement_manifest",
        when="UPDATE OF kind",
        refuse_if="NEW.kind <> OLD.kind",
        code="manifest_kind_stays",
    )
)
trigger(
    Trigger(
        name="movement_returncase_kind_stays",
        table="movement_returncase",
        when="UPDATE OF kind, person",
        refuse_if="NEW.kind <> OLD.kind OR NEW.person <> OLD.person",
        code="return_kind_stays",
    )
)
_BROUGHT_FORWARD = (
    "NOT EXISTS (SELECT 1 FROM movement_returnexplanation x JOIN movement_returncase c ON c.id = x.case_id "
    "WHERE x.id = NEW.explanation_id AND x.case_id = NEW.case_id AND x.destination = NEW.destination "
    "AND c.destination = NEW.destination AND c.kind = 'voluntary' AND x.at <= NEW.given_at)"
)
_FREE_IN_CUSTODY = (
    "NOT NEW.in_custody AND EXISTS (SELECT 1 FROM movement_custody u WHERE u.person = NEW.person "
    "AND u.since <= NEW.given_at AND (u.ended_at IS NULL OR u.ended_at > NEW.given_at))"
)
_CHANGED = (
    "(OLD.withdrawn_at IS NOT NULL AND NEW.withdrawn_at IS NULL) OR NEW.given_at <> OLD.given_at "
    "OR NEW.cooling_until <> OLD.cooling_until OR NEW.ready_on <> OLD.ready_on OR NEW.shared <> OLD.shared "
    "OR NEW.interpreter <> OLD.interpreter OR NEW.counsel <> OLD.counsel OR NEW.in_custody <> OLD.in_custody "
    "OR NEW.destination <> OLD.destination OR NEW.case_id <> OLD.case_id OR NEW.person <> OLD.person"
)
for _name, _when, _condition in (
    ("consent_unexplained", "INSERT", _BROUGHT_FORWARD),
    ("consent_hides_custody", "INSERT", _FREE_IN_CUSTODY),
    ("consent_stays", "UPDATE", _CHANGED),
):
    trigger(
        Trigger(
            name=f"movement_return_{_name}",
            table="movement_returnconsent",
            when=_when,
            refuse_if=_condition,
            code=f"return_{_name}",
        )
    )

_INTERVIEW = _("Nobody can board from whom an interview is still to come. The protection officer knows more.")
_ONE_OF_THEM = _("Somebody on this manifest has an interview still to come. Take the group off, then seal again.")
for _code, _sentence, _many in (
    (
        "return_no_case",
        _("Nobody is returned without a return case. Open one first: `cauce return open`."),
        _("Somebody on this manifest has no open return case. Take the group off, then seal again."),
    ),
    (
        "return_undecided",
        _("The decision to return this person is not final: it is missing, appealed against, or can still be."),
        _("The decision to return somebody on this manifest is not final. Take the group off, then seal again."),
    ),
    (
        "return_papers",
        _("The travel document of this person is missing or ends before the day. Record one that lasts."),
        _("The travel document of somebody on this manifest is missing or ends too early. Take the group off."),
    ),
    (
        "return_unfit",
        _("No finding that this person is fit to travel holds on that day. Ask the clinic."),
        _("No finding that everybody on this manifest is fit to travel holds on that day. Take the group off."),
    ),
    (
        "return_consent",
        _("No consent to this voluntary return counts on that day (rule P12). The case page says what is missing."),
        _("The consent of somebody on this manifest does not count now (rule P12). Take the group off."),
    ),
    ("return_protected", _INTERVIEW, _ONE_OF_THEM),
    (
        "return_elsewhere",
        _("This flight lands in another country than the one of the return case. Take another flight."),
        _("Somebody on this manifest goes to another country than where it lands. Take the group off."),
    ),
):
    explain(f"seat_{_code}", _sentence)
    explain(f"manifest_{_code}", _many)
explain("manifest_kind_stays", _("A manifest keeps its kind. Call it off and make another."))
explain("return_kind_stays", _("A return case keeps its kind and its person. Close it and open another."))
explain(
    "return_consent_unexplained",
    _("First the entry bars and rules of that country are explained and given on paper, then a consent is asked."),
)
explain(
    "return_consent_hides_custody",
    _("The register says that this person was in custody. Record the consent as given in custody."),
)
explain("return_consent_stays", _("A consent is never changed or brought back. Ask again and record a new one."))
explain("movement_return_one_open", _("This person has an open return case already. Go on with that one."))
explain("movement_custody_one_open", _("This person stands in the register of custody already."))
explain(
    "movement_custody_reviewed_by_another",
    _("You wrote this custody down. Somebody else has to look whether it is still needed."),
)
explain(
    "movement_custody_has_an_end",
    _("Custody has a maximum after its beginning, and is looked at before that. Give both."),
)
