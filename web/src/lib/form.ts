import { useRef, useState, type FormEvent } from "react";

import { ProblemError, sentenceOf } from "./problem";

type Errors<T> = Partial<Record<keyof T, string>>;

interface Options<T extends object> {
  initial: T;
  /** Said at once, before asking the server; what the server says comes on top. */
  check?: (values: T) => Errors<T>;
  submit: (values: T) => Promise<unknown>;
  places?: Places<T>;
}

/** Where a refusal without field errors belongs: its code, or the constraint it names, to a field; with better words. */
export type Places<T> = Record<string, keyof T | { field: keyof T; words: string }>;

/** Splits a refusal into what belongs beside a field and the sentence for the whole form. */
export function placeProblem<T extends object>(
  error: unknown,
  values: T,
  places: Places<T> = {},
): { errors: Errors<T>; problem: string | null } {
  if (!(error instanceof ProblemError)) return { errors: {}, problem: sentenceOf(error) };
  const place = places[error.code] ?? places[String(error.extra.constraint)];
  if (typeof place === "object") return { errors: { [place.field]: place.words } as Errors<T>, problem: null };
  if (place !== undefined) return { errors: { [place]: sentenceOf(error) } as Errors<T>, problem: null };
  const errors: Errors<T> = {};
  let strays = error.fields.length === 0;
  for (const { field, message } of error.fields) {
    const name = Object.keys(values).find((one) => one === field || field.endsWith(`.${one}`));
    if (name) errors[name as keyof T] = message.charAt(0).toUpperCase() + message.slice(1);
    else strays = true;
  }
  return { errors, problem: strays ? sentenceOf(error) : null };
}

/** What was typed stays through every refusal; a second submit waits for the first. */
export function useForm<T extends object>({ initial, check, submit, places }: Options<T>) {
  const [values, setValues] = useState(initial);
  const [errors, setErrors] = useState<Errors<T>>({});
  const [problem, setProblem] = useState<string | null>(null);
  const [pending, setPending] = useState(false);
  const busy = useRef(false);
  const form = useRef<HTMLFormElement>(null);

  function set<K extends keyof T>(name: K, value: T[K]) {
    setValues((now) => ({ ...now, [name]: value }));
    setErrors(({ [name]: _gone, ...rest }) => rest as Errors<T>);
  }

  function show(found: Errors<T>) {
    setErrors(found);
    const first = Object.keys(found)[0];
    // After the fields have their errors, so that a screen reader hears both.
    if (first) setTimeout(() => form.current?.querySelector<HTMLElement>(`[name="${first}"]`)?.focus());
  }

  async function onSubmit(event: FormEvent) {
    event.preventDefault();
    if (busy.current) return;
    const missing = check?.(values) ?? {};
    setProblem(null);
    show(missing);
    if (Object.keys(missing).length > 0) return;
    busy.current = true;
    setPending(true);
    try {
      await submit(values);
    } catch (error) {
      const placed = placeProblem(error, values, places);
      show(placed.errors);
      setProblem(placed.problem);
    } finally {
      busy.current = false;
      setPending(false);
    }
  }

  /** For text fields. */
  function field<K extends keyof T & string>(name: K) {
    return {
      name,
      value: values[name] as string,
      error: errors[name],
      onChange: (event: { currentTarget: { value: string } }) => set(name, event.currentTarget.value as T[K]),
    };
  }

  return { values, set, setValues, errors, problem, pending, onSubmit, field, form };
}

export function required<T extends object>(values: T, words: Partial<Record<keyof T, string>>): Errors<T> {
  const missing: Errors<T> = {};
  for (const name of Object.keys(words) as (keyof T)[])
    if (String(values[name] ?? "").trim() === "") missing[name] = words[name] as string;
  return missing;
}
