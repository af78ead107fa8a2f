// The list of returns: filtered, sorted and searched here; the address holds all three, so that a link can be sent.

import { api, h, moment, shown, t, tell } from "./page.js";

const grid = document.getElementById("list");
const collection = grid.dataset.collection;
const HEIGHT = 40;
const SPARE = 12; // rows drawn above and below what is seen

let rows = [];
let columns = [];
let found = [];
let missing = [];
let older = new Map();
const state = Object.fromEntries(new URLSearchParams(location.search));

const isDoubtful = (r) => r.doubts + r.errors + r.altered > 0 && !r.verdict;
const current = () => rows.filter((r) => r.state === "read" && !r.newer);

const SHOWS = {
  "": [t("全部", "All"), () => true],
  doubtful: [t("存疑", "Doubtful"), isDoubtful],
  rules: [t("不合规则", "Rules broken"), (r) => r.errors > 0 && !r.verdict],
  altered: [t("原表被改动", "Form altered"), (r) => r.altered > 0 && !r.verdict],
  clear: [t("无疑点", "Clear"), (r) => !isDoubtful(r) && !r.verdict],
  accepted: [t("核对无误", "Accepted"), (r) => r.verdict === "accepted"],
  returned: [t("退回修改", "Sent back"), (r) => r.verdict === "returned"],
  changed: [t("重读后有变化", "Changed by rereading"), (r) => r.changed > 0],
};

function status(r) {
  if (r.verdict === "accepted") return h("span", { class: "state good" }, "✓ ", t("核对无误", "Accepted"));
  if (r.verdict === "returned") return h("span", { class: "state bad" }, "↩ ", t("退回修改", "Sent back"));
  if (r.claimed_by) return h("span", { class: "state busy" }, "✎ ", r.claimed_by, t(" 正在核对", " is at it"));
  if (isDoubtful(r)) return h("span", { class: "state doubt" }, "? ", t("存疑", "Doubtful"));
  return h("span", { class: "state good" }, "✓ ", t("无疑点", "Clear"));
}

/** How many times its applicant has handed in. */
const version = (r) => 1 + (older.get(r.id) ?? 0);

const count = (n) => (n ? String(n) : "");

const FIXED = [
  { key: "who", title: t("填报单位", "Who"), of: (r) => r.who, cell: (r) => h("a", { href: `/collections/${collection}/returns/${r.id}`, title: r.name }, r.who) },
  { key: "status", title: t("状态", "Status"), of: (r) => (r.verdict ? `2${r.verdict}` : isDoubtful(r) ? "0" : "1"), cell: status },
  { key: "doubts", title: t("存疑", "Doubts"), of: (r) => r.doubts, cell: (r) => count(r.doubts), isNumber: true },
  { key: "errors", title: t("不合规则", "Rules"), of: (r) => r.errors, cell: (r) => count(r.errors), isNumber: true },
  { key: "altered", title: t("原表改动", "Altered"), of: (r) => r.altered, cell: (r) => count(r.altered), isNumber: true },
  { key: "corrected", title: t("已改正", "Corrected"), of: (r) => r.corrected, cell: (r) => count(r.corrected), isNumber: true },
  { key: "version", title: t("版本", "Version"), of: version, cell: (r) => (version(r) > 1 ? t(`第 ${version(r)} 次交`, `no. ${version(r)}`) : "") },
  { key: "received", title: t("收到", "Received"), of: (r) => r.received, cell: (r) => moment(r.received) },
];

const chosen = () => columns.map((path) => ({
  key: path, title: path.split(".").slice(-2).join(" "), hint: path.replaceAll(".", " › "), of: (r) => r.cells[path],
  cell: (r) => shown(r.cells[path]), isNumber: rows.some((r) => typeof r.cells[path] === "number"),
}));
const all = () => [...FIXED.slice(0, 2), ...chosen(), ...FIXED.slice(2)];

