"""A sandbox operator on loopback: the four CAMARA APIs and an OAuth2 token endpoint over real HTTP."""

from __future__ import annotations

from tracer.demo.carrier import Contract, Holding, Line, LineState, SandboxWorld

__all__ = ["Contract", "Holding", "Line", "LineState", "SandboxWorld"]
