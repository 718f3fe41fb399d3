import type { CSSProperties } from "react";

import { initialsOf, stableIndex } from "@/lib/text";

import classes from "./marks.module.css";

export interface Face {
  person_id: string;
  name: string;
  placeholder?: boolean;
}

const colors = ["blue", "violet", "orange", "green", "pink", "indigo", "yellow"] as const;

/** The colour that stays with a person. */
export const stableColor = (person: string) => colors[stableIndex(person, colors.length)] ?? "gray";

/** Initials on a colour that stays with the person. A placeholder (imported, without an account) is only an outline. */
export function PersonFace({ person, size = 20 }: { person: Face; size?: number }) {
  const color = stableColor(person.person_id);
  return (
    <span
      className={classes.face}
      data-placeholder={person.placeholder || undefined}
      style={{ width: size, height: size, fontSize: Math.round(size * 0.45), "--face": `var(--hw-c-${color})` } as CSSProperties}
      role="img"
      aria-label={person.name}
      title={person.name}
    >
      {initialsOf(person.name)}
    </span>
  );
}

/** At most three faces; the rest is a number. */
export function PersonStack({ people, size = 20 }: { people: readonly Face[]; size?: number }) {
  if (people.length === 0) return null;
  const shown = people.length > 3 ? people.slice(0, 2) : people;
  const rest = people.slice(shown.length);
  return (
    <span className={classes.stack}>
      {shown.map((person) => (
        <PersonFace key={person.person_id} person={person} size={size} />
      ))}
      {rest.length > 0 && (
        <span
          className={classes.face}
          data-rest
          style={{ width: size, height: size, fontSize: Math.round(size * 0.45) }}
          role="img"
          aria-label={rest.map((one) => one.name).join(", ")}
          title={rest.map((one) => one.name).join(", ")}
        >
          +{rest.length}
        </span>
      )}
    </span>
  );
}
