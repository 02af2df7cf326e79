"""PLAN.json, whole or not at all. Pure but for the file."""

from __future__ import annotations

import json
import os
from pathlib import Path

from cauce.movement.flights.plans import Plan


def write(plan: Plan, out: Path) -> None:
    """Write it beside, then give it its name: an earlier plan stays if this one cannot be written. Raises OSError."""
    text = json.dumps(plan.as_dict(), ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    target = out.resolve()
    if target.exists() and not target.is_file():  # a pipe or a device; a folder says so itself
        target.write_text(text, encoding="utf-8")
        return
    half = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with half.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            half.chmod(target.stat().st_mode)
        half.replace(target)
    except BaseException:
        half.unlink(missing_ok=True)
        raise
