import { PersonStack, stableColor, type Face } from "@/ui/People";

import { useFirstOn, useHere, useOthers, useOthersOn } from "./here";
import classes from "./presence.module.css";
import { hereWords, typingWords } from "./words";

type People = ReadonlyMap<string, Face>;

const known = (person: People, ids: readonly string[]): Face[] => ids.map((id) => person.get(id)).filter((one) => one !== undefined);

/** By the light: who else looks at this project. It also says that I do. */
export function HereStack({ topic, person }: { topic: string; person: People }) {
  useHere(topic, null);
  const people = known(person, useOthers(topic).map((one) => one.person_id));
  return <Faces people={people} what="this project" size={20} />;
}

/** In the sheet's corner: who else has this task open. It also says that I have. */
export function HereOn({ topic, task, person }: { topic: string; task: string; person: People }) {
  useHere(topic, task);
  return <Faces people={known(person, useOthersOn(topic, task).here)} what="this task" size={22} />;
}

function Faces({ people, what, size }: { people: Face[]; what: string; size: number }) {
  if (people.length === 0) return null;
  const words = hereWords(people.map((one) => one.name), what);
  return (
    <span className={classes.here} role="group" aria-label={words} title={words}>
      <PersonStack people={people} size={size} />
    </span>
  );
}

/** Under what is being written in: "Ben is typing…". The line's place is kept, so that nothing jumps. */
export function TypingLine({ topic, task, person }: { topic: string; task: string; person: People }) {
  const words = typingWords(known(person, useOthersOn(topic, task).typing).map((one) => one.name));
  return (
    <p className={classes.typing} aria-live="polite">
      {words && (
        <>
          <span className={classes.dots} aria-hidden>
            <i />
            <i />
            <i />
          </span>
          {words}
        </>
      )}
    </p>
  );
}

/** A thin mark, in their colour, on the card or line that somebody else has open. */
export function OpenMark({ topic, task, person }: { topic: string; task: string; person: People }) {
  const id = useFirstOn(topic, task);
  const who = id === undefined ? undefined : person.get(id);
  if (!who) return null;
  const words = hereWords([who.name], "this task");
  return (
    <span className={classes.openMark} style={{ background: `var(--hw-c-${stableColor(who.person_id)})` }} title={words}>
      <span className="hw-hidden">{words}</span>
    </span>
  );
}
