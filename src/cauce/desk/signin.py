"""Signing in and out."""

from __future__ import annotations

from django import forms
from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from cauce.access.models import Account
from cauce.desk.attempts import Tries
from cauce.desk.context import doors_of

WAIT_MINUTES = 15
BY_NAME = Tries("name", 5, WAIT_MINUTES * 60)
BY_ADDRESS = Tries("address", 30, WAIT_MINUTES * 60)  # a station's tablets may share one address


class SignInForm(forms.Form):
    """Name and password; no word about which of the two was wrong."""

    name = forms.CharField(label=gettext_lazy("Account name"), max_length=60)
    password = forms.CharField(label=gettext_lazy("Password"), max_length=200, strip=False, widget=forms.PasswordInput)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["name"].widget.attrs.update(autocomplete="username", autocapitalize="none", autofocus=True)
        self.fields["password"].widget.attrs.update(autocomplete="current-password")


def sign_in(request: HttpRequest) -> HttpResponse:
    """The page that lets somebody in; five wrong passwords for a name close it for a quarter of an hour."""
    after = _after(request)
    if isinstance(request.user, Account) and request.method == "GET":
        return redirect(after or _first_page(request.user))
    form = SignInForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        account = _known(request, form)
        if account is not None:
            login(request, account)
            return redirect(after or _first_page(account))
    if form.errors:
        status = 429 if _locked(request, form) else 422
    return render(request, "desk/signin.html", {"form": form, "next": after}, status=status)


def _known(request: HttpRequest, form: SignInForm) -> Account | None:
    name, address = form.cleaned_data["name"].strip().lower(), request.META.get("REMOTE_ADDR", "")
    if _locked(request, form):
        form.add_error(None, _too_often())
        return None
    account = authenticate(request, username=name, password=form.cleaned_data["password"])
    if isinstance(account, Account):
        BY_NAME.clear(name)
        return account
    left = min(BY_NAME.failed(name), BY_ADDRESS.failed(address))
    form.add_error(None, _("Name and password do not fit together. Type them again.") if left else _too_often())
    return None


def _locked(request: HttpRequest, form: SignInForm) -> bool:
    name = form.cleaned_data.get("name", "").strip().lower()
    return not BY_NAME.left(name) or not BY_ADDRESS.left(request.META.get("REMOTE_ADDR", ""))


def _too_often() -> str:
    return _("Too many wrong passwords. Wait %(minutes)d minutes, or ask an administrator for a new password.") % {
        "minutes": WAIT_MINUTES
    }


def _after(request: HttpRequest) -> str:
    address = request.POST.get("next") or request.GET.get("next") or ""
    secure = request.is_secure()
    return address if url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=secure) else ""


def _first_page(account: Account) -> str:
    doors = doors_of(account.role)
    return doors[0].address if doors else "/"


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return HttpResponseRedirect(reverse("desk:login"))
