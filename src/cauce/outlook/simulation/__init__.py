"""The digital twin of the corridor file: what would happen, person by person or day by day."""
