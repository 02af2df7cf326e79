"""Pages that span rooms: the station board, the person, signing in. No tables of its own."""
