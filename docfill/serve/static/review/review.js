// The review of a return: the document beside its fields, from doubt to doubt by one key.

import { Refused, api, brought, h, moment, t, tell, shown as plainly } from "../page.js";
import { RANKS, beside, fieldOf, groups, open, standing, valueAt } from "./doubts.js";
import { editor, isDrawn, kept, pictures, words } from "./editors.js";
import { onKeys } from "./keys.js";
import { Paper, choosePanes, whenIdle } from "./paper.js";
import { marked } from "./place.js";

const main = document.getElementById("main");
const { collection, id } = main.dataset;
const ONE = `/api/collections/${collection}/returns/${id}`;
const $ = (name) => document.getElementById(name);
const RENEWED = 45 * 1000; // of a claim that lasts 150 s: a page that is hidden is let work once a minute
const SEEN_FIRST = 24; // so many entries are drawn before the page is there, the others when it is

const NAMES = {
  certain: ["机器读出", "read"], empty: ["未填", "empty"], doubt: ["存疑", "doubtful"], wrong: ["有误", "wrong"], missing: ["没有填", "missing"],
  rule: ["规则不符", "breaks a rule"], corrected: ["已改正", "corrected"], confirmed: ["已确认", "confirmed"],
};
const KINDS = { wording: ["原表文字", "Words of the form"], reading: ["表外文字与其他", "Beside the form"] };

class Review {
  async begin() {
    this.paper = new Paper($("pane"), $("sheet"), (path) => this.pick(fieldOf(path, this.fields) || path, { isFromPaper: true }),
      () => h("a", { href: `${ONE}/file`, download: true }, t("原文件", "Original")));
    const { state, next } = brought("known");
    const drawn = brought("drawn");
    this.fields = (await api("GET", `/api/editions/${main.dataset.edition}`)).fields;
    this.places = drawn.places ?? {};
    this.undoable = [];
    this.kept = new Set();
    this.ranked = new Map();
    this.isAll = false;
    this.isBegun = false;
    this.wire();
    this.follows(next);
    this.know(state);
    const wanted = decodeURIComponent(location.hash.slice(1));
    const first = open(this.groups)[0];
    this.at = wanted && (this.field(wanted) || this.byKey.has(wanted)) ? wanted : first?.key ?? null;
    this.isAll = !this.at;
    if (this.at) this.haveListed(this.at);
    this.take(state);
    if (drawn.html !== undefined) this.paper.begin(drawn);
    else $("sheet").replaceChildren(h("p", { class: "waiting" }, t(`画不出这份表：${drawn.zh}`, `it cannot be drawn: ${drawn.en}`)));
    if (this.at) this.reach(this.at);
    this.legend();
    await this.paper.settled();
    performance.mark("opened");
    main.dataset.ready = "seen";
    if (this.state.may_write) this.holdOn();
    whenIdle(() => {
      this.isBegun = true;
      this.draw();
      main.dataset.ready = "whole";
      this.lookAhead();
    });
  }

  // --- what is known ---

  /** Takes what the server says of the return. */
  know(state) {
    this.state = state;
    this.groups = groups(state.problems, this.fields);
    this.byKey = new Map(this.groups.map((g) => [g.key, g]));
    for (const group of open(this.groups)) { this.kept.add(group.key); this.ranked.set(group.key, group.rank); }
  }

  /** The same, and shows it. */
  take(state) {
    this.know(state);
    this.draw();
    const left = open(this.groups).length;
    $("left").textContent = left ? t(`还剩 ${left} 处`, `${left} left`) : t("没有存疑了", "nothing left");
    $("left").className = left ? "state doubt" : "state good";
    for (const button of document.querySelectorAll("[data-verdict]")) {
      button.setAttribute("aria-pressed", String(button.dataset.verdict === state.return.verdict));
      button.disabled = !state.may_write;
    }
    this.trail();
    this.said();
  }

  /** What has to be known of the whole return: a newer one came, it was read again and says something else. */
  said() {
    const parts = [];
    const newest = this.state.versions.at(-1);
    const link = (v, says) => h("a", { href: `/collections/${collection}/returns/${v.id}`, title: v.name }, says);
    if (newest && newest.id !== id) parts.push(h("p", {}, t("这一家后来又交了一份，以新的为准：", "a newer one of this applicant counts: "), link(newest, newest.name)));
    else if (newest && this.state.versions.length > 1) parts.push(h("p", {}, t(`这是第 ${this.state.versions.length} 次交的。以前的：`, `handed in ${this.state.versions.length} times; before: `), ...this.state.versions.slice(0, -1).flatMap((v) => [link(v, v.name), " "])));
    const changed = Object.keys(this.state.changes).map((path) => fieldOf(path, this.fields)).filter(Boolean);
    const each = [...new Set(changed)].map((path) => h("button", { type: "button", class: "plain", onclick: () => this.pick(path) }, nameOf(this.field(path))));
    if (each.length) parts.push(h("p", {}, t(`按第 ${this.state.edition.number} 版重读后，${each.length} 项读出的值变了：`, `read again with edition ${this.state.edition.number}, ${each.length} say something else: `), ...each));
    $("said").replaceChildren(...parts);
    $("said").hidden = !parts.length;
  }

