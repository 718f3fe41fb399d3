import type { CompletionsOut } from "@/api/types";

/** How many characters the server counts up to a place in a text: it knows no halves of surrogate pairs. */
export const characters = (text: string, place: number): number => Array.from(text.slice(0, place)).length;

/** Up to the mistake, the mistake, and the rest; a mistake at the end is a space to be filled. */
export function marked(text: string, at: number, end: number): [string, string, string] {
  const all = Array.from(text);
  return [all.slice(0, at).join(""), all.slice(at, end).join("") || " ", all.slice(end).join("")];
}

/** The text with a completion put in its place, and where the cursor goes. A field waits for its value, the rest is done. */
export function completed(text: string, place: CompletionsOut, item: CompletionsOut["items"][number]): [string, number] {
  const all = Array.from(text);
  const before = all.slice(0, place.begins).join("");
  const after = all.slice(place.ends).join("");
  const isValue = /[:<>=,]$/.test(before);
  const written = before + item.text + (isValue && !/^[\s,)]/.test(after) ? " " : "");
  return [written + after, written.length];
}
