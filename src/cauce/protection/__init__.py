"""Holds, consents, best-interest records and the gate: a protection hold beats every plan."""