  async follow() {
    this.follows(await api("GET", `/api/collections/${collection}/next?after=${id}`));
  }

  /** Takes what the server says of the returns around this one. */
  follows(next) {
    this.next = next;
    $("checked").textContent = t(`已核 ${this.next.checked}/${this.next.all}`, `${this.next.checked}/${this.next.all} checked`);
  }

  /** Has the next return drawn while this one is looked at. */
  lookAhead() {
    const ahead = this.next.doubtful ?? this.next.next;
    if (ahead && ahead !== id) fetch(`/api/collections/${collection}/returns/${ahead}/view`).catch(() => {});
  }

  field(key) {
    return this.fields.find((f) => f.path === key);
  }

  row(key) {
    return document.querySelector(`.entry[data-key="${CSS.escape(key)}"]`);
  }

  problemsOf(key) {
    return this.byKey.get(key)?.problems ?? [];
  }

  /** What is listed: in the order of urgency what is or was doubtful, or everything in the form's order. */
  listed() {
    const wanted = $("find").value.trim().toLowerCase();
    const others = this.groups.filter((g) => !g.path).map((g) => g.key);
    let keys = this.isAll ? [...this.fields.map((f) => f.path), ...others] : this.doubted();
    if (wanted) keys = [...this.fields.map((f) => f.path), ...others].filter((k) => this.saysOf(k).includes(wanted));
    return keys;
  }

  /** What is drawn of that: all, but what nobody sees yet while the page is opened. */
  drawn() {
    const keys = this.listed();
    return this.isBegun || keys.indexOf(this.at) >= SEEN_FIRST ? keys : keys.slice(0, SEEN_FIRST);
  }

  /** What is doubtful, or was when it was first shown: it stays where it is, so that nothing moves away. */
  doubted() {
    const order = new Map(this.fields.map((f, n) => [f.path, n]));
    const at = (key) => order.get(key) ?? this.fields.length;
    const shown = [...this.kept].filter((k) => this.field(k) || this.byKey.has(k));
    return shown.sort((a, b) => this.ranked.get(a) - this.ranked.get(b) || at(a) - at(b));
  }

  saysOf(key) {
    const field = this.field(key);
    const value = field ? plainly(valueAt(this.state.record, key)) : "";
    return `${key} ${field?.label ?? ""} ${value} ${this.problemsOf(key).map((p) => `${p.zh} ${p.en}`).join(" ")}`.toLowerCase();
  }

  // --- the fields ---

  draw() {
    const list = $("fields");
    const scrolled = list.scrollTop;
    const hadFocus = list.contains(document.activeElement);
    const parts = [];
    let section = null;
    for (const key of this.drawn()) {
      const heading = this.heading(key);
      if (heading !== section) parts.push(h("h2", {}, heading));
      section = heading;
      parts.push(this.entry(key));
    }
    if (!parts.length) {
      const isFound = $("find").value.trim();
      parts.push(h("p", { class: "empty quiet" }, isFound ? t("没有这样的项", "nothing like that") : t("这份表没有存疑。核对无误就点上方的“核对无误”，或按 N 到下一份。", "Nothing is doubtful here. Accept it above, or press N for the next.")));
    }
    const keep = kept(list, this.at);
    list.replaceChildren(...parts);
    list.scrollTop = scrolled;
    if (hadFocus && this.at) this.row(this.at)?.querySelector(".pick")?.focus({ preventScroll: true });
    keep(this.at && this.row(this.at));
    for (const button of document.querySelectorAll("[data-list]")) button.setAttribute("aria-pressed", String((button.dataset.list === "all") === this.isAll));
  }

  heading(key) {
    const field = this.field(key);
    if (!this.isAll && !$("find").value.trim()) {
      const rank = RANKS[this.ranked.get(key)];
      return t(rank.zh, rank.en);
    }
    if (field) return field.section || t("其他", "Other");
    const [problem] = this.problemsOf(key);
    return t(...(KINDS[problem?.kind] ?? KINDS.reading));
  }

  entry(key) {
    const field = this.field(key);
    return field ? this.fieldEntry(field) : this.problemEntry(key);
  }

