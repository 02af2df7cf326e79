"""The training day: a generator of synthetic people in published proportions, and the command that loads them."""
