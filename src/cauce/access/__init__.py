"""Who is who, who may do what, and who looked at whom."""
