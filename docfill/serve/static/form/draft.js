// A new form: the blank beside its places; each can be renamed, turned into another kind, removed; others are added by
// marking text.  Every change is a step that the server applies and that can be undone.

import { Refused, api, h, t, tell } from "../page.js";
import { kept } from "../review/editors.js";
import { onKeys } from "../review/keys.js";
import { Paper, choosePanes } from "../review/paper.js";
import { marked } from "../review/place.js";

const main = document.getElementById("main");
const ONE = `/api/drafts/${main.dataset.draft}`;
const KINDS = JSON.parse(document.getElementById("kinds").textContent);
const $ = (name) => document.getElementById(name);
const KEYS = { j: "next", k: "previous", e: "edit", d: "remove", a: "add", s: "split", l: "join", z: "undo", y: "redo" };

class Draft {
  async begin() {
    this.paper = new Paper($("pane"), $("sheet"), (path) => this.pick(path, { isFromPaper: true }));
    this.seen = new Set();
    this.at = null;
    this.tab = "places";
    this.wire();
    choosePanes(main, this.paper);
    await this.take(await api("GET", ONE));
    const first = this.unsure()[0] ?? this.draft.places[0];
    if (first) this.pick(first.path);
    main.dataset.ready = "yes";
  }

  // --- what is known ---

  /** Takes the draft as the server has it, and shows it. */
  async take(draft) {
    this.draft = draft;
    this.fields = new Map(draft.fields.map((f) => [f.path, f]));
    this.draw();
    $("undo").disabled = draft.at === 0;
    $("redo").disabled = !draft.undone.length;
    const drawn = await api("GET", `${ONE}/view`);
    const at = [$("pane").scrollLeft, $("pane").scrollTop];
    this.paper.show(drawn);
    $("pane").scrollTo(...at);
    for (const path of this.seen) this.settle(path);
    if (this.tab !== "places") this.show(this.tab);
  }

  unsure() {
    return this.draft.places.filter((p) => p.is_unsure && !this.seen.has(p.path));
  }

  place(path) {
    return this.draft.places.find((p) => p.path === path);
  }

  row(path) {
    return document.querySelector(`.entry[data-key="${CSS.escape(path)}"]`);
  }

  // --- the places ---

  draw() {
    const list = $("places");
    const scrolled = list.scrollTop;
    const parts = [];
    let section = null;
    for (const place of this.draft.places) {
      const heading = place.path.includes(".") ? place.path.split(".")[0] : t("（没有分节）", "(no section)");
      if (heading !== section) parts.push(h("h2", {}, heading));
      section = heading;
      parts.push(this.entry(place));
    }
    if (this.draft.left.length) {
      parts.push(h("h2", {}, t("没有作填写处的", "Left alone")));
      for (const left of unique(this.draft.left)) parts.push(h("article", { class: "entry" }, h("p", {}, h("q", {}, left.text.slice(0, 60)), ` ${left.where}`), h("p", { class: "original" }, t(left.zh, left.en))));
    }
    const keep = kept(list, this.at);
    list.replaceChildren(...parts);
    list.scrollTop = scrolled;
    keep(this.at && this.row(this.at));
    const left = this.unsure().length;
    $("left").textContent = left ? t(`${left} 处请核对`, `${left} to look at`) : t("都看过了", "all looked at");
    $("left").className = left ? "state doubt" : "state good";
    $("count").textContent = t(`共 ${this.draft.places.length} 项`, `${this.draft.places.length} places`);
  }

