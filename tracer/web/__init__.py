"""The desk on screen: pages and REST. Thin: parse, ask the desk, show. No row, key or log is known here."""
