"""Home: return cases, consent to a voluntary return, entry bars, and the register of custody."""
