// What is doubtful in a return, and in which order a person looks at it.  Nothing here touches the page.

const isRead = (p) => (p.kind === "reading" || p.kind === "proof") && p.path;

/** What is looked at first, with what it is called. */
export const RANKS = [
  { is: (p) => isRead(p) && p.severity === "error", zh: "读不出来的", en: "Cannot be read" },
  { is: isRead, zh: "拿不准的", en: "Doubtful" },
  { is: (p) => p.kind === "answers", zh: "没有填的", en: "Not answered" },
  { is: (p) => p.kind === "rules" && p.severity === "error", zh: "规则不符", en: "Rules that are broken" },
  { is: (p) => p.kind === "rules", zh: "规则提醒", en: "Rules that warn" },
  { is: () => true, zh: "原表文字和表外文字", en: "Words of the form, and beside it" },
];

/** How soon a problem is to be looked at: 0 is first. */
export const rank = (problem) => RANKS.findIndex((r) => r.is(problem));

/** The field that a path is in: 清单 of 清单[2].数量. */
export function fieldOf(path, fields) {
  if (fields.some((f) => f.path === path)) return path;
  const outer = path.split("[")[0];
  return fields.some((f) => f.path === outer) ? outer : "";
}

/** The problems in groups, one for each field, one for each that is of no field and explained by no other; the most urgent first. */
export function groups(problems, fields) {
  const order = new Map(fields.map((f, n) => [f.path, n]));
  const found = new Map();
  for (const problem of problems) {
    const path = fieldOf(problem.path, fields);
    if (!path && problem.within) continue;
    const key = path || problem.id;
    if (!found.has(key)) found.set(key, { key, path, problems: [] });
    found.get(key).problems.push(problem);
  }
  const listed = [...found.values()].map((g) => ({ ...g, rank: Math.min(...g.problems.map(rank)) }));
  const at = (g) => (g.path ? order.get(g.path) : fields.length);
  return listed.sort((a, b) => a.rank - b.rank || at(a) - at(b));
}

/** Those groups that a person still has to look at. */
export const open = (listed) => listed.filter((g) => g.problems.some((p) => p.is_open));

/** The group before (-1) or after (1) the one with this key among those that are open; undefined at the end. */
export function beside(listed, key, step) {
  const at = listed.findIndex((g) => g.key === key);
  const rest = step > 0 ? listed.slice(at + 1) : listed.slice(0, Math.max(at, 0)).reverse();
  return rest.find((g) => g.problems.some((p) => p.is_open));
}

/** What is certain, doubtful, corrected or confirmed about a field: { name, sign, tone, who }. */
export function standing(field, problems, state, value) {
  const correction = state.corrections.findLast((c) => !c.undone_by && within(c.path, field.path));
  const told = problems.filter((p) => p.is_open);
  if (told.some((p) => p.kind === "rules" && p.severity === "error")) return { name: "rule", sign: "✖", tone: "bad" };
  if (told.some((p) => p.code === "unanswered")) return { name: "missing", sign: "○", tone: "bad" };
  if (told.some((p) => p.severity === "error")) return { name: "wrong", sign: "✖", tone: "bad" };
  if (told.length) return { name: "doubt", sign: "?", tone: "doubt" };
  if (correction) return { name: "corrected", sign: "✎", tone: "good", who: correction.made_by };
  const confirmed = state.confirmed[field.path] ?? problems.map((p) => state.confirmed[p.id]).find(Boolean);
  if (confirmed) return { name: "confirmed", sign: "✔", tone: "good", who: confirmed.made_by };
  const isEmpty = value == null || (Array.isArray(value) && !value.length);
  return isEmpty ? { name: "empty", sign: "○", tone: "" } : { name: "certain", sign: "●", tone: "" };
}

const within = (path, field) => path === field || path.startsWith(`${field}[`) || path.startsWith(`${field}.`);

/** The value of a record at a dotted path. */
export const valueAt = (record, path) =>
  [...path.matchAll(/([^.[\]]+)|\[(\d+)\]/g)].reduce((node, [, name, number]) => node?.[name ?? Number(number)], record) ?? null;