function compare(a, b) {
  if (a == null || a === "") return b == null || b === "" ? 0 : 1; // what is not there comes last
  if (b == null || b === "") return -1;
  if (typeof a === "number" && typeof b === "number") return a - b;
  return String(shown(a)).localeCompare(String(shown(b)), "zh-CN", { numeric: true });
}

function find() {
  const [, fits] = SHOWS[state.show] ?? SHOWS[""];
  const words = (state.q ?? "").trim().toLowerCase().split(/\s+/).filter(Boolean);
  found = current().filter(fits).filter((r) => {
    const text = `${r.who} ${r.name} ${Object.values(r.cells).map(shown).join(" ")}`.toLowerCase();
    return words.every((w) => text.includes(w));
  });
  const column = all().find((c) => c.key === state.sort);
  if (column) found.sort((a, b) => compare(column.of(a), column.of(b)) * (state.desc ? -1 : 1) || a.number - b.number);
  else found.sort((a, b) => isDoubtful(b) - isDoubtful(a)); // what wants to be looked at comes first
}

function remember() {
  const query = new URLSearchParams(Object.entries(state).filter(([, v]) => v));
  history.replaceState(null, "", `?${query}`.replace(/\?$/, location.pathname));
}

let drawn = "";
function draw() {
  const first = Math.max(0, Math.floor(grid.scrollTop / HEIGHT) - SPARE);
  const last = Math.min(found.length, Math.ceil((grid.scrollTop + grid.clientHeight) / HEIGHT) + SPARE);
  const now = `${first}-${last}`;
  if (now === drawn) return;
  const body = grid.querySelector("tbody");
  if (!body) return; // nothing has been loaded yet
  drawn = now;
  const width = all().length;
  const pad = (n) => h("tr", { class: "pad", "aria-hidden": "true" }, h("td", { colspan: width, style: `height:${n * HEIGHT}px` }));
  const focused = document.activeElement?.getAttribute?.("href");
  body.replaceChildren(pad(first), ...found.slice(first, last).map((r, n) => row(r, first + n)), pad(found.length - last));
  if (focused) body.querySelector(`a[href="${focused}"]`)?.focus({ preventScroll: true });
}

const row = (r, n) => h("tr", { "aria-rowindex": n + 2 }, ...all().map((c) => h("td", { class: c.isNumber ? "number" : null }, c.cell(r))));

function show() {
  find();
  const sorted = (c) => (state.sort === c.key ? (state.desc ? "descending" : "ascending") : "none");
  const head = all().map((c) => h("th", { scope: "col", class: c.isNumber ? "number" : null, "aria-sort": sorted(c), title: c.hint },
    h("button", { onclick: () => sort(c.key) }, c.title, { ascending: " ▲", descending: " ▼", none: "" }[sorted(c)])));
  const scrolled = grid.scrollTop;
  grid.replaceChildren(h("table", { "aria-rowcount": found.length + 1 }, h("thead", {}, h("tr", { "aria-rowindex": 1 }, ...head)), h("tbody")));
  grid.scrollTop = scrolled;
  grid.hidden = !found.length;
  document.getElementById("nothing").hidden = found.length > 0;
  drawn = "";
  draw();
  chips();
  summary();
  const doubtful = current().filter(isDoubtful);
  const go = document.getElementById("go");
  go.hidden = !doubtful.length;
  if (doubtful.length) go.href = `/collections/${collection}/returns/${(found.find(isDoubtful) ?? doubtful[0]).id}`;
}

function sort(key) {
  if (state.sort === key) state.desc = state.desc ? "" : "1";
  else { state.sort = key; state.desc = ""; }
  remember();
  show();
}

function chips() {
  const made = Object.entries(SHOWS).map(([key, [title, fits]]) => {
    const n = current().filter(fits).length;
    if (!n && key && state.show !== key) return null;
    return h("button", { "aria-pressed": String((state.show ?? "") === key), onclick: () => { state.show = key; remember(); show(); } }, title, " ", h("span", {}, String(n)));
  });
  document.getElementById("shows").replaceChildren(...made.filter(Boolean));
}

