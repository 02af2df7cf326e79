"""Settings, addresses, static files and translations: what makes the rooms one site."""
