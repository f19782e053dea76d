// Keys and dialogs. Nothing here asks the server for anything: htmx does, and links do.
"use strict";
(() => {
  const typing = (one) => one.matches("input, textarea, select, [contenteditable]");
  const lines = () => [...document.querySelectorAll("[data-lines] tbody tr")];
  const move = (by) => {
    const all = lines();
    if (!all.length) return;
    const now = all.findIndex((one) => one.classList.contains("here"));
    const next = all[Math.min(Math.max(now + by, 0), all.length - 1)];
    all.forEach((one) => one.classList.toggle("here", one === next));
    const link = next.querySelector("a, button");
    if (link) link.focus();
    next.scrollIntoView({ block: "nearest" });
  };
  let before = "";
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const pressed = before ? `${before} ${event.key}` : event.key;
    before = event.key === "g" && !before ? "g" : "";
    if (event.key === "?") { event.preventDefault(); document.getElementById("keys")?.showModal(); return; }
    if (event.key === "j") { move(1); return; }
    if (event.key === "k") { move(-1); return; }
    const wanted = [...document.querySelectorAll("[data-key]")].find((one) => one.dataset.key === pressed);
    if (wanted) { event.preventDefault(); wanted.focus(); wanted.click(); }
  });
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-open]");
    if (opener) document.getElementById(opener.dataset.open)?.showModal();
  });
})();
