"""Money and help for movements (F10): pledged, granted, received, committed, spent; what was promised and what came."""
