// Exports: asked for here, made beside the server, saved when they are done.

import { api, h, moment, t, tell } from "./page.js";

const out = document.getElementById("out");
const collection = out.dataset.collection;
const NAMES = {
  xlsx: t("汇总 Excel", "Summary, Excel"), csv: t("汇总 CSV", "Summary, CSV"), json: t("汇总 JSON", "Summary, JSON"), jsonl: "JSONL",
  parquet: t("汇总 Parquet", "Summary, Parquet"), documents: t("改正后的表", "Corrected files"), remarks: t("退回意见", "Remarks"), corrections: t("改正记录", "Corrections"),
};
const mine = new Set();

function line(job) {
  const when = moment(job.created);
  const state = {
    queued: () => h("span", { class: "state busy" }, "… ", t("等着做", "waiting")),
    running: () => h("span", { class: "state busy" }, "… ", t("正在做", "being made")),
    failed: () => h("span", { class: "state bad" }, "✕ ", t(job.zh, job.en)),
    done: () => h("a", { class: "button", href: job.file, download: job.result.name }, "↓ ", job.result.name),
  }[job.state]();
  const notes = job.result?.notes?.length
    ? h("details", {}, h("summary", {}, t(`${job.result.notes.length} 处没有做成`, `${job.result.notes.length} not done`)), h("ul", {}, ...job.result.notes.map((n) => h("li", {}, n)))) : null;
  const count = job.state === "done" ? t(`${job.result.count} 份`, `${job.result.count} returns`) : "";
  return h("tr", {}, h("td", {}, NAMES[job.payload.what]), h("td", {}, when), h("td", {}, count), h("td", {}, state, notes));
}

async function show() {
  const { exports } = await api("GET", `/api/collections/${collection}/exports`);
  document.getElementById("made").hidden = !exports.length;
  document.querySelector("#made tbody").replaceChildren(...exports.map(line));
  for (const job of exports) {
    if (mine.has(job.id) && job.state === "done") {
      mine.delete(job.id);
      document.querySelector(`#made a[href="${job.file}"]`).click();
    } else if (mine.has(job.id) && job.state === "failed") mine.delete(job.id);
  }
  if (exports.some((j) => j.state === "queued" || j.state === "running")) setTimeout(() => show().catch(() => {}), 700);
}

for (const button of out.querySelectorAll("button[data-what]")) {
  button.addEventListener("click", async () => {
    const what = button.dataset.what;
    const only = NAMES[what] && ["documents", "remarks"].includes(what) ? "" : document.getElementById("only").value;
    try {
      const { job } = await api("POST", `/api/collections/${collection}/exports`, { what, only, with_problems: document.getElementById("with-problems").checked, is_tracked: document.getElementById("tracked").checked });
      mine.add(job);
      await show();
    } catch (error) {
      tell(error.message, { isError: true });
    }
  });
}
/** What became of the corrections of a file. */
function taken({ corrected, already, failed }) {
  const says = [t(`改了 ${corrected} 处`, `${corrected} corrected`), already ? t(`${already} 处本来就是这样`, `${already} were so already`) : "", failed.length ? t(`${failed.length} 处没有改：`, `${failed.length} were not:`) : ""];
  const lines = failed.map((f) => h("li", {}, [f.name, f.path.replaceAll(".", " › ")].filter(Boolean).join(" · "), " — ", t(f.zh, f.en)));
  document.getElementById("taken").replaceChildren(h("p", {}, says.filter(Boolean).join(t("，", ", "))), ...(lines.length ? [h("ul", {}, ...lines)] : []));
}

document.getElementById("log")?.addEventListener("change", async ({ target }) => {
  const [file] = target.files;
  if (!file) return;
  try {
    taken(await api("POST", `/api/collections/${collection}/corrections?name=${encodeURIComponent(file.name)}`, undefined, { body: file }));
  } catch (error) {
    tell(error.message, { isError: true });
  }
  target.value = "";
});
show().catch((error) => tell(error.message, { isError: true }));
