// The applicant's door: a form goes up, what to mend comes back; nothing is kept.

import { api, h, t } from "./page.js";

const $ = (id) => document.getElementById(id);
const said = (p) => (document.documentElement.lang.startsWith("en") ? p.en : p.zh);
const LOOKS = { error: ["bad", "✕ ", t("要改", "mend")], warning: ["doubt", "? ", t("请核实", "check")], note: ["", "i ", t("说明", "note")] };

/** What is to be looked at once: the same words at many places are one thing, and what another explains is none. */
function once(problems) {
  const found = new Map();
  for (const p of problems.filter((o) => o.severity !== "note" && (o.path || !o.within))) {
    const key = p.path ? Symbol(p.path) : p.id;
    found.set(key, { ...(found.get(key) ?? p), times: (found.get(key)?.times ?? 0) + 1 });
  }
  return [...found.values()];
}

function line(p) {
  const more = p.times > 1 ? t(`（同样的共 ${p.times} 处）`, ` (${p.times} places alike)`) : "";
  const [look, sign, words] = LOOKS[p.severity];
  return h("tr", {}, h("td", {}, h("span", { class: `state ${look}` }, sign, words)), h("td", {}, said(p.place) || p.path), h("td", {}, said(p), more));
}

function show(name, found) {
  const told = once(found.problems);
  const link = h("a", { class: "button primary" }, "↓ ", t("下载带批注的表", "Get the file with comments"));
  if (found.commented) {
    const bytes = Uint8Array.from(atob(found.commented), (c) => c.charCodeAt(0));
    link.href = URL.createObjectURL(new Blob([bytes]));
    link.download = `${name.replace(/\.[^.]*$/, "")}-${t("意见", "comments")}${found.suffix}`;
  }
  $("result").replaceChildren(h("section", { class: "panel" },
    h("div", { class: "head" }, h("h2", {}, found.title, t("：", ": "), told.length ? t(`有 ${told.length} 处要看`, `${told.length} places to look at`) : t("没有发现问题", "nothing found")),
      found.commented && told.length ? link : null),
    told.length ? h("table", { class: "list" }, h("tbody", {}, ...told.map(line))) : h("p", { class: "state good" }, "✓ ", t("可以交了", "ready to hand in")),
    found.due.length ? h("h3", {}, t("还要附上", "To be attached")) : null,
    found.due.length ? h("ul", { class: "due" }, ...found.due.map((d) => h("li", {}, "□ ", d.due))) : null));
}

async function check(file) {
  if (!file) return;
  $("result").replaceChildren(h("section", { class: "panel" }, h("h2", {}, t(`正在查：${file.name}`, `Checking: ${file.name}`)), h("progress", {})));
  try {
    show(file.name, await api("POST", `/api/self-check?name=${encodeURIComponent(file.name)}`, undefined, { body: file }));
  } catch (error) {
    $("result").replaceChildren(h("section", { class: "panel", role: "alert" }, h("p", { class: "state bad" }, "✕ ", t("没有查成", "not checked")), h("p", {}, error.message)));
  }
}

$("file").addEventListener("change", (event) => { check(event.target.files[0]); event.target.value = ""; });
const stop = (event) => { event.preventDefault(); $("drop").classList.toggle("over", event.type === "dragover"); };
for (const kind of ["dragover", "dragleave"]) document.body.addEventListener(kind, stop);
document.body.addEventListener("drop", (event) => { stop(event); check(event.dataTransfer.files[0]); });
