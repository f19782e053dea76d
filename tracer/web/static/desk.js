// Keys and dialogs. Nothing here asks the server for anything: htmx does, and links do.
"use strict";
(() => {
  const typing = (one) => one.matches("input, textarea, select, [contenteditable]");
  const lines = () => [...document.querySelectorAll("[data-lines] tbody tr:not(.under)")];
  const move = (by) => {
    const all = lines();
    if (!all.length) return;
    const now = all.findIndex((one) => one.classList.contains("here"));
    const next = all[Math.min(Math.max(now + by, 0), all.length - 1)];
    choose(next);
    const link = next.querySelector("a, button");
    if (link) link.focus();
    next.scrollIntoView({ block: "nearest" });
  };
  document.documentElement.classList.add("js");
  const choose = (row) => lines().forEach((one) => one.classList.toggle("here", one === row));
  const first = document.querySelector("tr.under");
  if (first) choose(first.previousElementSibling);
  let before = "";
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const pressed = before ? `${before} ${event.key}` : event.key;
    before = event.key === "g" && !before ? "g" : "";
    if (event.key === "?") { event.preventDefault(); document.getElementById("keys")?.showModal(); return; }
    if (event.key === "j") { move(1); return; }
    if (event.key === "k") { move(-1); return; }
    const row = document.querySelector("tr.here");
    const rows = row ? [row, row.nextElementSibling].filter((one) => one === row || one?.classList.contains("under")) : [];
    const inRow = rows.flatMap((one) => [...one.querySelectorAll("[data-row]")]).find((one) => one.dataset.row === pressed);
    if (inRow) { event.preventDefault(); inRow.click(); return; }
    const wanted = [...document.querySelectorAll("[data-key]")].find((one) => one.dataset.key === pressed);
    if (wanted) { event.preventDefault(); wanted.focus(); wanted.click(); }
  });
  // The graph: drag to move, wheel to enlarge, by changing the window on the drawing.
  const box = (svg) => svg.viewBox.baseVal;
  document.addEventListener("wheel", (event) => {
    const svg = event.target.closest("[data-pan] svg");
    if (!svg) return;
    event.preventDefault();
    const by = event.deltaY > 0 ? 1.1 : 1 / 1.1, view = box(svg);
    view.x += view.width * (1 - by) / 2; view.y += view.height * (1 - by) / 2;
    view.width *= by; view.height *= by;
  }, { passive: false });
  // A file dropped on a form is chosen in its field.
  document.addEventListener("dragover", (event) => { if (event.target.closest("[data-drop]")) event.preventDefault(); });
  document.addEventListener("drop", (event) => {
    const field = event.target.closest("[data-drop]")?.querySelector("input[type=file]");
    if (!field) return;
    event.preventDefault();
    field.files = event.dataTransfer.files;
  });
  let held = null;
  document.addEventListener("pointerdown", (event) => { const svg = event.target.closest("[data-pan] svg"); if (svg) held = { svg, x: event.clientX, y: event.clientY }; });
  document.addEventListener("pointermove", (event) => {
    if (!held) return;
    const view = box(held.svg), scale = view.width / held.svg.clientWidth;
    view.x -= (event.clientX - held.x) * scale; view.y -= (event.clientY - held.y) * scale;
    held.x = event.clientX; held.y = event.clientY;
  });
  document.addEventListener("pointerup", () => { held = null; });
  document.addEventListener("click", (event) => {
    const row = event.target.closest("[data-lines] tbody tr:not(.under)");
    if (row) choose(row);
    const opener = event.target.closest("[data-open]");
    if (opener) document.getElementById(opener.dataset.open)?.showModal();
  });
})();
