"""What was said stays said: neither a bulletin nor what partners were told is ever changed."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from cauce.journal.guard import explain
from cauce.journal.triggers import Trigger, trigger

for _table in ("outlook_bulletin", "outlook_published", "outlook_told"):
    trigger(
        Trigger(
            name=f"{_table}_stays",
            table=_table,
            when="UPDATE",
            refuse_if="1 = 1",
            code="bulletin_stays",
            acts_only=False,
        )
    )

explain("bulletin_stays", _("What a bulletin said is kept as it was. Issue another one."))
