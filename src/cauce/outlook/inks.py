"""The colours of pictures: what was counted, what is said, what is beside it, and the wide and the narrow band."""

COUNTED, INK, BESIDE, SOFT, WIDE, NARROW = "#14212b", "#0b5c7a", "#b35a00", "#6b7580", "#d5e6ee", "#9cc5d6"
FULL = "#b3261e"
MANY = ("#0b5c7a", "#e0a100", "#9c2a2a", "#3d9467", "#7a5ea8", "#d4703a", "#4aa3c7", "#8a6d3b")
"""Of so many series in one picture; the rest of them together are SOFT."""
