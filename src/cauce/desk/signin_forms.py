"""What is typed to sign in, and to change how one does."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cauce.access.confidants import CIRCLES
from cauce.access.passkeys import LONGEST, Site
from cauce.access.passwords import LONGEST as LONGEST_PASSWORD


class PasswordField(forms.CharField):
    """A password as it is typed: no space is cut, a password manager may fill it in."""

    def __init__(self, *, fills: str, **kwargs: Any) -> None:
        widget = forms.PasswordInput(attrs={"autocomplete": fills})
        super().__init__(max_length=LONGEST_PASSWORD, strip=False, widget=widget, **kwargs)


class SignInForm(forms.Form):
    """Name and password; no word about which of the two was wrong."""

    name = forms.CharField(label=gettext_lazy("Account name"), max_length=60)
    password = PasswordField(label=gettext_lazy("Password"), fills="current-password")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs.update(autocomplete="username", autocapitalize="none", autofocus=True)


class SecondForm(forms.Form):
    """A code of the app or a recovery code, or what a passkey answered."""

    code = forms.CharField(label=gettext_lazy("Code"), max_length=30, required=False)
    credential = forms.CharField(max_length=LONGEST, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs.update(autocomplete="one-time-code", autocapitalize="none", autofocus=True)


class ChooseForm(forms.Form):
    """The password one came with, and one's own."""

    old = PasswordField(label=gettext_lazy("Present password"), fills="current-password")
    new = PasswordField(
        label=gettext_lazy("New password"),
        fills="new-password",
        help_text=gettext_lazy("At least 10 characters. A few words that nobody connects with you are best."),
    )
    again = PasswordField(label=gettext_lazy("New password once more"), fills="new-password")

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        if told.get("new") and told.get("again") and told["new"] != told["again"]:
            raise ValidationError(_("The two new passwords are not the same. Type both again."))
        return told


class MakeForm(forms.Form):
    """Which second factor to make, and what to call it."""

    kind = forms.ChoiceField(label=gettext_lazy("Second factor"), widget=forms.RadioSelect)
    label = forms.CharField(
        label=gettext_lazy("Name it"), max_length=60, help_text=gettext_lazy("So that you know it again: my telephone")
    )

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [("totp", _("An app on a telephone that shows codes"))]
        if site.can:
            kinds.append(("passkey", _("A passkey: a key on a plug, or the lock of this device")))
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
        self.fields["kind"].initial = "totp"


class OwnMakeForm(MakeForm):
    """The same for who is in already: the password again, as anybody may find a desk open."""

    password = PasswordField(label=gettext_lazy("Your password"), fills="current-password")


class SureForm(forms.Form):
    """The password again, before something that a stranger at an open desk would do."""

    password = PasswordField(label=gettext_lazy("Your password"), fills="current-password")


class LabelForm(SureForm):
    """Another name for a second factor."""

    label = forms.CharField(label=gettext_lazy("Name it"), max_length=60)


class LetInForm(SureForm):
    """Whom to let into which confidential notes: both come from the page, the password from who lets them in."""

    name = forms.CharField(max_length=60)
    circle = forms.ChoiceField(choices=[(circle, circle) for circle in CIRCLES])
