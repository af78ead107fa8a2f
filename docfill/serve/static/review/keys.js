// Keys: one letter each, wherever no text is being typed; they can be switched off.

const KEYS = {
  j: "next", k: "previous", e: "edit", c: "confirm", z: "undo", m: "remark", n: "file", v: "take", y: "right", r: "wrong",
};
const CODES = { Slash: "find" };

/** Which action a key means; a Chinese input method says "Process" and tells the place of the key only. */
export function actionOf(event, keys = KEYS) {
  if (event.key === "Escape") return "back";
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  if (event.key === "?" || event.key === "？" || (event.code === "Slash" && event.shiftKey)) return "help";
  if (event.key === "/" || event.key === "、") return "find";
  if (event.key === "Enter") return "accept";
  const letter = event.code?.startsWith("Key") ? event.code.slice(3).toLowerCase() : event.key.toLowerCase();
  return keys[letter] ?? CODES[event.code] ?? null;
}

const isTyping = (element) => element.matches("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");

/** Does what keys mean; `switched` is the checkbox that lets letters be keys, `keys` what they are. */
export function onKeys(does, switched, keys = KEYS) {
  try { switched.checked = localStorage.getItem("review.keys") !== "off"; } catch { /* as it is */ }
  switched.addEventListener("change", () => { try { localStorage.setItem("review.keys", switched.checked ? "on" : "off"); } catch { /* not kept */ } });
  addEventListener("keydown", (event) => {
    const action = actionOf(event, keys);
    if (!does[action] || event.repeat && action !== "next" && action !== "previous") return;
    if (document.querySelector("dialog[open]")) return;
    const target = event.target instanceof Element ? event.target : document.body;
    if (action === "back") { does.back(); return; }
    if (isTyping(target) || target.closest("form.editor")) return;
    if (!switched.checked && action !== "accept") return;
    if (action === "accept" && target.matches("a, button:not(.pick), summary, input")) return;
    event.preventDefault();
    does[action]();
  });
}
