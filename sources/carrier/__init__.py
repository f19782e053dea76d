"""Carriers: one vocabulary of outcomes and facts, and a connector for each network API."""
