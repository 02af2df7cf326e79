"""People: registration, groups, documents, stays, needs and the card they carry."""
