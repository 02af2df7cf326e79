"""The matcher on arrays: plain Python that is also compiled to machine code when the work is large (see jit.py)."""