  fieldEntry(field) {
    const told = this.problemsOf(field.path);
    const value = valueAt(this.state.record, field.path);
    const is = standing(field, told, this.state, value);
    const written = this.state.texts[field.path];
    const isOther = written != null && written.trim() && written.trim() !== words({ ...field, unit: "" }, value);
    const corrected = this.state.corrections.findLast((c) => c.path === field.path && !c.undone_by);
    const made = this.shell(field.path, is, [
      h("span", { class: "label" }, this.isAll ? null : h("span", { class: "section" }, field.section), nameOf(field)),
      h("span", { class: "value" }, words(field, value) || h("span", { class: "quiet" }, t("（空）", "(empty)"))),
    ]);
    if (isOther) made.append(h("p", { class: "original" }, t("原文：", "as written: "), h("q", {}, written.trim())));
    if (corrected) {
      const before = words(field, corrected.machine) || t("空", "empty");
      if (!isOther || before !== written.trim()) made.append(h("p", { class: "original" }, t(`机器读出：${before}`, `read as: ${before}`)));
      if (corrected.why) made.append(h("p", { class: "original" }, t(`改正的理由：${corrected.why}`, `corrected because: ${corrected.why}`)));
      if (corrected.is_conflict) made.append(h("p", { class: "reason bad" }, t("重读后机器读出的值变了，请再看一次", "it reads otherwise since; look again")));
    }
    const before = this.state.changes[field.path];
    if (before) made.append(h("p", { class: "original" }, t(`重读前读出：${words(field, before[0]) || "空"}`, `read before as: ${words(field, before[0]) || "empty"}`)));
    this.reasons(made, told);
    for (const remark of this.state.remarks.filter((r) => r.path === field.path)) made.append(this.remarkLine(remark));
    if (this.at === field.path) made.append(this.tools(field, told));
    return made;
  }

  problemEntry(key) {
    const told = this.problemsOf(key);
    const isOpen = told.some((p) => p.is_open);
    const by = this.state.confirmed[key];
    const is = isOpen ? { name: told[0].severity === "error" ? "wrong" : "doubt", sign: told[0].severity === "error" ? "✖" : "?", tone: told[0].severity === "error" ? "bad" : "doubt" } : { name: "confirmed", sign: "✔", tone: "good", who: by?.made_by };
    const made = this.shell(key, is, [h("span", { class: "label" }, t(told[0].zh, told[0].en))]);
    const where = t(told[0].place.zh, told[0].place.en);
    if (where) made.append(h("p", { class: "original" }, where));
    const explained = this.state.problems.filter((p) => p.within === told[0].code);
    if (explained.length) {
      const lines = explained.map((p) => h("li", {}, [t(p.place.zh, p.place.en), t(p.zh, p.en)].filter(Boolean).join(t("：", ": "))));
      made.append(h("details", { class: "explained" }, h("summary", {}, t(`由此而来的 ${lines.length} 处`, `${lines.length} places that come of it`)), h("ul", {}, ...lines)));
    }
    if (this.at === key) made.append(this.tools(null, told));
    return made;
  }

  shell(key, is, inside) {
    const isCurrent = this.at === key;
    const state = h("span", { class: `state ${is.tone}` }, h("span", { "aria-hidden": "true" }, is.sign), t(...NAMES[is.name]), is.who ? ` · ${is.who}` : "");
    const pick = h("button", { type: "button", class: "pick", "aria-current": isCurrent ? "true" : null, onclick: () => this.pick(key) }, ...inside, state);
    return h("article", { class: `entry${isCurrent ? " current" : ""}`, "data-key": key, "data-standing": is.name }, pick);
  }

  reasons(made, told) {
    for (const problem of told) {
      const tone = problem.severity === "note" ? "note" : !problem.is_open ? "settled" : problem.severity === "error" ? "bad" : "doubt";
      const sentence = t(problem.zh, problem.en);
      const at = problem.path && problem.path !== made.dataset.key ? `${problem.path.slice(made.dataset.key.length)} ` : "";
      made.append(h("p", { class: `reason ${tone}` }, at + sentence));
    }
  }

  /** The buttons of the field or problem that is being looked at. */
  tools(field, told) {
    const bar = h("div", { class: "tools-of" });
    if (!this.state.may_write) return bar;
    const suggested = field ? this.suggestion(field.path) : undefined;
    if (suggested !== undefined) bar.append(button("Enter", t(`采用 ${words(field, suggested)}`, `Take ${words(field, suggested)}`), () => this.accept(), "primary"));
    else if (field && this.isUnreadable(field.path)) bar.append(editing(button("Enter", t("改正", "Correct"), () => this.accept(), "primary")));
    else if (told.some((p) => p.is_open)) {
      const isMissing = told.some((p) => p.is_open && p.code === "unanswered");
      bar.append(button("Enter", isMissing ? t("可以不填", "May stay empty") : t("没有问题", "It is right"), () => this.accept(), "primary"));
    }
    if (field) {
      if (!bar.querySelector("[data-edits]")) bar.append(button("E", t("改", "Correct"), () => this.edit()));
      if (!this.state.confirmed[field.path]) bar.append(button("C", t("确认", "Confirm"), () => this.confirm()));
      if (field.kind !== "rows" && !isDrawn(field)) bar.append(button("V", t("取划选的字", "Take what is marked"), () => this.takeMarked(), "", t("先在左边划选文字", "mark text in the document first")));
    }
    bar.append(button("M", t("写意见", "Remark"), () => this.remark()));
    const alike = h("span", { class: "alike" });
    bar.append(alike);
    const problem = told.find((p) => p.is_open && p.path);
    if (problem) this.offerAlike(problem, alike);
    return bar;
  }

