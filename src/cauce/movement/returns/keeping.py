"""P16: nobody is forgotten who is held in custody, or whose way home is open."""

from __future__ import annotations

from cauce.movement.returns.models import Custody, ReturnCase
from cauce.protection.retention_sets import keeps

keeps("custody", lambda: Custody.objects.filter(ended_at__isnull=True))
keeps("return_case", lambda: ReturnCase.objects.filter(closed_at__isnull=True))
