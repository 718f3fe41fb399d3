import type { TaskRow } from "@/api/types";
import type { Column } from "@/features/tasks/order";

/** A place on the board: a column, and how many cards stand above, the moving card not counted. */
export interface Place {
  column: number;
  index: number;
}

export function cardAt(columns: readonly Column[], id: string): (Place & { task: TaskRow }) | undefined {
  for (const [column, { tasks }] of columns.entries()) {
    const index = tasks.findIndex((task) => task.id === id);
    const task = tasks[index];
    if (task) return { column, index, task };
  }
  return undefined;
}

/** Where a dropped card goes; null where it would not move. */
export function target(
  columns: readonly Column[],
  id: string,
  over: Record<string | symbol, unknown>,
  edge: string | null,
): Place | null {
  if (typeof over.over === "string") {
    if (over.over === id) return null;
    const found = cardAt(columns, over.over);
    if (!found) return null;
    const rest = columns[found.column]?.tasks.filter((task) => task.id !== id) ?? [];
    const index = rest.findIndex((task) => task.id === over.over);
    return { column: found.column, index: edge === "bottom" ? index + 1 : index };
  }
  const column = columns.findIndex((one) => one.state.id === over.column);
  if (column < 0) return null;
  return { column, index: columns[column]?.tasks.filter((task) => task.id !== id).length ?? 0 };
}

/**
 * One step of an arrow key: the next card there (`carry` false; empty columns are passed over), or the place the card
 * itself goes to (`carry` true). Null at the edge.
 */
export function step(columns: readonly Column[], id: string, key: string, carry = false): Place | null {
  const from = cardAt(columns, id);
  if (!from) return null;
  const length = columns[from.column]?.tasks.length ?? 0;
  if (key === "ArrowUp") return from.index > 0 ? { ...from, index: from.index - 1 } : null;
  if (key === "ArrowDown") return from.index < length - 1 ? { ...from, index: from.index + 1 } : null;
  const way = key === "ArrowRight" ? 1 : -1;
  for (let column = from.column + way; column >= 0 && column < columns.length; column += way) {
    const there = columns[column]?.tasks.length ?? 0;
    if (carry) return { column, index: Math.min(from.index, there) };
    if (there > 0) return { column, index: Math.min(from.index, there - 1) };
  }
  return null;
}
