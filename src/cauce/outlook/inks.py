"""The colours of pictures: what is said, what is beside it, and the wide and the narrow band."""

INK, SOFT, WIDE, NARROW = "#0b5c7a", "#8a8f98", "#d5e6ee", "#9cc5d6"
