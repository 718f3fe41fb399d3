import type { BulkResult } from "@/api/types";
import { fieldWords, valueWords } from "@/features/history/fields";
import type { Names } from "@/features/history/names";

/** Why one was left alone: what somebody made of it, and what was wanted. */
export function whyWords({ detail, conflicts }: Pick<BulkResult, "detail" | "conflicts">, names: Names): string {
  const told = (conflicts ?? []).map(({ field, theirs, yours, by }) => {
    const noun = fieldWords(field);
    return `${by?.name ?? "Somebody"} set the ${noun} to ${valueWords(field, theirs, names)}. You wanted ${valueWords(field, yours, names)}.`;
  });
  return told.length > 0 ? told.join(" ") : (detail ?? "It could not be changed.");
}

export const leftWords = (count: number) => (count === 1 ? "1 task was left as it was" : `${count} tasks were left as they were`);