  entry(place) {
    const isCurrent = place.path === this.at;
    const isUnsure = place.is_unsure && !this.seen.has(place.path);
    const field = this.fields.get(place.path);
    const state = isUnsure ? h("span", { class: "state doubt" }, h("span", { "aria-hidden": "true" }, "?"), t("请核对", "look at it")) : h("span", { class: "state" }, h("span", { "aria-hidden": "true" }, "●"), kindName(place.kind));
    const pick = h("button", { type: "button", class: "pick", "aria-current": isCurrent ? "true" : null, onclick: () => this.pick(place.path) },
      h("span", { class: "value" }, place.path.split(".").slice(1).join(" › ") || place.path), h("span", { class: "label" }, described(place, field)), state);
    const made = h("article", { class: `entry${isCurrent ? " current" : ""}`, "data-key": place.path, "data-standing": isUnsure ? "doubt" : "certain" }, pick);
    if (isUnsure || isCurrent) made.append(h("p", { class: isUnsure ? "reason doubt" : "original" }, `${t(place.zh, place.en)} · ${place.where}`));
    if (isCurrent) made.append(this.tools(place, field));
    return made;
  }

  tools(place, field) {
    const bar = h("div", { class: "tools-of" });
    if (place.is_unsure && !this.seen.has(place.path)) bar.append(button("Enter", t("没有问题", "It is right"), () => this.accept(), "primary"));
    bar.append(button("E", t("改", "Change"), () => this.edit()), button("D", t("去掉", "Remove"), () => this.remove(), "danger"));
    const optional = h("input", { type: "checkbox" });
    optional.checked = field ? !field.required : false;
    optional.addEventListener("change", () => this.step({ do: "optional", path: place.path, optional: optional.checked }));
    bar.append(h("label", { class: "check" }, optional, t("可以不填", "may stay empty")));
    if (place.kind === "rows") bar.append(button("S", t("拆成一格一项", "A place for each cell"), () => this.split()));
    else if (place.row) bar.append(button("L", t("并成多行表格", "Rows that repeat"), () => this.join()));
    return bar;
  }

  pick(path, { isFromPaper = false } = {}) {
    if (!this.place(path)) return;
    this.at = path;
    this.draw();
    const row = this.row(path);
    row.scrollIntoView({ block: "nearest" });
    if (!isFromPaper) row.querySelector(".pick").focus({ preventScroll: true });
    $("nowhere").hidden = this.paper.light(path);
  }

  move(by) {
    const all = this.draft.places;
    const at = all.findIndex((p) => p.path === this.at);
    const order = by > 0 ? [...all.slice(at + 1), ...all.slice(0, at + 1)] : [...all.slice(0, Math.max(at, 0)).reverse(), ...all.slice(Math.max(at, 0)).reverse()];
    const next = order.find((p) => p.is_unsure && !this.seen.has(p.path)) ?? order[0];
    if (next) this.pick(next.path);
  }

  // --- steps ---

  accept() {
    if (!this.at) return;
    this.seen.add(this.at);
    this.settle(this.at);
    this.move(1);
  }

  /** A place that was looked at is as sure as any. */
  settle(path) {
    for (const span of this.paper.spansOf(path)) if (span.classList.contains("own-unsure")) span.classList.replace("own-unsure", "own-proposed");
  }

  async step(step) {
    try {
      await this.take(await api("POST", `${ONE}/steps`, { after: this.draft.at, ...step }));
      return true;
    } catch (error) {
      tell(error.message, { isError: true });
      this.draw();
      return false;
    }
  }

  async back(way) {
    try {
      await this.take(await api("POST", `${ONE}/${way}`));
      if (!this.place(this.at)) this.at = null;
      this.draw();
    } catch (error) { tell(error.message, { isError: true }); }
  }

