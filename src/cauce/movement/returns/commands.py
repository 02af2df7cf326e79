"""`cauce return …`: cases from the opening to the follow-up, and the register of custody."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cauce.movement.returns import custody_commands
from cauce.movement.returns.options import CaseId, Who, case_opened, day_of, opened, spoken, text_of
from cauce.options import DATA, OPERATOR, As, Data, Json

if TYPE_CHECKING:
    from cauce.movement.returns.selectors import CaseView

app = typer.Typer(no_args_is_help=True, help="Returns: cases, consent, decisions, custody.")


def _told(view: CaseView) -> dict[str, Any]:
    row = view.row
    days = {name: getattr(row, name) for name in ("decided_on", "appeal_until", "document_until", "fit_until")}
    return {
        "id": str(row.id),
        "person": view.person.number,
        "kind": row.kind,
        "state": view.state,
        "destination": row.destination,
        "asked": row.asked,
        "authority": row.authority,
        "reference": row.reference,
        "legal_basis": row.legal_basis,
        "appeal": row.appeal_outcome or ("running" if row.appeal_filed_on else ""),
        "document": row.document,
        "escort": row.escort,
        **{name: day.isoformat() if day else None for name, day in days.items()},
        "missing": [{"code": said.code, "text": said.text} for said in view.missing],
    }


@app.command("open")
def open_case(
    person: Who,
    kind: Annotated[str, text_of("--kind", "voluntary, deportation or expulsion.")],
    to: Annotated[str, text_of("--to", "Where the flight would go: three letters of ISO 3166-1.")],
    asked: Annotated[str, typer.Option("--asked", help="Where the person asked to go.")] = "",
    account: As = OPERATOR,
    data: Data = DATA,
) -> None:
    """Open a return case. Nobody is returned without one, and nobody has a seat by it."""
    actor = opened(data, account, "returns.read")
    from cauce.movement.returns import services
    from cauce.people.selectors import person_for

    found = person_for(actor, person)
    case = services.open_case(person=found.id, kind=kind, destination=to, asked=asked, by=actor)
    typer.echo(f"{case}")


@app.command()
def decide(
    case: CaseId,
    authority: Annotated[str, text_of("--authority", "Who decided.")],
    reference: Annotated[str, text_of("--reference", "The number of the decision.")],
    basis: Annotated[str, text_of("--basis", "The law on which it rests.")],
    on: Annotated[datetime, day_of("--on", "When it was decided.")],
    appeal_until: Annotated[datetime | None, day_of("--appeal-until", "The last day to appeal.")] = None,
    no_appeal: Annotated[bool, typer.Option("--no-appeal", help="The law gives no appeal.")] = False,
    account: As = OPERATOR,
    data: Data = DATA,
) -> None:
    """Write down that an authority ordered the return. There is no seat while it can be appealed against."""
    actor, view = case_opened(data, account, case, "returns.decide")
    from cauce.movement.returns import services

    services.decide(
        case=view.row.id,
        authority=authority,
        reference=reference,
        legal_basis=basis,
        decided_on=on.date(),
        appeal_until=appeal_until.date() if appeal_until else None,
        no_appeal=no_appeal,
        by=actor,
    )
    typer.echo(f"The decision about {view.person.number} is written down.")


@app.command()
def appeal(
    case: CaseId,
    on: Annotated[datetime, day_of("--on", "When it was filed, or with --outcome decided.")],
    suspensive: Annotated[bool, typer.Option("--suspensive", help="The law stops the return by it.")] = False,
    outcome: Annotated[str, typer.Option("--outcome", help="How it ended: dismissed, upheld or withdrawn.")] = "",
    account: As = OPERATOR,
    data: Data = DATA,
) -> None:
    """Record that the person appeals, or with --outcome how it ended. While it runs there is no seat."""
    actor, view = case_opened(data, account, case, "returns.decide" if outcome else "returns.appeal")
    from cauce.movement.returns import services

    if outcome:
        services.decide_appeal(case=view.row.id, outcome=outcome, decided_on=on.date(), by=actor)
        typer.echo(f"The appeal of {view.person.number} ended: {outcome}.")
        return
    services.file_appeal(case=view.row.id, filed_on=on.date(), suspensive=suspensive, by=actor)
    typer.echo(f"{view.person.number} appeals. Until it is decided there is no seat.")


@app.command()
def explain(
    case: CaseId,
    language: Annotated[str, text_of("--language", "In which language.")],
    account: As = OPERATOR,
    data: Data = DATA,
) -> None:
    """Print the entry bars and rules in force, and record that they were explained and given on paper."""
    actor, view = case_opened(data, account, case, "returns.consent")
    from cauce.movement.returns import services
    from cauce.movement.returns.selectors import rules_for

    services.explain(case=view.row.id, language=spoken(language), by=actor)
    for rule in rules_for(actor, view.row):
        years = f" ({rule.years:g} years)" if rule.years is not None else ""
        typer.echo(f"{rule.country}  {rule.title}{years}, since {rule.start}")


@app.command()
def consent(
    case: CaseId,
    language: Annotated[str, text_of("--language", "In which language the person was asked.")],
    shared: Annotated[bool, typer.Option("--shared", help="Who asked and who answered both speak it.")] = False,
    interpreter: Annotated[str, typer.Option("--interpreter", help="Who interpreted.")] = "",
    counsel: Annotated[str, typer.Option("--counsel", help="Whose counsel was at the person's side.")] = "",
    custody: Annotated[str, typer.Option("--custody", help="Where the person was held; empty: in freedom.")] = "",
    account: As = OPERATOR,
    data: Data = DATA,
) -> None:
    """Record a yes to a voluntary return. It counts after the cooling-off, and can be taken back."""
    actor, view = case_opened(data, account, case, "returns.consent")
    from cauce.movement.returns import services
    from cauce.movement.returns.services.consenting import Circumstances

    asked = Circumstances(
        language=spoken(language), shared=shared, interpreter=interpreter, counsel=counsel, custody_place=custody
    )
    services.consent(case=view.row.id, asked=asked, by=actor)
    from cauce.movement.returns.selectors import case_for

    newest = case_for(actor, view.row.id).consent
    assert newest is not None
    typer.echo(f"Recorded. It counts from {newest.cooling_until.isoformat(timespec='minutes')}.")


@app.command()
def withdraw(
    case: CaseId,
    words: Annotated[str, typer.Option("--words", help="What the person said; nothing has to be said.")] = "",
    account: As = OPERATOR,
    data: Data = DATA,
) -> None:
    """The person takes the yes back. The seats of the family are struck at once."""
    actor, view = case_opened(data, account, case, "returns.withdraw")
    from cauce.movement.returns import services

    services.withdraw_consent(case=view.row.id, words=words, by=actor)
    typer.echo(f"The consent of {view.person.number} is taken back.")


@app.command()
def document(
    case: CaseId,
    kind: Annotated[str, text_of("--kind", "passport, travel_document, identity_card and the like.")],
    until: Annotated[datetime, day_of("--until", "Its last day.")],
    account: As = OPERATOR,
    data: Data = DATA,
) -> None:
    """Record the paper on which the person can travel."""
    actor, view = case_opened(data, account, case, "returns.manage")
    from cauce.movement.returns import services

    services.record_document(case=view.row.id, kind=kind, until=until.date(), by=actor)
    typer.echo(f"{view.person.number} travels on a {kind} until {until.date()}.")


@app.command()
def consulate(
    case: CaseId,
    to: Annotated[str, text_of("--to", "Id of the [[recipient]] of the corridor file.")],
    account: As = OPERATOR,
    data: Data = DATA,
) -> None:
    """Print, as JSON, who somebody is, for the own consulate to make a travel document. Logged (rule P11)."""
    actor, view = case_opened(data, account, case, "manifest.export")
    from cauce.movement.returns import services

    typer.echo(json.dumps(services.tell_consulate(case=view.row.id, recipient=to, by=actor), ensure_ascii=False))


@app.command()
def fit(
    case: CaseId,
    finding: Annotated[str, text_of("--finding", "fit, fit_with_care or unfit.")],
    clinician: Annotated[str, text_of("--clinician", "Who examined the person.")],
    until: Annotated[datetime | None, day_of("--until", "Until when it holds.")] = None,
    note: Annotated[str, typer.Option("--note", help="What care is needed.")] = "",
    account: As = OPERATOR,
    data: Data = DATA,
) -> None:
    """Record what a clinician found: fit to travel or not, and until when."""
    actor, view = case_opened(data, account, case, "returns.fit")
    from cauce.movement.returns import services

    last = until.date() if until else None
    services.find_fit(case=view.row.id, finding=finding, found_by=clinician, until=last, note=note, by=actor)
    typer.echo(f"{view.person.number}: {finding}.")


@app.command()
def escort(
    case: CaseId,
    risk: Annotated[str, text_of("--class", "none or escorted.")],
    reason: Annotated[str, text_of("--reason", "Why; nationality is no reason.")],
    account: As = OPERATOR,
    data: Data = DATA,
) -> None:
    """Say whether an escort travels with the person."""
    actor, view = case_opened(data, account, case, "returns.manage")
    from cauce.movement.returns import services

    services.set_escort(case=view.row.id, escort=risk, reason=reason, by=actor)
    typer.echo(f"{view.person.number}: {risk}.")


@app.command("hand-over")
def hand_over(
    case: CaseId,
    to: Annotated[str, text_of("--to", "Who received the person.")],
    account: As = OPERATOR,
    data: Data = DATA,
) -> None:
    """Record who received the person at the destination."""
    actor, view = case_opened(data, account, case, "returns.manage")
    from cauce.movement.returns import services

    services.hand_over(case=view.row.id, to=to, by=actor)
    typer.echo(f"{view.person.number} was received by {to}.")


@app.command("follow-up")
def follow_up(
    case: CaseId,
    found: Annotated[str, text_of("--found", "What the person, or who was asked, said.")],
    account: As = OPERATOR,
    data: Data = DATA,
) -> None:
    """Record how the person is after the return; this closes the case."""
    actor, view = case_opened(data, account, case, "returns.manage")
    from cauce.movement.returns import services

    services.follow_up(case=view.row.id, found=found, by=actor)
    typer.echo(f"The case of {view.person.number} is closed.")


@app.command()
def close(
    case: CaseId,
    why: Annotated[str, text_of("--why", "withdrawn, set_aside, stays or in_error.")],
    account: As = OPERATOR,
    data: Data = DATA,
) -> None:
    """End a case before a departure. A seat goes at once."""
    actor, view = case_opened(data, account, case, "returns.manage")
    from cauce.movement.returns import services

    services.close(case=view.row.id, why=why, by=actor)
    typer.echo(f"The case of {view.person.number} is closed.")


@app.command("list")
def list_cases(
    kind: Annotated[str, typer.Option("--kind", help="Only voluntary, deportation or expulsion.")] = "",
    missing: Annotated[str, typer.Option("--missing", help="Only those in which this is missing, by its code.")] = "",
    over: Annotated[bool, typer.Option("--over", help="The closed ones too.")] = False,
    as_json: Json = False,
    account: As = OPERATOR,
    data: Data = DATA,
) -> None:
    """List the open cases, each kind counted apart, with what is missing. The reading is noted."""
    actor = opened(data, account, "returns.read")
    from cauce.access.services import note_reading
    from cauce.movement.returns.selectors import cases_for, counted

    views = cases_for(actor, kind=kind, missing=missing, over=over)
    note_reading(actor=actor, what="returns", persons=[view.row.person for view in views])
    if as_json:
        typer.echo(json.dumps([_told(view) for view in views], ensure_ascii=False))
        return
    for view in views:
        codes = ", ".join(said.code for said in view.missing)
        typer.echo(f"{view.person.number}  {view.row.kind:<12}{view.row.destination}  {view.state:<12}{codes}")
    typer.echo(", ".join(f"{number} {name}" for name, number in counted(views).items()))


@app.command()
def show(case: CaseId, as_json: Json = False, account: As = OPERATOR, data: Data = DATA) -> None:
    """Print one case: how far it has come, and every reason that stands against a seat today."""
    actor, view = case_opened(data, account, case, "returns.read")
    from cauce.access.services import note_reading

    note_reading(actor=actor, what="return", persons=[view.row.person])
    if as_json:
        typer.echo(json.dumps(_told(view), ensure_ascii=False))
        return
    typer.echo(f"{view.person.number}  {view.row.kind} to {view.row.destination}: {view.state}")
    for said in view.missing:
        typer.echo(f"  {said.text}")


custody_commands.add_to(app)
