"""The queue, canoes and buses, manifests: who moves, when, on what, and why not."""
