// The document pane: a drawn document, scaled to its pane, with places that light up.

import { rangeOf } from "./place.js";

const isHighlighting = typeof Highlight === "function" && Boolean(CSS.highlights);
const behaviour = () => (matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth");

export class Paper {
  /** `pane` scrolls, `sheet` inside it holds the document; `picked(path, event)` is told of a click on a place. */
  constructor(pane, sheet, picked) {
    this.pane = pane;
    this.sheet = sheet;
    this.rules = new CSSStyleSheet();
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, this.rules];
    this.scale = 1;
    this.width = 0;
    sheet.addEventListener("click", (event) => {
      const place = event.target.closest("[data-path]");
      if (place && getSelection().isCollapsed) picked(place.dataset.path, event);
    });
    new ResizeObserver(() => this.fit()).observe(pane);
  }

  /** Shows a document as the server drew it; its rules are for this sheet only, another may be beside it. */
  show({ html, css, width }) {
    this.rules.replaceSync(css.replace(/^\.doc /gm, `#${this.sheet.id} `));
    this.width = width * 96 / 72;
    this.fit(); // first: what is laid out once need not be laid out again
    this.sheet.innerHTML = html;
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
    this.dim();
    const spans = path ? this.spansOf(path) : [];
    for (const span of spans) span.classList.add("lit");
    let target = spans[0];
    if (!target && place) target = this.#lightPlace(place);
    target?.scrollIntoView({ block: "center", inline: "nearest", behavior: behaviour() });
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
