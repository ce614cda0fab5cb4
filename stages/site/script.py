"""What the site's own script does: tables that sort, and a card with its source on each citation's number.

It is text in a module, as the style is, so that an edit of it rebuilds the site. It writes no HTML from text: cells are
moved, and the card is a copy of the item in the list of sources. Without it a number leads to that item.
"""

from __future__ import annotations

SCRIPT = """\
(() => {
  const scales = { k: 1e3, thousand: 1e3, m: 1e6, million: 1e6, b: 1e9, billion: 1e9, t: 1e12, trillion: 1e12 };
  const number = (text) => {
    const plain = text.replace(/(\\d)[,_\\u00a0](?=\\d)/g, "$1");
    const read = plain.match(/^(-?\\d*\\.?\\d+(?:e[-+]?\\d+)?)(?:\\s?(thousand|million|billion|trillion|[kmbt])\\b)?/i);
    return read ? Number(read[1]) * (scales[(read[2] ?? "").toLowerCase()] ?? 1) : NaN;
  };
  const words = (cell) => [...cell.childNodes].filter((one) => one.className !== "mark")
    .map((one) => one.textContent).join("").trim();

  function sort(table, column, down) {
    const body = table.tBodies[0];
    const rows = [...body.rows].map((row) => ({ row, text: words(row.cells[column]) }));
    rows.forEach((held) => { held.number = number(held.text); });
    rows.sort((a, b) => {
      if (!a.text || !b.text) return (a.text ? 0 : 1) - (b.text ? 0 : 1);
      const kind = isNaN(a.number) - isNaN(b.number);  // numbers apart from words: between them is no order
      const value = isNaN(a.number) ? a.text.localeCompare(b.text, "en", { numeric: true }) : a.number - b.number;
      return (kind || value) * (down ? -1 : 1);
    });
    body.append(...rows.map((held) => held.row));
  }

  function press(button) {
    const head = button.parentNode;
    const down = head.getAttribute("aria-sort") === "ascending";
    [...head.parentNode.cells].forEach((other) => other.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    sort(head.closest("table"), head.cellIndex, down);
  }

  const card = document.createElement("div");
  card.className = "card";
  card.hidden = true;
  card.setAttribute("role", "tooltip");
  let leaving = 0;

  function show(mark) {
    const source = document.getElementById(mark.hash.slice(1));
    if (!source) return;
    clearTimeout(leaving);
    card.replaceChildren(...[...source.childNodes].map((one) => one.cloneNode(true)));
    card.hidden = false;
    const at = mark.getBoundingClientRect();
    const left = Math.min(at.left, document.documentElement.clientWidth - card.offsetWidth - 8);
    const below = at.bottom + card.offsetHeight + 12 < innerHeight;
    card.style.left = Math.max(8, left) + scrollX + "px";
    card.style.top = (below ? at.bottom + 6 : at.top - card.offsetHeight - 6) + scrollY + "px";
  }
  const hide = () => { clearTimeout(leaving); leaving = setTimeout(() => { card.hidden = true; }, 200); };

  document.addEventListener("DOMContentLoaded", () => {
    document.addEventListener("click", (event) => {
      const button = event.target.closest?.("button.sort");
      if (button) press(button);
    });
    document.body.append(card);
    const search = document.querySelector(".md-search");
    search.setAttribute("aria-label", search.querySelector("input").getAttribute("aria-label"));
    const onMark = (act) => (event) => { const mark = event.target.closest?.("a.mark"); if (mark) act(mark); };
    for (const event of ["mouseover", "focusin"]) document.addEventListener(event, onMark(show));
    for (const event of ["mouseout", "focusout"]) document.addEventListener(event, onMark(hide));
    card.addEventListener("mouseenter", () => clearTimeout(leaving));
    card.addEventListener("mouseleave", hide);
    document.addEventListener("keydown", (event) => { if (event.key === "Escape") card.hidden = true; });
  });
})();
"""