function summary() {
  const decided = current().filter((r) => r.verdict).length;
  const waiting = rows.filter((r) => r.state === "waiting").length;
  const refused = rows.filter((r) => r.state === "refused" && !r.beside).length;
  const parts = [
    h("span", {}, h("b", {}, String(current().length)), t(" 份交回", " returned")),
    h("span", {}, h("b", {}, `${decided}/${current().length}`), t(" 已核", " decided")),
    missing.length ? h("a", { href: `/collections/${collection}/roster` }, h("b", {}, String(missing.length)), t(" 家未交", " missing")) : null,
    refused ? h("a", { href: `/collections/${collection}/in` }, h("b", {}, String(refused)), t(" 个文件读不了", " files not readable")) : null,
    waiting ? h("span", { class: "state busy" }, "… ", t(`正在读，还有 ${waiting} 个`, `reading, ${waiting} to go`)) : null,
  ];
  document.getElementById("summary").replaceChildren(...parts.filter(Boolean));
}

let known = "";

/** Shows what the server has, if it is other than what is shown: nothing is drawn anew under the pointer. */
async function load() {
  const [listed, roster] = await Promise.all([
    api("GET", `/api/collections/${collection}/returns`),
    api("GET", `/api/collections/${collection}/roster`),
  ]);
  const told = JSON.stringify([listed, roster.missing]);
  if (told === known) return;
  known = told;
  rows = listed.returns;
  older = new Map();
  for (const r of rows) if (r.newer) older.set(r.newer, (older.get(r.newer) ?? 0) + 1);
  columns = listed.shown;
  missing = roster.missing;
  show();
}

// --- what the user does ---

document.getElementById("search").value = state.q ?? "";
document.getElementById("search").addEventListener("input", (event) => {
  state.q = event.target.value;
  remember();
  grid.scrollTop = 0;
  show();
});
document.getElementById("all").addEventListener("click", () => {
  state.show = state.q = document.getElementById("search").value = "";
  remember();
  show();
});
const ahead = new Set();
grid.addEventListener("pointerover", (event) => {
  const address = event.target.closest("a")?.pathname;
  if (!address || ahead.has(address)) return;
  ahead.add(address);
  fetch(`/api${address}/view`).catch(() => {}); // drawn by the time that it is opened
});
grid.addEventListener("scroll", () => requestAnimationFrame(draw), { passive: true });
new ResizeObserver(() => { drawn = ""; draw(); }).observe(grid);

const toggle = document.getElementById("columns");
const chooser = document.getElementById("chooser");
toggle.addEventListener("click", () => {
  chooser.hidden = !chooser.hidden;
  toggle.setAttribute("aria-expanded", String(!chooser.hidden));
});
chooser.addEventListener("change", async (event) => {
  const wanted = [...chooser.querySelectorAll("input:checked")].map((i) => i.value);
  if (wanted.length > 6) {
    event.target.checked = false;
    tell(t("最多显示 6 项", "six at most"), { isError: true });
    return;
  }
  try {
    await api("PATCH", `/api/collections/${collection}`, { shown: wanted });
    await load();
  } catch (error) {
    tell(error.message, { isError: true });
  }
});

grid.addEventListener("keydown", (event) => {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const links = [...grid.querySelectorAll("tbody a")];
  const at = links.indexOf(document.activeElement);
  const next = links[at + (event.key === "ArrowDown" ? 1 : -1)] ?? (at < 0 ? links[0] : null);
  if (next) {
    event.preventDefault();
    next.focus();
  }
});
document.addEventListener("keydown", (event) => {
  if (event.target.closest("input, textarea, select") || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/") { event.preventDefault(); document.getElementById("search").focus(); }
  if (event.key.toLowerCase() === "n") document.getElementById("go").click();
});

// What changes while the page is open is shown, a second's worth at a time.
const events = new EventSource(`/api/collections/${collection}/events`);
let due = null;
events.onmessage = () => { due ??= setTimeout(() => { due = null; load().catch(() => {}); }, 1000); };

load().catch((error) => tell(error.message, { isError: true }));
