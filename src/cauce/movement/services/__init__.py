"""Every change of manifests and seats: propose, move, seal, board, depart, arrive. Each is one transaction."""

from cauce.movement.services.dispatching import LeftBehind, Plan, dispatch
from cauce.movement.services.journey import arrive, depart, refuse_at_border, roll_call
from cauce.movement.services.moving import move_group
from cauce.movement.services.sealing import cancel, seal, unseal
from cauce.movement.services.seating import add_group, remove_group
from cauce.movement.services.striking import strike_blocked

__all__ = [
    "LeftBehind",
    "Plan",
    "add_group",
    "arrive",
    "cancel",
    "depart",
    "dispatch",
    "move_group",
    "refuse_at_border",
    "remove_group",
    "roll_call",
    "seal",
    "strike_blocked",
    "unseal",
]
