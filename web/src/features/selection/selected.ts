/** Which tasks are picked: where a range began, and how far it reaches, so that the next Shift goes on from there. */
export interface Selection {
  ids: ReadonlySet<string>;
  anchor: string | null;
  reach: string | null;
}

export const nothing: Selection = { ids: new Set(), anchor: null, reach: null };

export function toggle(selection: Selection, id: string): Selection {
  const ids = new Set(selection.ids);
  if (!ids.delete(id)) ids.add(id);
  return ids.size === 0 ? nothing : { ids, anchor: id, reach: id };
}

/** From the anchor to `to`, in the order shown. What an earlier Shift took in and this one does not is let go. */
export function extend(selection: Selection, order: readonly string[], to: string): Selection {
  const anchor = selection.anchor !== null && order.includes(selection.anchor) ? selection.anchor : to;
  const ids = new Set(selection.ids);
  if (selection.reach !== null) for (const id of between(order, anchor, selection.reach)) ids.delete(id);
  for (const id of between(order, anchor, to)) ids.add(id);
  return { ids, anchor, reach: to };
}

/** Shift and an arrow: the one that was left belongs to it as well. */
export function step(selection: Selection, order: readonly string[], from: string, to: string): Selection {
  const begun = selection.reach === from && selection.ids.has(from);
  const base = begun ? selection : { ids: new Set([...selection.ids, from]), anchor: from, reach: from };
  return extend(base, order, to);
}

export const all = (order: readonly string[], extra: Selection = nothing): Selection =>
  order.length === 0 ? extra : { ids: new Set([...extra.ids, ...order]), anchor: order[0] ?? null, reach: order.at(-1) ?? null };

/** Without what is not there any more; the same object where all of it is. */
export function keep(selection: Selection, isThere: (id: string) => boolean): Selection {
  if ([...selection.ids].every(isThere)) return selection;
  const ids = new Set([...selection.ids].filter(isThere));
  if (ids.size === 0) return nothing;
  const { anchor, reach } = selection;
  return { ids, anchor: anchor !== null && isThere(anchor) ? anchor : null, reach: reach !== null && isThere(reach) ? reach : null };
}

function between(order: readonly string[], one: string, other: string): string[] {
  const [from, to] = [order.indexOf(one), order.indexOf(other)].sort((a, b) => a - b);
  return from === undefined || to === undefined || from < 0 ? [] : order.slice(from, to + 1);
}
