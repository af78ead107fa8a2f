// The names of a spreadsheet, put into the list to be looked through before it is saved.

import { api, t, tell } from "./page.js";

const sheet = document.getElementById("sheet");
sheet?.addEventListener("change", async () => {
  const [file] = sheet.files;
  sheet.value = "";
  if (!file) return;
  const into = document.getElementById(sheet.dataset.into);
  const waiting = [into, ...into.form.querySelectorAll("button")];
  for (const one of waiting) one.disabled = true; // what is not there yet must not be saved
  tell(t(`正在从“${file.name}”里取名称……`, `reading ${file.name} …`));
  try {
    const { names } = await api("POST", `/api/names?name=${encodeURIComponent(file.name)}`, undefined, { body: file });
    into.value = names.join("\n");
    tell(t(`取到 ${names.length} 个名称，看过再保存`, `${names.length} names; look through them, then save`));
  } catch (error) {
    tell(error.message, { isError: true });
  } finally {
    for (const one of waiting) one.disabled = false;
  }
});
