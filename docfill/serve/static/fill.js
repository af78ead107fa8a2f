// Filling: a workbook goes up, each row's fate comes back, with the zip or PDF of those that were filled.

import { api, h, t, tell } from "./page.js";

const $ = (id) => document.getElementById(id);

async function chosen() {
  const option = $("form").selectedOptions[0];
  $("sheet").href = `/api/editions/${option.dataset.edition}/sheet`;
  $("blank").href = `/api/editions/${option.dataset.edition}/blank`;
  const { fields } = await api("GET", `/api/editions/${option.dataset.edition}`);
  $("paths").replaceChildren(...fields.filter((f) => f.is_short).map((f) => h("option", { value: `{${f.path}}` })));
  $("pattern").placeholder = `{${fields[0]?.path ?? ""}}`;
}

const said = (p) => (document.documentElement.lang.startsWith("en") ? p.en : p.zh);

/** What is wrong, and where: in a row of a sheet the column, and what is asked there. */
function problems(list, isInRow = false) {
  return h("ul", {}, ...list.map((p) => {
    const inRow = isInRow && p.kind === "cell" && p.place.row && p.place.column && /^[A-Z]+$/.test(p.place.column);
    const where = inRow ? t(`${p.place.column} 列`, `column ${p.place.column}`) : said(p.place) || p.path;
    const what = inRow && p.path ? h("span", { class: "quiet" }, p.path.replaceAll(".", " › "), " ") : null;
    return h("li", {}, where ? h("b", {}, where, t("：", ": ")) : null, what, said(p));
  }));
}

function line(record) {
  const isFine = !record.problems.length;
  return h("tr", {},
    h("td", {}, record.place),
    h("td", {}, record.shown.join(" · ")),
    h("td", {}, isFine ? h("span", { class: "state good" }, "✓ ", record.document) : h("span", { class: "state bad" }, "✕ ", t("没有生成", "not made"))),
    h("td", {}, isFine ? null : problems(record.problems, true)));
}

function show(job) {
  const { result } = job;
  const bad = result.records.filter((r) => r.problems.length);
  const fine = result.records.filter((r) => !r.problems.length);
  const left = result.count - result.written;
  $("result").replaceChildren(h("section", { class: "panel" },
    h("div", { class: "head" },
      h("h2", {}, t(`${result.count} 条记录：填好 ${result.written} 份`, `${result.count} records: ${result.written} filled`), left ? t(`，${left} 条有问题`, `, ${left} with problems`) : ""),
      job.file ? h("a", { class: "button primary", href: job.file, download: result.name }, "↓ ", result.name) : null),
    result.problems.length ? problems(result.problems) : null,
    result.notes.length ? h("ul", {}, ...result.notes.map((n) => h("li", {}, n))) : null,
    left ? h("p", {}, t("在数据表里改好下面这些行，再投一次。", "Mend these rows in the workbook and drop it again.")) : null,
    h("table", { class: "list" }, h("thead", {}, h("tr", {}, ...[t("行", "Row"), t("哪一条", "Record"), t("结果", "Result"), t("问题", "Problems")].map((w) => h("th", { scope: "col" }, w)))),
      h("tbody", {}, ...[...bad, ...fine].map(line)))));
  if (job.file && !left) $("result").querySelector("a.primary").click();
}

async function fill(file) {
  if (!file) return;
  $("result").replaceChildren(h("section", { class: "panel" }, h("h2", {}, t(`正在填：${file.name}`, `Filling: ${file.name}`)), h("progress", {})));
  const query = new URLSearchParams({ name: file.name, form: $("form").value, pattern: $("pattern").value, print: $("print").checked ? "1" : "" });
  try {
    const { job } = await api("POST", `/api/fills?${query}`, undefined, { body: file });
    for (;;) {
      const state = await api("GET", `/api/jobs/${job}`);
      if (state.state === "done") return show(state);
      if (state.state === "failed") throw new Error(t(state.zh, state.en));
      await new Promise((done) => setTimeout(done, 400));
    }
  } catch (error) {
    $("result").replaceChildren(h("section", { class: "panel", role: "alert" }, h("p", { class: "state bad" }, "✕ ", t("没有填成", "not filled")), h("p", {}, error.message)));
  }
}

$("form").addEventListener("change", () => chosen().catch((e) => tell(e.message, { isError: true })));
$("file").addEventListener("change", (event) => { fill(event.target.files[0]); event.target.value = ""; });
const stop = (event) => { event.preventDefault(); $("drop").classList.toggle("over", event.type === "dragover"); };
for (const kind of ["dragover", "dragleave"]) document.body.addEventListener(kind, stop);
document.body.addEventListener("drop", (event) => { stop(event); fill(event.dataTransfer.files[0]); });
chosen().catch((e) => tell(e.message, { isError: true }));
