// Dropping files: each is sent by itself under its relative path, four at a time; everything is accounted for, what
// could not be sent, too.

import { api, h, moment, t, tell } from "./page.js";

const collection = document.getElementById("accounts").dataset.collection;
const AT_ONCE = 4;
const TRIES = 3;
const SHOWN = 300; // rows of a drop before "more"

const $ = (id) => document.getElementById(id);

// --- what was dropped ---

/** The files of a drop with their relative paths, folders to any depth. */
async function filesOf(items) {
  const entries = [...items].map((i) => i.webkitGetAsEntry?.()).filter(Boolean);
  const files = [];
  const walk = async (entry) => {
    if (entry.isFile) {
      const file = await new Promise((done, failed) => entry.file(done, failed));
      files.push({ name: entry.fullPath.replace(/^\//, ""), file });
      return;
    }
    const reader = entry.createReader();
    for (;;) {
      const some = await new Promise((done, failed) => reader.readEntries(done, failed)); // a hundred at most
      if (!some.length) return;
      for (const inside of some) await walk(inside);
    }
  };
  for (const entry of entries) await walk(entry);
  return files;
}

const chosen = (input) => [...input.files].map((file) => ({ name: file.webkitRelativePath || file.name, file }));

// --- sending ---

let sending = null;

async function send(files) {
  if (sending) { tell(t("上一批还没传完", "the last drop is still being sent"), { isError: true }); return; }
  if (!files.length) { tell(t("没有文件", "there are no files"), { isError: true }); return; }
  sending = new AbortController();
  const failed = [];
  let sent = 0;
  $("upload").hidden = $("upload-bar").hidden = false;
  $("upload-note").textContent = t("传完之前请不要关闭这一页；传完后可以关，读表会继续。", "Leave this page open until all has been sent; reading goes on without it.");
  $("upload-failed").replaceChildren();
  const show = () => {
    $("upload-title").textContent = t(`正在传：${sent} / ${files.length}`, `Sending: ${sent} of ${files.length}`);
    $("upload-bar").value = sent / files.length;
  };
  show();
  try {
    const { id } = await api("POST", `/api/collections/${collection}/drops`, { announced: files.length });
    const queue = [...files];
    const worker = async () => {
      for (let next; (next = queue.shift()) && !sending.signal.aborted; ) {
        try {
          await put(id, next);
        } catch (error) {
          if (error.name === "AbortError") return;
          failed.push([next.name, error.message]);
          if (error.status === 507) sending.abort();
        }
        sent += 1;
        show();
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    const isCancelled = sending.signal.aborted;
    await api("POST", `/api/drops/${id}/end`, { ended: isCancelled ? "cancelled" : "whole" });
    $("upload-title").textContent = isCancelled
      ? t(`已取消：传了 ${sent} 个，${files.length - sent} 个没有传`, `Cancelled: ${sent} sent, ${files.length - sent} not`)
      : t(`传完了：${files.length - failed.length} 个`, `Sent: ${files.length - failed.length}`);
  } catch (error) {
    tell(error.message, { isError: true });
  }
  if (failed.length) {
    $("upload-failed").replaceChildren(
      h("h3", {}, t(`${failed.length} 个没有传成，请再投一次：`, `${failed.length} could not be sent; drop them again:`)),
      h("ul", {}, ...failed.map(([name, why]) => h("li", {}, name, " — ", why))));
  }
  $("cancel").hidden = $("upload-bar").hidden = true;
  $("upload-note").textContent = t("这一页可以关了，读表会继续。", "This page may be closed; reading goes on.");
  sending = null;
  await account();
}

async function put(drop, { name, file }) {
  for (let tries = 1; ; tries += 1) {
    const address = `/api/drops/${drop}/files?name=${encodeURIComponent(name)}`;
    try {
      return await api("PUT", address, undefined, { body: file, signal: sending.signal });
    } catch (error) {
      if (error.name === "AbortError" || error.status > 0 || tries === TRIES) throw error;
      await new Promise((done) => setTimeout(done, 500 * tries));
    }
  }
}

const place = $("drop");
if (place) {
  const stop = (event) => { event.preventDefault(); place.classList.toggle("over", event.type === "dragover"); };
  for (const target of [place, document.body]) for (const kind of ["dragover", "dragleave"]) target.addEventListener(kind, stop);
  document.body.addEventListener("drop", async (event) => {
    stop(event);
    $("cancel").hidden = false;
    await send(await filesOf(event.dataTransfer.items));
  });
  for (const id of ["files", "folder"]) {
    $(id).addEventListener("change", async (event) => {
      const files = chosen(event.target);
      event.target.value = "";
      $("cancel").hidden = false;
      await send(files);
    });
  }
  $("cancel").addEventListener("click", () => sending?.abort());
  window.addEventListener("beforeunload", (event) => { if (sending) event.preventDefault(); });
}

// --- what became of it ---

const STATES = {
  waiting: ["busy", "… ", t("等着读", "waiting")],
  read: ["good", "✓ ", t("读出", "read")],
  doubtful: ["doubt", "? ", t("读出，存疑", "read, doubtful")],
  older: ["", "↑ ", t("有更新的一份", "a newer one came")],
  refused: ["bad", "✕ ", t("读不了", "not readable")],
  beside: ["", "+ ", t("随表交来，没有读", "with a form, not read")],
  duplicate: ["", "= ", t("重复", "duplicate")],
  opened: ["", "▸ ", t("已打开", "opened")],
  aside: ["", "– ", t("不是表", "no form")],
};
const ORDER = ["refused", "waiting", "doubtful", "beside", "duplicate", "older", "aside", "opened", "read"];

const kindOf = (r) => (r.state === "read" ? (r.newer ? "older" : r.doubts + r.errors + r.altered ? "doubtful" : "read") : r.beside ? "beside" : r.state);

function label(kind) {
  const [look, sign, words] = STATES[kind];
  return h("span", { class: `state ${look}` }, sign, words);
}

function reason(r, byId) {
  const name = (id) => byId.get(id)?.name ?? "";
  if (r.state === "duplicate") return t(`与 ${name(r.same_as)} 内容相同`, `the same as ${name(r.same_as)}`);
  if (r.newer) return t(`较新的是 ${name(r.newer)}`, `the newer one is ${name(r.newer)}`);
  if (r.state === "aside") return t("程序留下的文件，没有读", "left by a program, not read");
  if (r.state === "opened") return t("里面的文件分别列出", "what it holds is listed by itself");
  const said = t(r.reason_zh, r.reason_en); // the file's name stands beside its reason
  const own = r.name.split(/\/| → /).pop();
  const why = said.replace(said.startsWith(r.name) ? r.name : own, "").replace(/^(：|: )/, "");
  return r.beside ? t(`${why}；同一封邮件里的“${r.beside}”已读出，是它的附件就不必管`, `${why}; "${r.beside}" of the same mail was read: leave this alone if it is attached to it`) : why;
}

const opened = new Set();

function batch(drop, rows, byId, isFirst) {
  const kinds = new Map();
  for (const r of rows) kinds.set(kindOf(r), (kinds.get(kindOf(r)) ?? 0) + 1);
  const lost = drop.announced - drop.arrived;
  const figures = ORDER.filter((k) => kinds.has(k)).map((k) => h("li", {}, label(k), " ", h("b", {}, String(kinds.get(k)))));
  if (lost > 0) figures.unshift(h("li", {}, h("span", { class: "state bad" }, "✕ ", t("没有传到", "did not arrive")), " ", h("b", {}, String(lost))));
  const sorted = [...rows].sort((a, b) => ORDER.indexOf(kindOf(a)) - ORDER.indexOf(kindOf(b)) || a.number - b.number);
  const line = (r) => h("tr", {},
    h("td", {}, r.state === "read" ? h("a", { href: `/collections/${collection}/returns/${r.id}` }, r.name) : r.name),
    h("td", {}, label(kindOf(r))), h("td", {}, reason(r, byId)));
  const body = h("tbody", {}, ...sorted.slice(0, SHOWN).map(line));
  const table = h("table", { class: "list" }, h("thead", {}, h("tr", {},
    ...[t("文件", "File"), t("去向", "What became of it"), t("说明", "Why")].map((w) => h("th", { scope: "col" }, w)))), body);
  const more = sorted.length > SHOWN
    ? h("button", { onclick: (event) => { body.append(...sorted.slice(SHOWN).map(line)); event.target.remove(); } }, t(`再列出 ${sorted.length - SHOWN} 个`, `${sorted.length - SHOWN} more`)) : null;
  const when = moment(drop.created);
  const ended = { cancelled: t(" · 已取消", " · cancelled"), "": drop.announced > drop.arrived ? t(" · 没有传完", " · not all sent") : "" }[drop.ended] ?? "";
  const whole = h("details", { class: "panel batch", open: opened.has(drop.id) || (isFirst && !opened.size) },
    h("summary", {}, h("h2", {}, when, " · ", drop.made_by, " · ", t(`${drop.announced} 个文件`, `${drop.announced} files`), ended)),
    h("ul", { class: "figures" }, ...figures), table, more);
  whole.addEventListener("toggle", () => (whole.open ? opened.add(drop.id) : opened.delete(drop.id)));
  return whole;
}

let known = "";

async function account() {
  const [{ drops }, { returns }] = await Promise.all([
    api("GET", `/api/collections/${collection}/drops`),
    api("GET", `/api/collections/${collection}/returns`),
  ]);
  const told = JSON.stringify([drops, returns]);
  if (told === known) return; // nothing is drawn anew under the pointer
  known = told;
  const byId = new Map(returns.map((r) => [r.id, r]));
  const groups = new Map(drops.map((d) => [d.id, []]));
  for (const r of returns) groups.get(r.dropped)?.push(r);
  const batches = drops.map((d, n) => batch(d, groups.get(d.id), byId, n === 0));
  if (batches.length) $("accounts").replaceChildren(h("h2", {}, t("每个文件的下落", "What became of each file")), ...batches);
}

let most = 0;
const events = new EventSource(`/api/collections/${collection}/events`);
let due = null;
events.onmessage = ({ data }) => {
  const { states, queued } = JSON.parse(data);
  const all = Object.values(states).reduce((a, b) => a + b, 0);
  most = queued ? Math.max(most, queued) : 0;
  $("reading").hidden = !queued;
  $("reading-title").textContent = t(`正在读表：还有 ${queued} 个，共 ${all} 个`, `Reading: ${queued} to go, ${all} in all`);
  $("reading-bar").value = most ? 1 - queued / most : 1;
  if (!sending) due ??= setTimeout(() => { due = null; account().catch(() => {}); }, 1200);
};
account().catch((error) => tell(error.message, { isError: true }));
