/** What a sentence is made of: plain words, values that stand out, and things that one can open. */
export type Part = string | { value: string } | { thing: string; title?: string; task?: string };
export type Words = readonly Part[];

/** A sentence with parts in it: words`moved ${thing} to ${{ value: "Done" }}`. */
export function words(texts: TemplateStringsArray, ...parts: (Part | Words)[]): Words {
  return texts.flatMap((text, place) => {
    const part = parts[place];
    const own: Part[] = text === "" ? [] : [text];
    if (part === undefined || part === "") return own;
    return [...own, ...(isWords(part) ? part : [part])];
  });
}

const isWords = (part: Part | Words): part is Words => Array.isArray(part);

/** The same for ears, tooltips and tests. */
export const plainOf = (sentence: Words): string =>
  sentence
    .map((part) => {
      if (typeof part === "string") return part;
      if ("value" in part) return part.value;
      return part.title ? `${part.thing} ${part.title}` : part.thing;
    })
    .join("");

/** "a, b and c". */
export function listed(sentences: readonly Words[]): Words {
  return sentences.flatMap((one, place) => {
    if (place === 0) return one;
    return [place === sentences.length - 1 ? " and " : ", ", ...one];
  });
}