  edit() {
    const place = this.place(this.at);
    if (!place) return;
    this.row(place.path).querySelector("form")?.remove();
    const name = h("input", { type: "text", value: place.path, autocomplete: "off" });
    const kind = kindChooser(place.kind, place.options.length ? KINDS.filter((k) => k.is_ticked) : KINDS.filter((k) => !k.is_ticked && k.is_written));
    const field = this.fields.get(place.path);
    const known = KINDS.find((k) => k.name === place.kind);
    const unit = known?.has_unit ? h("input", { type: "text", value: field?.unit ?? "", autocomplete: "off", size: 8 }) : null;
    const limit = known?.is_prose ? h("input", { type: "text", inputmode: "numeric", value: field?.limit ?? "", autocomplete: "off", size: 8 }) : null;
    const isFixed = ![...kind.options].some((o) => o.value === place.kind);
    const options = place.options.map((option) => h("input", { type: "text", value: option, "aria-label": t(`选项 ${option}`, `option ${option}`) }));
    const form = h("form", { class: "editor" },
      h("label", {}, t("名称（各级用点隔开）", "Name, dots between its steps"), name),
      isFixed ? null : h("label", {}, t("填什么", "Kind"), kind),
      unit ? h("label", {}, t("单位（空着就按表上印的）", "Unit, empty for what is printed"), unit) : null,
      limit ? h("label", {}, t("限字（空着就按表上印的）", "Limit, empty for what is printed"), limit) : null,
      options.length ? h("fieldset", {}, h("legend", {}, t("选项", "Options")), ...options) : null,
      h("span", { class: "row" }, h("button", { class: "primary" }, t("保存", "Save"), h("kbd", {}, "Enter")), h("button", { type: "button", onclick: () => this.leave() }, t("不改", "Cancel"), h("kbd", {}, "Esc"))));
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      for (const [n, option] of place.options.entries()) {
        if (options[n].value.trim() !== option && !await this.step({ do: "option", path: place.path, option, to: options[n].value })) return;
      }
      if (!isFixed && kind.value !== place.kind && !await this.step({ do: "kind", path: place.path, kind: kind.value })) return;
      if (unit && unit.value.trim() !== (field?.unit ?? "") && !await this.step({ do: "unit", path: place.path, unit: unit.value.trim() })) return;
      const most = Number(limit?.value.trim() || 0);
      if (limit && !Number.isInteger(most)) { tell(t("限字要写数字", "the limit is a number"), { isError: true }); return; }
      if (limit && most !== (field?.limit ?? 0) && !await this.step({ do: "limit", path: place.path, limit: most })) return;
      let path = place.path;
      if (name.value.trim() !== path) {
        const before = new Set(this.draft.places.map((p) => p.path));
        if (!await this.step({ do: "rename", path, to: name.value.trim() })) return;
        path = this.draft.places.find((p) => !before.has(p.path))?.path ?? path;
      }
      this.seen.add(path);
      this.settle(path);
      form.remove();
      if (this.at === place.path) this.pick(path);
      else this.draw();
    });
    form.dataset.key = place.path;
    this.row(place.path).append(form);
    form.scrollIntoView({ block: "nearest" });
    name.focus();
    name.select();
  }

  async split() {
    const place = this.place(this.at);
    if (place?.kind !== "rows") { tell(t("先选中一处多行表格", "choose a table of rows first")); return; }
    if (!await this.step({ do: "split", path: place.path })) return;
    const first = this.draft.places.find((p) => p.path.startsWith(`${place.path}.`));
    if (first) this.pick(first.path);
    tell(t(`“${place.path}”拆开了`, `"${place.path}" is split`), { undo: () => this.back("undo") });
  }

  /** Asks how many rows, from that of the chosen place on, repeat. */
  join() {
    const place = this.place(this.at);
    if (!place?.row) { tell(t("先选中表格里的一处", "choose a place in a table first")); return; }
    $("join-name").value = place.path.split(".")[0];
    $("join-form").onsubmit = async (event) => {
      event.preventDefault();
      const to = $("join-name").value.trim();
      if (!await this.step({ do: "join", path: place.path, rows: Number($("join-rows").value), to })) return;
      $("join").close();
      this.pick(this.draft.places.find((p) => p.kind === "rows" && p.path.endsWith(to))?.path);
    };
    $("join").showModal();
    $("join-rows").focus();
  }

  async remove() {
    const place = this.place(this.at);
    if (!place) return;
    const index = this.draft.places.indexOf(place);
    if (!await this.step({ do: "remove", path: place.path })) return;
    const next = this.draft.places[Math.min(index, this.draft.places.length - 1)];
    if (next) this.pick(next.path);
    tell(t(`去掉了“${place.path}”`, `removed "${place.path}"`), { undo: () => this.back("undo") });
  }

  /** Makes what is marked in the blank, or where the caret is, a place. */
  add() {
    const found = marked($("sheet"));
    if (!found || found.spans.length !== 1) { tell(t("请先在左边的表上划选要填写的一处（一段之内的空格或文字）", "mark the characters of one paragraph that an answer should replace")); return; }
    const [span] = found.spans;
    const box = $("add");
    const kind = kindChooser("text", KINDS.filter((k) => k.is_written));
    kind.id = "add-kind";
    $("add-kind").replaceWith(kind);
    $("add-words").textContent = t(`在“${found.text.trim() || "空白"}”处`, `at "${found.text.trim() || "the blank"}"`);
    const before = this.at?.split(".").slice(0, -1).join(".");
    $("add-name").value = before ? `${before}.` : "";
    $("add-form").onsubmit = async (event) => {
      event.preventDefault();
      const known = new Set(this.draft.places.map((p) => p.path));
      const path = $("add-name").value.trim();
      if (!await this.step({ do: "add", path, kind: kind.value, ...span })) return;
      box.close();
      const made = this.draft.places.find((p) => !known.has(p.path));
      if (made) { this.seen.add(made.path); this.pick(made.path); }
    };
    box.showModal();
    $("add-name").focus();
  }

  leave() {
    const form = document.querySelector(".entry form");
    if (form) { form.remove(); this.row(this.at)?.querySelector(".pick").focus(); }
    else this.paper.dim();
  }

  // --- looking at what it will be ---

  async show(tab) {
    this.tab = tab;
    for (const b of document.querySelectorAll("[data-tab]")) b.setAttribute("aria-pressed", String(b.dataset.tab === tab));
    for (const name of ["places", "lint", "trial"]) $(name).hidden = name !== tab;
    try {
      if (tab === "lint") await this.lint();
      if (tab === "trial") await this.trial();
    } catch (error) { tell(error.message, { isError: true }); }
  }

  async lint() {
    $("lint").replaceChildren(h("p", { class: "quiet" }, t("正在检查……", "looking …")));
    const { problems } = await api("GET", `${ONE}/lint`);
    const faults = problems.filter((p) => p.severity !== "note");
    $("lint").replaceChildren(h("p", { class: "verdict" }, faults.length ? t(`有 ${faults.length} 处要改`, `${faults.length} to mend`) : t("每一处都能填进去、读回来。", "Every place can be filled in and read back.")), ...problems.map((p) => this.told(p)));
  }

  async trial() {
    const { problems, faults, said, ...drawn } = await api("POST", `${ONE}/trial`, { rules: $("rules").value });
    (this.second ??= new Paper($("trial-pane"), $("trial-sheet"), () => {})).show(drawn);
    const words = problems.length ? t(`样例填好后读回，${problems.length} 处有疑问`, `read back with ${problems.length} doubts`) : t("样例填好后读回，处处一致。", "Filled with a sample and read back: all the same.");
    $("trial-said").replaceChildren(h("p", { class: "verdict" }, words), ...problems.map((p) => this.told(p)));
    const rules = $("rules").value.trim();
    const verdict = faults.length ? t("规则写得不对：", "the rules are wrong:") : said.length ? t(`这份样例有 ${said.length} 处不符`, `the sample breaks ${said.length}`) : rules ? t("这份样例都符合。", "the sample keeps all.") : "";
    $("rules-said").replaceChildren(h("p", { class: "verdict" }, verdict), ...[...faults, ...said].map((p) => this.told(p)));
  }

  told(problem) {
    const tone = problem.severity === "error" ? "bad" : problem.severity === "warning" ? "doubt" : "";
    const link = problem.path && this.place(problem.path) ? h("button", { type: "button", class: "plain", onclick: () => { this.show("places"); this.pick(problem.path); } }, problem.path) : problem.path;
    return h("p", { class: `reason ${tone}` }, link, problem.path ? "：" : "", t(problem.zh, problem.en));
  }

  /** A rule about the place that is being looked at, to be filled in. */
  addRule() {
    const path = this.place(this.at)?.path;
    if (!path) { tell(t("请先在“填写处”里选一处", "choose one of the places first")); return; }
    const rule = `[[rule]]\nname = "${t("给这条规则起个名", "a name for it")}"\nfor = "${path}"\nrequire = "value"\nmessage = "${t("“{value}”不对", "“{value}” is wrong")}"\nseverity = "error"\nsource = "${t("依据", "why, from what")}"\n`;
    $("rules").value = `${$("rules").value.trimEnd()}\n\n${rule}`.trimStart();
    $("rules").focus();
    $("rules").dispatchEvent(new Event("input"));
  }

  async save(event) {
    event.preventDefault();
    try {
      const { form } = await api("POST", `${ONE}/edition`, { title: $("title").value, rules: $("rules").value });
      location.assign(`/forms/${form}`);
    } catch (error) { tell(error.message, { isError: true }); }
  }

  wire() {
    for (const b of document.querySelectorAll("[data-tab]")) b.onclick = () => this.show(b.dataset.tab);
    for (const b of document.querySelectorAll("dialog [data-close]")) b.onclick = () => b.closest("dialog").close();
    $("save").addEventListener("submit", (event) => this.save(event));
    $("undo").onclick = () => this.back("undo");
    $("redo").onclick = () => this.back("redo");
    $("larger").onclick = () => this.paper.enlarge(1.15);
    $("smaller").onclick = () => this.paper.enlarge(1 / 1.15);
    $("add-rule").onclick = () => this.addRule();
    let waiting;
    $("rules").addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(() => this.trial().catch((error) => tell(error.message, { isError: true })), 600); });
    const does = {
      next: () => this.move(1), previous: () => this.move(-1), accept: () => this.accept(), edit: () => this.edit(), remove: () => this.remove(),
      add: () => this.add(), split: () => this.split(), join: () => this.join(), undo: () => this.back("undo"), redo: () => this.back("redo"), back: () => this.leave(), help: () => $("help").showModal(),
    };
    for (const b of document.querySelectorAll("[data-does]")) b.onclick = () => does[b.dataset.does]();
    onKeys(does, $("keys-on"), KEYS);
  }
}

