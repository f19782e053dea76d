"""The contact graph as SVG, a page, GraphML or GEXF. Numbers are masked, people are roles."""

from __future__ import annotations

import html
import math
from pathlib import Path
from typing import TYPE_CHECKING

from graph.contact import Node
from tracer.desk.outfile import whole
from tracer.errors import WrongUse
from tracer.words import N_, _

if TYPE_CHECKING:
    import networkx as nx

FORMATS = (".svg", ".html", ".graphml", ".gexf")
_COLOURS = {"person": "#2f6f4f", "number": "#1f5fa8", "address": "#8a6d1d", "employer": "#7a3b8f"}
_WIDTH, _HEIGHT = 1000, 700
# What an edge is called in the picture; the others speak for themselves by their ends.
_EDGES = {
    "claimed": N_("claimed"),
    "lives_at": N_("lives at"),
    "works_at": N_("works at"),
    "relation": N_("relation"),
}


def draw(graph: nx.MultiGraph[Node], out: Path) -> int:
    """Write the graph to ``out`` by its ending; gives the number of nodes shown. Raises WrongUse."""
    import networkx as nx  # here, because it takes a sixth of the program's start

    suffix = out.suffix.lower()
    if suffix not in FORMATS:
        raise WrongUse(
            N_("{suffix} is no format for a picture"),
            N_("Name a file that ends with one of: {known}"),
            suffix=out.suffix or "?",
            known=", ".join(FORMATS),
        )
    found = plain(graph)
    if suffix == ".graphml":
        text = "\n".join(nx.generate_graphml(found))
    elif suffix == ".gexf":
        text = "\n".join(nx.generate_gexf(found))
    else:
        text = _svg(found)
        if suffix == ".html":
            title = html.escape(_("Contact graph"))
            text = f"<!doctype html><meta charset='utf-8'><title>{title}</title>{text}"
    with whole(out) as draft:
        draft.write_text(text, encoding="utf-8")
    return found.number_of_nodes()


def svg(graph: nx.MultiGraph[Node]) -> str:
    """Give the graph as an SVG picture: numbers masked, people as roles, provenance on every line."""
    return _svg(plain(graph))


def plain(graph: nx.MultiGraph[Node]) -> nx.MultiGraph[str]:
    """Give the graph without records, under neutral names: what may leave the program."""
    import networkx as nx

    found: nx.MultiGraph[str] = nx.MultiGraph()
    names: dict[Node, str] = {}
    counts: dict[str, int] = {}
    for node, data in graph.nodes(data=True):
        if node.kind == "record":
            continue
        counts[node.kind] = counts.get(node.kind, 0) + 1
        name = f"{node.kind}{counts[node.kind]}"
        names[node] = name
        label = name
        if node.kind == "number":
            label = data["phone"].shown
        elif node.kind == "person":
            label = ", ".join(sorted({str(role) for _case, role in data.get("roles", ())})) or name
        found.add_node(name, kind=node.kind, label=label)
    for left, right, data in graph.edges(data=True):
        if left in names and right in names:
            found.add_edge(
                names[left],
                names[right],
                kind=str(data["kind"]),
                source=str(data.get("source") or ""),
                entry=int(data.get("entry") or 0),
                date=str(data.get("date") or ""),
            )
    return found


def _svg(graph: nx.MultiGraph[str]) -> str:
    import networkx as nx

    # networkx lays out more than 500 nodes with scipy, which is not installed for this one use.
    small = graph.number_of_nodes() < 500
    places = (
        nx.circular_layout(graph)
        if not small
        else nx.spring_layout(
            graph, seed=7, k=1.6 / math.sqrt(max(1, graph.number_of_nodes())), iterations=200
        )
    )
    points = {
        name: (60 + (x + 1) / 2 * (_WIDTH - 120), 40 + (y + 1) / 2 * (_HEIGHT - 80))
        for name, (x, y) in places.items()
    }
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif">',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/>',
    ]
    for left, right, data in graph.edges(data=True):
        (x1, y1), (x2, y2) = points[left], points[right]
        kind = data["kind"]
        said = _(_EDGES[kind]) if kind in _EDGES else kind
        hint = " · ".join(text for text in (said, data["source"], data["date"], f"#{data['entry']}") if text)
        parts.append(
            f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="#999">'
            f"<title>{html.escape(hint)}</title></line>"
        )
    for name, data in graph.nodes(data=True):
        x, y = points[name]
        parts.append(
            f'<g><circle cx="{x:.1f}" cy="{y:.1f}" r="14" fill="{_COLOURS.get(data["kind"], "#555")}"/>'
            f'<text x="{x:.1f}" y="{y + 30:.1f}" font-size="13" text-anchor="middle">'
            f"{html.escape(data['label'])}</text></g>"
        )
    return "\n".join([*parts, "</svg>"])
