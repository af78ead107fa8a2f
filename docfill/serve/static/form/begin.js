// The beginning of a new form: a blank is dropped or chosen, and its draft is opened.

import { Refused, api, t, tell } from "../page.js";

const drop = document.getElementById("drop");
const file = document.getElementById("file");

async function begin(blank) {
  drop.setAttribute("aria-busy", "true");
  tell(t("正在找填写处……", "looking for its places …"));
  const query = new URLSearchParams({ name: blank.name });
  if (drop.dataset.form) query.set("form", drop.dataset.form);
  try {
    const answer = await fetch(`/api/drafts?${query}`, { method: "POST", headers: { "x-csrf": document.documentElement.dataset.csrf, "content-type": "application/octet-stream" }, body: blank });
    const said = await answer.json();
    if (!answer.ok) throw new Refused(answer.status, said);
    location.assign(`/forms/drafts/${said.id}`);
  } catch (error) {
    drop.removeAttribute("aria-busy");
    tell(error.message, { isError: true });
  }
}

file.addEventListener("change", () => { if (file.files.length) begin(file.files[0]); });
drop.addEventListener("dragover", (event) => { event.preventDefault(); drop.classList.add("over"); });
drop.addEventListener("dragleave", () => drop.classList.remove("over"));
drop.addEventListener("drop", (event) => {
  event.preventDefault();
  drop.classList.remove("over");
  if (event.dataTransfer.files.length) begin(event.dataTransfer.files[0]);
});
for (const button of document.querySelectorAll("[data-discard]")) {
  button.addEventListener("click", async () => {
    try {
      await api("DELETE", `/api/drafts/${button.dataset.discard}`);
      button.closest("li").remove();
    } catch (error) { tell(error.message, { isError: true }); }
  });
}
