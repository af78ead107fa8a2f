// Places in a drawn document: number of a paragraph and offsets in its text, counted in code points as the engine does.
// A paragraph is [data-p], its text stands in [data-s]; what is in [data-beside] has no offset.

/** How many code points a string has. */
export const length = (text) => [...text].length;

/** The place of a point in the document: { paragraph, offset }; null outside of any paragraph. */
export function placeOf(node, offset) {
  const element = node.nodeType === Node.TEXT_NODE ? node.parentElement : node;
  const paragraph = element?.closest("[data-p]");
  if (!paragraph) return null;
  const point = document.createRange();
  point.setStart(paragraph, 0);
  point.setEnd(node, offset);
  return { paragraph: Number(paragraph.dataset.p), offset: length(addressed(point)) };
}

/** The addressed text inside a range of one paragraph. */
function addressed(range) {
  let text = "";
  for (const node of textNodes(range.commonAncestorContainer)) {
    if (!range.intersectsNode(node)) continue;
    const from = node === range.startContainer ? range.startOffset : 0;
    const to = node === range.endContainer ? range.endOffset : node.length;
    text += node.data.slice(from, to);
  }
  return text;
}

/** The text nodes with an address, in order. */
function* textNodes(root) {
  if (root.nodeType === Node.TEXT_NODE) {
    if (root.parentElement.closest("[data-s]")) yield root;
    return;
  }
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) if (walker.currentNode.parentElement.closest("[data-s]")) yield walker.currentNode;
}

/** What is marked in a document: { spans: [{ paragraph, start, end }], text }; null where nothing is. */
export function marked(root) {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  if (!root.contains(range.startContainer) || !root.contains(range.endContainer)) return null;
  const spans = [];
  const lines = [];
  for (const paragraph of root.querySelectorAll("[data-p]")) {
    if (!range.intersectsNode(paragraph)) continue;
    const whole = [...textNodes(paragraph)].map((n) => n.data).join("");
    const start = paragraph.contains(range.startContainer) ? placeOf(range.startContainer, range.startOffset).offset : 0;
    const end = paragraph.contains(range.endContainer) ? placeOf(range.endContainer, range.endOffset).offset : length(whole);
    if (start >= end) continue;
    spans.push({ paragraph: Number(paragraph.dataset.p), start, end });
    lines.push([...whole].slice(start, end).join(""));
  }
  return spans.length ? { spans, text: lines.join("\n") } : null;
}

/** The range of some characters of a paragraph; null where they are not there. */
export function rangeOf(root, number, start, end) {
  const paragraph = root.querySelector(`[data-p="${number}"]`);
  if (!paragraph) return null;
  const range = document.createRange();
  let at = 0;
  let hasStart = false;
  for (const node of textNodes(paragraph)) {
    const characters = [...node.data];
    if (!hasStart && start <= at + characters.length) {
      range.setStart(node, characters.slice(0, start - at).join("").length);
      hasStart = true;
    }
    if (hasStart && end <= at + characters.length) {
      range.setEnd(node, characters.slice(0, end - at).join("").length);
      return range;
    }
    at += characters.length;
  }
  return null;
}