  /** What the engine suggests for a field; undefined where it suggests nothing. */
  suggestion(key) {
    const problem = this.problemsOf(key).find((p) => p.is_open && p.suggested != null && p.path === key);
    return problem?.suggested;
  }

  /** Whether what stands there is no value of the field, so that it should be corrected before it is called right. */
  isUnreadable(key) {
    return this.problemsOf(key).some((p) => p.is_open && p.kind === "reading" && p.severity === "error" && p.path === key);
  }

  // --- moving ---

  pick(key, { isFromPaper = false } = {}) {
    this.at = key;
    this.haveListed(key);
    this.draw();
    this.reach(key, { isFromPaper });
  }

  /** Lists more, where a field or problem is not among what is listed. */
  haveListed(key) {
    if (this.listed().includes(key)) return;
    $("find").value = "";
    if (!this.listed().includes(key)) this.isAll = true;
  }

  /** Brings a field or problem into sight at both sides. */
  reach(key, { isFromPaper = false } = {}) {
    const row = this.row(key);
    row?.scrollIntoView({ block: "nearest" });
    if (!isFromPaper) row?.querySelector(".pick").focus({ preventScroll: true });
    const place = this.problemsOf(key).map((p) => this.places[p.id]).find(Boolean);
    const isThere = this.paper.light(this.field(key) ? key : "", place);
    $("nowhere").hidden = isThere;
    history.replaceState(null, "", `#${encodeURIComponent(key)}`);
  }

  step(by) {
    const next = beside(this.groups, this.at, by) ?? (by > 0 && !this.at ? open(this.groups)[0] : undefined);
    if (next) this.pick(next.key);
    else if (by > 0 && !open(this.groups).length) this.nextFile();
    else if (by > 0) {
      const first = open(this.groups)[0];
      if (first.key === this.at) tell(t("只剩这一处；按 N 到下一份", "this is the only one left; N for the next file"));
      else { this.pick(first.key); tell(t("回到第一处", "back at the first")); }
    } else tell(t("前面没有了", "nothing before"));
  }

  nextFile() {
    const next = this.next.doubtful && this.next.doubtful !== id ? this.next.doubtful : this.next.next;
    if (next) location.assign(`/collections/${collection}/returns/${next}`);
    else tell(t("没有下一份了", "there is no next one"));
  }

  // --- doing ---

  /** Does what changes the return, and shows what comes of it or why not. */
  async change(method, path, body) {
    try {
      this.take(await api(method, `${ONE}${path}`, body));
      return true;
    } catch (error) {
      tell(error.message, { isError: true });
      return false;
    }
  }

  /** Remembers that something is being done, so that what undoes it waits for it. */
  doing(done) {
    this.underWay = Promise.allSettled([this.underWay, done]);
    return done;
  }

  async accept() {
    if (!this.at || !this.state.may_write) return;
    const suggested = this.field(this.at) ? this.suggestion(this.at) : undefined;
    if (suggested !== undefined) await this.correct(this.at, suggested, t("采用建议值", "suggested value"));
    else if (this.field(this.at) && this.isUnreadable(this.at)) this.edit();
    else await this.confirm();
  }

  async confirm() {
    const key = this.at;
    if (!key || !this.state.may_write) return;
    await this.doing(this.confirms(key));
  }

  async confirms(key) {
    if (!await this.change("PUT", "/confirmations", { subject: key })) return;
    this.undoable.push([key, () => this.change("DELETE", "/confirmations", { subject: key })]);
    this.onwards(key);
  }

  correct(path, value, why = "", old = valueAt(this.state.record, path)) {
    return this.doing(this.corrects(path, value, why, old));
  }

  async corrects(path, value, why, old) {
    let state;
    try {
      state = await api("POST", `${ONE}/corrections`, { path, new: value, old, why });
    } catch (error) {
      if (error.status === 409 && "current" in error.body) return this.conflict(path, value, why, error);
      this.refused(path, error.message);
      return false;
    }
    return this.corrected(path, state);
  }