const kindName = (kind) => { const known = KINDS.find((k) => k.name === kind); return known ? t(known.zh, known.en) : kind; };

function kindChooser(chosen, kinds) {
  return h("select", {}, ...kinds.map((k) => h("option", { value: k.name, selected: k.name === chosen }, t(k.zh, k.en))));
}

/** What a place asks, in a line: its kind, unit, limit, options or columns. */
function described(place, field) {
  const parts = [kindName(place.kind)];
  if (field?.unit) parts.push(t(`单位 ${field.unit}`, `in ${field.unit}`));
  if (field?.limit) parts.push(t(`限 ${field.limit} 字`, `at most ${field.limit}`));
  if (place.options.length) parts.push(place.options.join("、"));
  if (field?.fields?.length) parts.push(field.fields.map((f) => f.path).join("、"));
  return parts.join(" · ");
}

function unique(left) {
  const known = new Map(left.map((x) => [`${x.text}\n${x.where}`, x]));
  return [...known.values()].filter((x) => x.text.trim());
}

function button(key, label, onclick, kind = "") {
  return h("button", { type: "button", class: kind, onclick }, label, h("kbd", {}, key));
}

new Draft().begin().catch((error) => {
  tell(error.message, { isError: true });
  if (!(error instanceof Refused)) throw error;
});
