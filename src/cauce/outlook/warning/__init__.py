"""Early warning: when the corridor warns and when it stops, and the bulletin that says so."""
