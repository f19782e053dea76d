"""Numbered steps of the store's schema (Alembic). Applied once, recorded, never edited."""