  /** Says at the editor, where it is open, why a value cannot stand. */
  refused(path, why) {
    const form = this.row(path)?.querySelector("form");
    if (!form) { tell(why, { isError: true }); return; }
    const said = form.querySelector("[role=alert]") ?? h("p", { class: "reason bad", role: "alert" });
    said.textContent = why;
    form.firstElementChild.after(said);
  }

  /** Shows the return after a correction of ours, and goes on. */
  corrected(path, state) {
    const isHere = this.at === path;
    this.row(path)?.querySelector("form")?.remove();
    this.take(state);
    const { number } = this.state.corrections.findLast((c) => c.path === path && !c.undone_by);
    this.undoable.push([fieldOf(path, this.fields), () => this.change("DELETE", `/corrections/${number}`)]);
    if (isHere) this.onwards(path);
    return true;
  }

  /** Somebody else was quicker: both values, and a person chooses. */
  async conflict(path, value, why, error) {
    this.row(path)?.querySelector("form")?.remove();
    this.take(await api("GET", ONE));
    const field = this.field(path);
    const box = $("conflict");
    $("conflict-words").textContent = error.message;
    $("conflict-theirs").textContent = t(`留着“${words(field, error.body.current)}”`, `keep "${words(field, error.body.current)}"`);
    $("conflict-mine").textContent = t(`改成“${words(field, value)}”`, `make it "${words(field, value)}"`);
    $("conflict-mine").onclick = () => { box.close(); this.correct(path, value, why); };
    box.showModal();
    return false;
  }

  /** After something is settled: the next doubt, as long as nothing is doubtful here any more. */
  onwards(key) {
    if (this.problemsOf(key).some((p) => p.is_open)) return this.pick(key);
    const next = beside(this.groups, key, 1) ?? open(this.groups)[0];
    if (next) this.pick(next.key);
    else { this.pick(key); tell(t("这份没有存疑了；按 N 到下一份", "nothing is doubtful here any more; N for the next file")); }
  }

