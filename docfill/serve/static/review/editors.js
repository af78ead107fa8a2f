// The editor of each kind of value: { element, read(), focus() }.  What cannot be a value is sent as the text it is, and
// the server says why it does not fit.

import { h, t } from "../page.js";

function number(field, value) {
  const input = h("input", { type: "text", inputmode: "decimal", autocomplete: "off", value: value ?? "", size: 16 });
  const read = () => {
    const text = input.value.normalize("NFKC").replace(/[,\s]/g, "");
    if (!text) return null;
    return /^[-+]?(\d+\.?\d*|\.\d+)$/.test(text) ? Number(text) : input.value.trim();
  };
  return { element: h("span", { class: "with-unit" }, input, field.unit ? h("span", {}, field.unit) : null), read, input };
}

function date(field, value) {
  const isDay = value == null || /^\d{4}-\d{2}-\d{2}$/.test(value);
  const input = h("input", { type: isDay ? "date" : "text", value: value ?? "", max: "9999-12-31" });
  return { element: input, read: () => input.value.trim() || null, input };
}

function text(field, value) {
  const isLong = field.kind === "longtext" || String(value ?? "").length > 30 || String(value ?? "").includes("\n");
  const input = isLong ? h("textarea", { rows: 4 }) : h("input", { type: "text", autocomplete: "off" });
  input.value = value ?? "";
  const left = h("span", { class: "hint" });
  const count = () => { left.textContent = field.limit ? `${[...input.value.replace(/\s/g, "")].length} / ${field.limit}` : ""; };
  input.addEventListener("input", count);
  count();
  const read = () => input.value.split("\n").map((line) => line.trim()).filter(Boolean).join("\n") || null;
  return { element: h("span", { class: "stack" }, input, field.limit ? left : null), read, input };
}

function texts(field, value) {
  const made = text({ ...field, kind: "longtext" }, (value ?? []).join("\n"));
  return { ...made, read: () => made.input.value.split("\n").map((line) => line.trim()).filter(Boolean) };
}

let groupNumber = 0;

function choice(field, value) {
  const name = `choice-${++groupNumber}`;
  const boxes = [...field.options, null].map((option) => {
    const box = h("input", { type: "radio", name, value: option ?? "" });
    box.checked = option === (value ?? null);
    return h("label", { class: "check" }, box, option ?? t("未选", "none"));
  });
  const element = h("span", { class: "options", role: "radiogroup" }, ...boxes);
  return { element, read: () => element.querySelector(":checked")?.value || null, input: element.querySelector(":checked") ?? boxes[0].firstChild };
}

function choices(field, value) {
  const boxes = field.options.map((option) => {
    const box = h("input", { type: "checkbox", value: option });
    box.checked = (value ?? []).includes(option);
    return h("label", { class: "check" }, box, option);
  });
  const element = h("span", { class: "options", role: "group" }, ...boxes);
  return { element, read: () => [...element.querySelectorAll(":checked")].map((b) => b.value), input: boxes[0]?.firstChild };
}

function boolean(field, value) {
  const box = h("input", { type: "checkbox" });
  box.checked = value === true;
  return { element: h("label", { class: "check" }, box, t("是", "yes")), read: () => box.checked, input: box };
}

function rows(field, value) {
  const body = h("tbody");
  const add = (row) => {
    const cells = field.fields.map((column) => ({ column, editor: editor(column, valueIn(row, column.path)) }));
    const remove = h("button", { type: "button", class: "plain", title: t("删去这一行", "remove the row"), "aria-label": t("删去这一行", "remove the row"), onclick: () => line.remove() }, "×");
    const line = h("tr", {}, ...cells.map((c) => labelled(h("td", {}, c.editor.element), c.column.label)), h("td", {}, remove));
    line.cells_ = cells;
    body.append(line);
    return cells[0]?.editor;
  };
  (value ?? []).forEach(add);
  const more = h("button", { type: "button", onclick: () => add({})?.focus() }, t("加一行", "Add a row"));
  const head = h("tr", {}, ...field.fields.map((c) => h("th", { scope: "col" }, c.label || c.path)), h("td"));
  const element = h("div", { class: "scroll" }, h("table", { class: "rows" }, h("thead", {}, head), body), more);
  const read = () => [...body.rows].map((line) => Object.fromEntries(line.cells_.map((c) => [c.column.path, c.editor.read()])))
    .filter((row) => Object.values(row).some((v) => v != null && v !== "" && (!Array.isArray(v) || v.length)));
  return { element, read, input: body.querySelector("input, textarea") ?? more };
}

const valueIn = (row, path) => path.split(".").reduce((node, step) => node?.[step], row);

function labelled(cell, label) {
  for (const input of cell.querySelectorAll("input, textarea, [role]")) if (!input.closest("label")) input.setAttribute("aria-label", label);
  return cell;
}

const EDITORS = { number, integer: number, date, choice, choices, boolean, rows, texts };

/** The pictures of a value, by what shows them; `away(picture)` takes one out, if that may be. */
export function pictures(value, address, away) {
  const all = value == null ? [] : Array.isArray(value) ? value : [value];
  return all.map((p) => h("figure", { class: "picture" }, h("img", { src: address(p.sha256), alt: p.file }),
    h("figcaption", {}, `${p.file} · ${p.width}×${p.height}`,
      away ? h("button", { type: "button", class: "plain", "aria-label": t(`去掉 ${p.file}`, `take ${p.file} out`), onclick: () => away(p) }, "×") : null)));
}

/** Whether a field is answered by pictures. */
export const isDrawn = (field) => field.kind === "picture" || field.kind === "pictures";

/** Keeps the form that is open for `key` while a list is drawn anew: what is typed stays. Gives what puts it back into an entry. */
export function kept(list, key) {
  const form = list.querySelector("form.editor");
  if (!form || form.dataset.key !== key) return () => {};
  const focused = form.contains(document.activeElement) ? document.activeElement : null;
  return (entry) => { entry?.append(form); focused?.focus({ preventScroll: true }); };
}

/** The editor of a field. */
export function editor(field, value) {
  const made = (EDITORS[field.kind] ?? text)(field, value);
  const focus = () => {
    made.input?.focus();
    if (made.input?.matches("textarea")) made.input.setSelectionRange(0, 0); // a long text is mended, not written over
    else made.input?.select?.();
  };
  return { ...made, focus };
}

/** A value as a person reads it. */
export function words(field, value) {
  if (value == null || (Array.isArray(value) && !value.length)) return "";
  if (isDrawn(field)) return (Array.isArray(value) ? value : [value]).map((p) => p.file).join("、");
  if (field.kind === "rows") return t(`${value.length} 行`, `${value.length} rows`);
  if (field.kind === "boolean") return value ? t("是", "yes") : t("否", "no");
  if (Array.isArray(value)) return value.join("、");
  if (typeof value === "number") return `${value}${field.unit ? ` ${field.unit}` : ""}`;
  return String(value);
}

