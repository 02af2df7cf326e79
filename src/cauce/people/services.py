"""Every write about people, under one roof. How each works stands in the module it comes from."""

from __future__ import annotations

from cauce.people.enrolling import Registered, add_person, register_birth, register_group

__all__ = ["Registered", "add_person", "register_birth", "register_group"]
