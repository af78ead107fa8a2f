// The document pane: a drawn document, scaled to its pane, with places that light up.
//
// A document is laid out in parts: at first those that are seen, the others when the browser has nothing else to do, or
// before anything is looked for in them.

import { rangeOf } from "./place.js";

const isHighlighting = typeof Highlight === "function" && Boolean(CSS.highlights);
/** Does something when the browser has nothing else to do. */
export const whenIdle = globalThis.requestIdleCallback ?? ((does) => setTimeout(does, 50));
const LINES_A_PART = 12;
const LINE = 20; // pixels, as long as nobody knows better
const behaviour = () => (matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth");

/** Puts what a page holds into parts that are laid out by themselves; gives them. */
function inParts(page) {
  const parts = [];
  let part = null;
  let lines = LINES_A_PART;
  for (const block of [...page.children]) {
    if (lines >= LINES_A_PART) {
      part = document.createElement("div");
      part.className = "later";
      block.before(part);
      parts.push(part);
      lines = 0;
    }
    part.append(block);
    lines += 1 + block.querySelectorAll("p").length;
    part.style.containIntrinsicHeight = `auto ${lines * LINE}px`;
  }
  return parts;
}

function laidOut(part) {
  part.removeAttribute("class");
  part.removeAttribute("style");
}

export class Paper {
  /** `pane` scrolls, `sheet` inside it holds the document; `picked(path, event)` is told of a click on a place;
   * `original()` makes a link to the whole file, for what is not drawn of it. */
  constructor(pane, sheet, picked, original = () => "") {
    this.original = original;
    this.pane = pane;
    this.sheet = sheet;
    this.rules = new CSSStyleSheet();
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, this.rules];
    this.scale = 1;
    this.width = 0;
    this.later = [];
    this.isSeen = true;
    sheet.addEventListener("click", (event) => {
      const place = event.target.closest("[data-path]");
      if (place && getSelection().isCollapsed) picked(place.dataset.path, event);
    });
    new ResizeObserver(() => this.fit()).observe(pane);
  }

  /** Shows a document as the server drew it; its rules are for this sheet only, another may be beside it. */
  show(drawn) {
    this.#put(drawn, () => []);
  }

  /** The same, what is seen at first being laid out first; `settled` says when it is. */
  begin(drawn) {
    this.isSeen = false;
    this.#put(drawn, (made) => [...made.children].filter((e) => e.matches(".page")).flatMap(inParts));
  }

  #put({ html, css, width }, parted) {
    this.rules.replaceSync(css.replace(/^\.doc /gm, `#${this.sheet.id} `));
    this.width = width * 96 / 72;
    this.fit(); // first: what is laid out once need not be laid out again
    const made = document.createElement("template");
    made.innerHTML = html;
    for (const more of made.content.querySelectorAll("[data-beside=more]")) more.append(" ", this.original());
    this.later = parted(made.content);
    this.sheet.replaceChildren(made.content);
  }

  /** When the first sight of the document is on the screen; the rest of it is laid out from then on. */
  settled() {
    return new Promise((resolve) => requestAnimationFrame(() => setTimeout(() => {
      this.isSeen = true;
      whenIdle(() => this.#goOn());
      resolve();
    })));
  }

  #goOn() {
    this.later.splice(0, 1).forEach(laidOut);
    if (this.later.length) whenIdle(() => this.#goOn());
  }

  /** Has all of the document laid out. */
  #whole() {
    this.later.splice(0).forEach(laidOut);
  }

  /** Scales the widest page to the pane. */
  fit() {
    const room = this.pane.clientWidth - 24;
    if (this.width && room > 0) this.sheet.style.zoom = Math.min(1.35, room / this.width) * this.scale;
  }

  /** Makes everything larger or smaller than the pane asks for. */
  enlarge(by) {
    this.scale = Math.min(3, Math.max(0.5, this.scale * by));
    this.fit();
  }

  /** The spans of a field's value or blank, those of its rows included. */
  spansOf(path) {
    const quoted = CSS.escape(path);
    const owned = (test) => `.own-value[data-path${test}], .own-blank[data-path${test}], .own-proposed[data-path${test}], .own-unsure[data-path${test}]`;
    const exact = [...this.sheet.querySelectorAll(owned(`="${quoted}"`))];
    return exact.length ? exact : [...this.sheet.querySelectorAll(`${owned(`^="${quoted}["`)}, ${owned(`^="${quoted}."`)}`)];
  }

  /** Lights a field up, or else a place [paragraph, start, end]; scrolls there; whether there was anything. */
  light(path, place) {
    if (this.isSeen) this.#whole();
    this.dim();
    const spans = path ? this.spansOf(path) : [];
    for (const span of spans) span.classList.add("lit");
    let target = spans[0];
    if (!target && place) target = this.#lightPlace(place);
    target?.scrollIntoView({ block: "center", inline: "nearest", behavior: this.isSeen ? behaviour() : "auto" });
    return Boolean(target);
  }

  #lightPlace([number, start, end]) {
    const paragraph = this.sheet.querySelector(`[data-p="${number}"]`);
    const range = start < end ? rangeOf(this.sheet, number, start, end) : null;
    if (range && isHighlighting) CSS.highlights.set("lit", new Highlight(range));
    else paragraph?.classList.add("lit");
    return paragraph;
  }

  /** Nothing is lit any more. */
  dim() {
    for (const lit of this.sheet.querySelectorAll(".lit")) lit.classList.remove("lit");
    if (isHighlighting) CSS.highlights.delete("lit");
  }

  /** How many places each owner has. */
  counts() {
    const count = (selector) => {
      const found = [...this.sheet.querySelectorAll(selector)];
      return new Set(found.map((e, n) => e.dataset.path || n)).size;
    };
    return {
      value: count(".own-value"),
      blank: count(".own-blank"),
      leftover: this.sheet.querySelectorAll(".own-leftover").length,
      altered: this.sheet.querySelectorAll(".own-altered").length,
      void: this.sheet.querySelectorAll(".deleted, .struck, .hidden, .white").length,
    };
  }
}

/** Where there is room for one pane only, buttons say which. */
export function choosePanes(main, paper) {
  const buttons = [...document.querySelectorAll("[data-pane]")];
  for (const b of buttons) b.onclick = () => {
    main.dataset.shows = b.dataset.pane;
    for (const other of buttons) other.setAttribute("aria-pressed", String(other === b));
    paper.fit();
  };
}
