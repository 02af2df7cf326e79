"""The journal: every change of the domain is one event in this node's own hash chain."""
