"""Is this person on that list? Names of any script, birth dates and documents, with every reason weighed and named."""

from cauce.vetting.names.index import Index
from cauce.vetting.names.model import Hit, Piece, Query
from cauce.vetting.names.scale import DEFAULT_THRESHOLD, probability, score_at

__all__ = ["DEFAULT_THRESHOLD", "Hit", "Index", "Piece", "Query", "probability", "score_at"]
