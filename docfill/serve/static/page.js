// What every page has: the two languages, calls to the server, short messages that go by themselves.

const root = document.documentElement;

/** The sentence in the language of the page. */
export const t = (zh, en) => (root.lang.startsWith("en") ? en : zh);

/** What the server refused, with its reason in the language of the page, and all that it said besides. */
export class Refused extends Error {
  constructor(status, body) {
    super(body?.[root.lang.startsWith("en") ? "en" : "zh"] ?? t("服务器没有回答，请稍后再试", "no answer from the server; try again"));
    this.status = status;
    this.body = body ?? {};
  }
}

/** Calls the REST API: JSON in, JSON out; throws Refused.  What a page has preloaded is asked for as the page did. */
export async function api(method, path, body, options = {}) {
  const headers = method === "GET" ? {} : { "x-csrf": root.dataset.csrf };
  if (body !== undefined) headers["content-type"] = "application/json";
  let answer;
  try {
    answer = await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body), ...options });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refused(0, null);
  }
  const said = answer.status === 204 ? null : await answer.json().catch(() => null);
  if (!answer.ok) throw new Refused(answer.status, said);
  return said;
}

/** What the page brought along as JSON, under a name. */
export const brought = (name) => JSON.parse(document.getElementById(`data-${name}`).textContent);

/** Tells something for a moment, instead of what was told before; an `undo` is offered as a button. */
export function tell(text, { undo, isError = false } = {}) {
  const shown = document.createElement("div");
  shown.className = isError ? "toast error" : "toast";
  shown.append(text);
  if (undo) {
    const button = document.createElement("button");
    button.textContent = t("撤销", "Undo");
    button.onclick = () => { shown.remove(); undo(); };
    shown.append(" ", button);
  }
  document.getElementById("toasts").replaceChildren(shown);
  setTimeout(() => shown.remove(), isError || undo ? 10000 : 5000);
}

/** An element: h("a", { href: "/" }, "text", child…); what begins with "on" is a listener. */
export function h(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value != null) made.setAttribute(name, value);
  }
  made.append(...children.filter((c) => c != null));
  return made;
}

const clock = root.dataset.clock.split(" ").map((part) => part.split(":").map(Number));

/** A minute by the server's clock, as everywhere: 2026-11-26 12:04. */
export function moment(seconds) {
  const [, ahead] = clock.findLast(([since]) => since <= seconds) ?? clock[0];
  return new Date((seconds + ahead) * 1000).toISOString().slice(0, 16).replace("T", " ");
}

/** A value of a record as a cell shows it. */
export function shown(value) {
  if (value == null) return "";
  if (value === true) return "✓";
  if (value === false) return "";
  if (Array.isArray(value)) return value.map(shown).filter(Boolean).join("；");
  if (typeof value === "object") return Object.values(value).map(shown).filter(Boolean).join(" ");
  return String(value);
}

// A link that keeps the address's query beside the language.
for (const link of document.querySelectorAll('header a[href^="?lang="]')) {
  const query = new URLSearchParams(location.search);
  query.set("lang", link.getAttribute("href").slice(6));
  link.setAttribute("href", `?${query}`);
}
