"""The two engines on arrays: plain Python that is compiled to machine code (see machine.py)."""
