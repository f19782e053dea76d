"""Text as received → its normal form, or None. Cleaned once, at the edge; nobody parses again."""
