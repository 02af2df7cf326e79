"""The administrator's page of tokens: how devices and partners come in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from cauce.access.actor import Actor
from cauce.access.machines.door import OPENING
from cauce.access.pages import page
from cauce.access.selectors import accounts_for
from cauce.access.tokens import LONGEST_DAYS, add_token, revoke_token, tokens_for
from cauce.corridor.faces import OnceForm, status_of
from cauce.corridor.selectors import in_force
from cauce.journal import clock


class TokenForm(OnceForm):
    """A token for a device or a partner."""

    name = forms.CharField(max_length=60, label=gettext_lazy("What the token is called"), help_text="a–z, 0–9, . - _")
    account = forms.ChoiceField(label=gettext_lazy("Account that it acts as"))
    capabilities = forms.MultipleChoiceField(
        label=gettext_lazy("What it is for"),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Only what the account's role may do, and yours."),
    )
    place = forms.ChoiceField(required=False, label=gettext_lazy("Place"))
    days = forms.IntegerField(min_value=1, max_value=LONGEST_DAYS, initial=90, label=gettext_lazy("Days until it ends"))

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owners = [one.name for one in accounts_for(actor) if one.is_active and one.role != "operator"]
        places = [(one.id, one.name) for one in in_force().places if actor.place in ("", one.id)]
        choices: dict[str, list[tuple[str, Any]]] = {
            "account": [(name, name) for name in owners],
            "capabilities": [(one, one) for one in sorted(OPENING) if actor.may(one)],
            "place": [("", _("the account's own")), *places],
        }
        for name, found in choices.items():
            self.fields[name].choices = found  # type: ignore[attr-defined]


@page("tokens.manage")
def tokens(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """The tokens, and one more; its secret is shown on the answer and nowhere again."""
    form = TokenForm(request.POST or None, actor=actor)
    made: list[str] = []
    if request.method == "POST" and form.is_valid():
        told = {name: form.cleaned_data[name] for name in ("name", "account", "capabilities", "place", "days")}
        if form.once(actor, lambda: made.append(add_token(**told, by=actor))):
            if not made:  # the button was pressed twice
                return redirect("desk:tokens")
            return _show(request, actor, TokenForm(actor=actor), secret=made[0], made=told["name"])
    return _show(request, actor, form)


def _show(request: HttpRequest, actor: Actor, form: TokenForm, **more: Any) -> HttpResponseBase:
    names = {place.id: place.name for place in in_force().places}
    context = {"form": form, "tokens": tokens_for(actor), "names": names, "now": clock.now(), **more}
    return render(request, "desk/tokens.html", context, status=status_of(form))


@require_POST
@page("tokens.manage")
def revoke(request: HttpRequest, actor: Actor, name: str) -> HttpResponseBase:
    """From now on nobody comes in by it."""
    revoke_token(name=name, by=actor)
    messages.success(request, _("The token %(name)s opens nothing any more.") % {"name": name})
    return redirect("desk:tokens")
