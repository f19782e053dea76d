"""People, numbers and evidence, and nothing else: pure functions from values to values."""
