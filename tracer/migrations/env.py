"""Alembic's entry: runs the numbered steps on the connection the store hands over, in one transaction."""

from __future__ import annotations

from alembic import context
from sqlmodel import SQLModel

import tracer.tables  # noqa: F401  registers the tables on the metadata below

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=SQLModel.metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
connection.commit()
