"""Models that take no part in every run: the rest of the field, compared on request."""
