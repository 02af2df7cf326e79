"""What every room's interface for machines shares: the door, answers given once, problems, pages, kinds of field."""
