"""The plan of buses: whole families, proven best or with the gap stated. Pure; nothing here knows the store."""
