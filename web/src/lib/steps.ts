/** A small step of a task that needs no task of its own. */
export interface Step {
  id: string;
  text: string;
  done: boolean;
}

/** What PATCH takes. The rest of the list stays, whoever else changes it meanwhile. */
export interface ChecklistChange {
  add?: { id: string; text: string; done?: boolean; after_id?: string }[];
  change?: { id: string; text?: string; done?: boolean; after_id?: string | null }[];
  remove?: string[];
}

/** The list as the server will leave it. */
export function changedSteps(steps: readonly Step[], { add = [], change = [], remove = [] }: ChecklistChange): Step[] {
  let left = steps.map((step) => ({ ...step }));
  for (const { id, text, done = false, after_id } of add)
    if (!left.some((step) => step.id === id)) left = placed(left, { id, text, done }, after_id ?? left.at(-1)?.id ?? null);
  for (const { id, after_id, ...fields } of change) {
    const step = left.find((one) => one.id === id);
    if (!step) continue;
    Object.assign(step, fields);
    if (after_id !== undefined && after_id !== id) left = placed(left.filter((one) => one !== step), step, after_id);
  }
  return left.filter((step) => !remove.includes(step.id));
}

/** Behind another step, first for null, last where that one is gone. */
function placed(steps: readonly Step[], step: Step, after: string | null): Step[] {
  const place = after === null ? 0 : steps.findIndex((one) => one.id === after) + 1;
  return steps.toSpliced(after !== null && place === 0 ? steps.length : place, 0, step);
}

/** How a step moves by one place; null at the end of the list. */
export function movedBy(steps: readonly Step[], id: string, way: 1 | -1): ChecklistChange | null {
  const from = steps.findIndex((step) => step.id === id);
  const to = from + way;
  if (from < 0 || to < 0 || to >= steps.length) return null;
  const after = way === 1 ? steps[to] : steps[to - 1];
  return { change: [{ id, after_id: after?.id ?? null }] };
}

/** What somebody did to a list, in words; the list itself where it was more than one thing. */
export function stepsChanged(before: readonly Step[], after: readonly Step[]): { verb: string; text: string } | null {
  const was = new Map(before.map((step) => [step.id, step]));
  const is = new Set(after.map((step) => step.id));
  const told = [
    ...after.filter((step) => !was.has(step.id)).map((step) => ({ verb: "added the step", text: step.text })),
    ...before.filter((step) => !is.has(step.id)).map((step) => ({ verb: "removed the step", text: step.text })),
    ...after.flatMap((step) => {
      const old = was.get(step.id);
      if (!old || (old.done === step.done && old.text === step.text)) return [];
      if (old.text !== step.text) return [{ verb: "changed the step", text: step.text }];
      return [{ verb: step.done ? "ticked" : "unticked", text: step.text }];
    }),
  ];
  return told.length === 1 ? (told[0] ?? null) : null;
}