  edit(value) {
    const field = this.field(this.at);
    if (!field || !this.state.may_write) return;
    this.row(field.path).querySelector("form")?.remove();
    if (isDrawn(field)) { this.editPictures(field); return; }
    const made = editor(field, value === undefined ? valueAt(this.state.record, field.path) : value);
    for (const input of made.element.querySelectorAll("input, textarea")) if (!input.closest("label") && !input.hasAttribute("aria-label")) input.setAttribute("aria-label", nameOf(field));
    if (made.element.matches("input, textarea")) made.element.setAttribute("aria-label", nameOf(field));
    const form = h("form", { class: "editor" }, made.element, h("span", { class: "row" },
      h("button", { class: "primary" }, t("保存", "Save"), h("kbd", {}, "Enter")),
      h("button", { type: "button", onclick: () => this.leave() }, t("不改", "Cancel"), h("kbd", {}, "Esc"))));
    form.addEventListener("submit", (event) => { event.preventDefault(); this.correct(field.path, made.read()); });
    form.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.ctrlKey) form.requestSubmit();
      if (event.key === "Enter" && !event.ctrlKey && event.target.matches("input[type=radio], input[type=checkbox]")) { event.preventDefault(); form.requestSubmit(); }
    });
    form.dataset.key = field.path;
    this.row(field.path).append(form);
    form.scrollIntoView({ block: "nearest" });
    made.focus();
  }

  /** Pictures are seen, taken out, and chosen from files; each choice is a correction at once. */
  editPictures(field) {
    const value = valueAt(this.state.record, field.path);
    const isMany = Array.isArray(value);
    const away = (p) => this.correct(field.path, isMany ? value.filter((other) => other !== p) : null);
    const input = h("input", { type: "file", accept: "image/*", "aria-label": nameOf(field) });
    input.addEventListener("change", async () => {
      const [file] = input.files;
      if (!file) return;
      const query = new URLSearchParams({ path: field.path, name: file.name, old: value?.sha256 ?? "" });
      try {
        this.corrected(field.path, await api("PUT", `${ONE}/pictures?${query}`, undefined, { body: file }));
      } catch (error) { input.value = ""; tell(error.message, { isError: true }); }
    });
    const form = h("form", { class: "editor" }, ...pictures(value, (sha) => `${ONE}/pictures/${sha}`, away),
      h("label", {}, isMany ? t("加一张图片", "add a picture") : value ? t("换一张图片", "another picture") : t("选一张图片", "choose a picture"), input),
      h("span", { class: "row" }, h("button", { type: "button", onclick: () => this.leave() }, t("不改", "Cancel"), h("kbd", {}, "Esc"))));
    form.addEventListener("submit", (event) => event.preventDefault());
    form.dataset.key = field.path;
    this.row(field.path).append(form);
    form.scrollIntoView({ block: "nearest" });
    input.focus();
  }

  leave() {
    const form = document.querySelector(".entry form");
    if (form) { form.remove(); this.row(this.at)?.querySelector(".pick").focus(); return; }
    if ($("find").value) { $("find").value = ""; this.draw(); return; }
    this.paper.dim();
  }

  /** "The value is here": what is marked in the document goes into the editor. */
  async takeMarked() {
    const field = this.field(this.at);
    const found = marked($("sheet"));
    if (!field) return;
    if (!found) { tell(t("请先在左边的表上划选文字", "mark some text in the document first")); return; }
    getSelection().removeAllRanges();
    this.edit(await this.meaning(field, found.text));
  }

  /** Text of the document as a value of a field: options by their words, what is written as its kind reads it. */
  async meaning(field, text) {
    const plain = text.trim();
    if (field.kind === "choice") return field.options.find((o) => plain.includes(o)) ?? null;
    if (field.kind === "choices") return field.options.filter((o) => plain.includes(o));
    if (field.kind === "texts") return plain.split("\n");
    try {
      const read = await api("POST", `/api/editions/${this.state.edition.id}/meaning`, { path: field.path, text: plain });
      return read.suggested ?? read.value;
    } catch { return plain; }
  }

  remark() {
    if (!this.at || !this.state.may_write) return;
    const field = this.field(this.at);
    this.row(this.at).querySelector("form")?.remove();
    const [problem] = this.problemsOf(this.at);
    const input = h("textarea", { rows: 3, "aria-label": t("给填表人的意见", "a remark for the applicant") });
    input.value = [field ? `${nameOf(field)}：` : "", problem ? t(problem.asks.zh, problem.asks.en) : ""].join("");
    const form = h("form", { class: "editor" }, h("span", { class: "hint" }, t("给填表人的意见，退回时写在批注和附页里", "for the applicant: goes into the comments and the covering page")), input, h("span", { class: "row" },
      h("button", { class: "primary" }, t("记下", "Keep"), h("kbd", {}, "Ctrl Enter")),
      h("button", { type: "button", onclick: () => this.leave() }, t("不写", "Cancel"), h("kbd", {}, "Esc"))));
    const path = field?.path ?? "";
    form.addEventListener("submit", async (event) => { event.preventDefault(); if (await this.change("POST", "/remarks", { path, words: input.value })) { form.remove(); tell(t("已记下", "kept")); } });
    form.addEventListener("keydown", (event) => { if (event.key === "Enter" && event.ctrlKey) form.requestSubmit(); });
    form.dataset.key = this.at;
    this.row(this.at).append(form);
    form.scrollIntoView({ block: "nearest" });
    input.focus();
  }

  remarkLine(remark) {
    const away = h("button", { type: "button", class: "plain", "aria-label": t("删去这条意见", "take the remark back"), onclick: () => this.change("DELETE", `/remarks/${remark.number}`) }, "×");
    return h("p", { class: "remark" }, h("b", {}, t("意见：", "Remark: ")), remark.words, this.state.may_write ? away : null);
  }

  async undo() {
    await this.underWay;
    if (this.undoable.length) {
      const [key, back] = this.undoable.pop();
      if (!await back()) return;
      if (key) this.pick(key);
      tell(t("已撤销", "undone"));
      return;
    }
    const own = this.state.corrections.findLast((c) => !c.undone_by && c.made_by === this.state.me);
    if (!own) { tell(t("没有可以撤销的", "nothing to undo")); return; }
    if (await this.change("DELETE", `/corrections/${own.number}`)) this.pick(fieldOf(own.path, this.fields));
  }

  decide(verdict) {
    return this.doing(this.decides(verdict));
  }

  async decides(verdict) {
    const before = this.state.return.verdict;
    const wanted = before === verdict ? "" : verdict;
    if (!await this.change("PUT", "/verdict", { verdict: wanted })) return;
    this.undoable.push(["", () => this.change("PUT", "/verdict", { verdict: before })]);
    await this.follow();
    if (wanted) tell(wanted === "accepted" ? t("核对无误；按 N 到下一份", "accepted; N for the next file") : t("退回修改；按 N 到下一份", "to be sent back; N for the next file"), { undo: () => this.undo() });
  }

  // --- the same doubt in other returns ---

  async offerAlike(problem, where) {
    this.alikes ??= new Map();
    if (!this.alikes.has(problem.id)) this.alikes.set(problem.id, api("GET", `${ONE}/alike?problem=${problem.id}`).catch(() => ({ returns: [] })));
    const found = (await this.alikes.get(problem.id)).returns;
    const returns = found.filter((r) => (r.suggested != null) === (problem.suggested != null)); // one decision for all of them
    const others = returns.filter((r) => r.id !== id);
    if (others.length) where.replaceChildren(h("button", { type: "button", onclick: () => this.settleAlike(problem, returns) }, t(`另 ${others.length} 份同样`, `${others.length} more alike`)));
  }

  settleAlike(problem, returns) {
    const field = this.field(problem.path);
    const isSuggested = problem.suggested != null;
    const says = (r) => (r.suggested != null ? `${plainly(r.found)} → ${words(field ?? {}, r.suggested)}` : plainly(r.found));
    $("alike-words").textContent = `${nameOf(field ?? { path: problem.path, label: "" })}：${t(problem.zh, problem.en)}`;
    const boxes = returns.map((r) => h("label", { class: "check" }, h("input", { type: "checkbox", value: r.id, checked: true }), r.who || r.name, h("span", { class: "quiet" }, says(r))));
    $("alike-returns").replaceChildren(...boxes);
    $("alike-go").textContent = isSuggested ? t("都采用建议值", "Take what is suggested") : problem.code === "unanswered" ? t("都可以不填", "All may stay empty") : t("都没有问题", "All are right");
    $("alike-go").onclick = async () => {
      const chosen = [...$("alike-returns").querySelectorAll(":checked")].map((b) => b.value);
      $("alike").close();
      const given = { returns: chosen, seen: id, problem: problem.id, why: isSuggested ? t("采用建议值", "suggested value") : "" };
      try {
        const done = await api("POST", `/api/collections/${collection}/alike`, given);
        this.alikes.clear();
        this.take(await api("GET", ONE));
        await this.follow();
        const at = this.at;
        this.undoable.push([at, () => this.unsettle(done.undo)]);
        const failed = done.failed.length ? t(`，${done.failed.length} 份没有处理：${done.failed[0].zh}`, `, not ${done.failed.length}: ${done.failed[0].en}`) : "";
        this.onwards(at);
        tell(t(`处理了 ${done.settled.length} 份`, `settled ${done.settled.length}`) + failed, { undo: done.settled.length ? () => this.undo() : null });
      } catch (error) { tell(error.message, { isError: true }); }
    };
    $("alike").showModal();
  }

  /** Takes back in all of them what was settled at once. */
  async unsettle(steps) {
    try {
      for (const step of steps) {
        const at = `/api/collections/${collection}/returns/${step.return}`;
        if (step.correction) await api("DELETE", `${at}/corrections/${step.correction}`);
        else await api("DELETE", `${at}/confirmations`, { subject: step.confirmation });
      }
      return true;
    } catch (error) {
      tell(error.message, { isError: true });
      return false;
    } finally {
      this.alikes.clear();
      this.take(await api("GET", ONE));
      await this.follow();
    }
  }

  // --- what was done, and who is here ---

  trail() {
    const rows = [];
    for (const c of this.state.corrections) {
      const field = this.field(fieldOf(c.path, this.fields)) ?? { path: c.path };
      const away = !c.undone_by && this.state.may_write ? h("button", { type: "button", onclick: () => this.change("DELETE", `/corrections/${c.number}`) }, t("撤销", "Undo")) : null;
      const what = [`${c.path}：`, h("del", {}, words(field, c.old) || t("空", "empty")), " → ", h("ins", {}, words(field, c.new) || t("空", "empty")), c.why ? `（${c.why}）` : ""];
      rows.push([c.created, h("li", { class: c.undone_by ? "undone" : "" }, h("b", {}, c.made_by), ` ${moment(c.created)} `, ...what, c.undone_by ? t(` 已由 ${c.undone_by} 撤销`, ` undone by ${c.undone_by}`) : "", " ", away)]);
    }
    for (const [subject, c] of Object.entries(this.state.confirmed)) {
      const about = this.confirmedAs(subject);
      if (about) rows.push([c.created, h("li", {}, h("b", {}, c.made_by), ` ${moment(c.created)} `, t(`确认 ${about}`, `confirmed ${about}`), " ", this.state.may_write ? h("button", { type: "button", onclick: () => this.change("DELETE", "/confirmations", { subject }) }, t("收回", "Take back")) : null)]);
    }
    const { verdict, verdict_by, verdict_at } = this.state.return;
    if (verdict) rows.push([verdict_at, h("li", {}, h("b", {}, verdict_by), ` ${moment(verdict_at)} `, verdict === "accepted" ? t("核对无误", "accepted it") : t("退回修改", "sent it back"))]);
    rows.sort((a, b) => b[0] - a[0]);
    $("trail-count").textContent = rows.length;
    $("trail").replaceChildren(...(rows.length ? rows.map((r) => r[1]) : [h("li", { class: "quiet" }, t("还没有改动", "nothing was changed yet"))]));
  }

  /** How the trail calls what was confirmed: a field by its path, one problem by its words; nothing where it goes with its field. */
  confirmedAs(subject) {
    if (this.field(subject)) return subject;
    const problem = this.state.problems.find((p) => p.id === subject);
    if (!problem || this.state.confirmed[problem.path]) return "";
    return [problem.path, t(problem.zh, problem.en)].filter(Boolean).join(t("：", ": "));
  }

  async claim() {
    try {
      await api("PUT", `${ONE}/claim`);
      $("claimed").hidden = true;
    } catch (error) {
      if (error.status !== 409) return;
      $("claimed-words").textContent = t(`${error.message}，您改动时会先核对有没有冲突`, `${error.message}; conflicts are looked for when you change something`);
      $("claimed").hidden = false;
    }
  }

  /** Claims the return for as long as its page is open: again and again, and when the page comes back to sight. */
  holdOn() {
    this.claim();
    setInterval(() => this.claim(), RENEWED);
    document.addEventListener("visibilitychange", () => { if (!document.hidden) this.claim(); });
    addEventListener("pageshow", (event) => { if (event.persisted) this.claim(); });
    addEventListener("pagehide", () => api("DELETE", `${ONE}/claim`, undefined, { keepalive: true }).catch(() => {}));
  }

  legend() {
    const names = { value: t("填写内容", "answers"), blank: t("空白", "blanks"), leftover: t("表外文字", "beside the form"), altered: t("改动的原文", "altered words"), void: t("不可见或划去", "hidden or struck") };
    const counts = this.paper.counts();
    $("legend").replaceChildren(...Object.entries(names).filter(([name]) => counts[name]).map(([name, says]) => h("li", { class: `of-${name}` }, h("span", { class: "sample", "aria-hidden": "true" }), `${says} ${counts[name]}`)));
  }

  wire() {
    $("coloured").addEventListener("change", (event) => { $("sheet").classList.toggle("coloured", event.target.checked); remember("coloured", event.target.checked); });
    $("coloured").checked = recall("coloured", true);
    $("sheet").classList.toggle("coloured", $("coloured").checked);
    $("larger").onclick = () => this.paper.enlarge(1.15);
    $("smaller").onclick = () => this.paper.enlarge(1 / 1.15);
    $("find").addEventListener("input", () => this.draw());
    for (const b of document.querySelectorAll("[data-list]")) b.onclick = () => { this.isAll = b.dataset.list === "all"; this.draw(); this.row(this.at)?.scrollIntoView({ block: "nearest" }); };
    for (const b of document.querySelectorAll("[data-verdict]")) b.onclick = () => this.decide(b.dataset.verdict);
    choosePanes(main, this.paper);
    for (const b of document.querySelectorAll("dialog [data-close]")) b.onclick = () => b.closest("dialog").close();
    const does = {
      next: () => this.step(1), previous: () => this.step(-1), accept: () => this.accept(), edit: () => this.edit(), back: () => this.leave(),
      confirm: () => this.confirm(), undo: () => this.undo(), remark: () => this.remark(), file: () => this.nextFile(), find: () => $("find").focus(),
      take: () => this.takeMarked(), right: () => this.decide("accepted"), wrong: () => this.decide("returned"), help: () => $("help").showModal(),
    };
    for (const b of document.querySelectorAll("[data-does]")) b.onclick = () => does[b.dataset.does]();
    onKeys(does, $("keys-on"));
    $("hide-keys").onclick = () => { document.body.classList.toggle("no-keys"); remember("keys-hidden", document.body.classList.contains("no-keys")); };
    document.body.classList.toggle("no-keys", recall("keys-hidden", false));
  }
}

/** How a field is called: the steps of its path below the section, in the words of its label where that has them. */
function nameOf(field) {
  const plain = (words) => words.replace(/[^\p{L}\p{N}]/gu, "");
  const steps = field.path.split(".");
  const label = plain(field.label ?? "");
  const named = (step) => (plain(step) && label.includes(plain(step)) ? field.label : step.replace("_", " · "));
  return [...new Set((steps.length > 1 ? steps.slice(1) : steps).map(named))].join(" · ");
}

/** A button that leads to the editor; no other does so beside it. */
function editing(made) {
  made.dataset.edits = "";
  return made;
}

function button(key, label, onclick, kind = "", title = null) {
  return h("button", { type: "button", class: kind, onclick, title }, label, h("kbd", {}, key));
}

/** What this browser remembers of how a person likes the page. */
function remember(name, value) {
  try { localStorage.setItem(`review.${name}`, JSON.stringify(value)); } catch { /* a private window remembers nothing */ }
}

function recall(name, otherwise) {
  try { return JSON.parse(localStorage.getItem(`review.${name}`)) ?? otherwise; } catch { return otherwise; }
}

new Review().begin().catch((error) => {
  tell(error.message, { isError: true });
  if (!(error instanceof Refused)) throw error;
});
