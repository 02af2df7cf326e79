"""A manifest from its approval to the vehicle: exceptions, inspection, driver, and the codes on its paper (P10)."""
