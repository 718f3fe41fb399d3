import type { Column } from "@/features/tasks/order";
import { Float } from "@/ui/Float";
import { IconArrowBarToDown, IconArrowBarToUp, IconArrowDown, IconArrowUp } from "@/ui/icons";
import { Picker, type Choice } from "@/ui/Picker";
import { StateRing } from "@/ui/StateRing";

import { cardAt, type Place } from "./moves";

interface Props {
  at: DOMRect;
  columns: readonly Column[];
  card: string;
  onMove: (to: Place) => void;
  onClose: () => void;
}

/** Everything dragging can do, by keyboard and thumb. */
export function MoveMenu({ at, columns, card, onMove, onClose }: Props) {
  const from = cardAt(columns, card);
  if (!from) return null;
  const last = (columns[from.column]?.tasks.length ?? 1) - 1;
  const places = new Map<string, Place>();
  const choices: Choice[] = [];

  function offer(value: string, place: Place, choice: Omit<Choice, "value">) {
    places.set(value, place);
    choices.push({ value, ...choice });
  }
  for (const [column, { state, tasks }] of columns.entries())
    if (column !== from.column)
      offer(state.id, { column, index: tasks.length }, { name: state.name, group: "Move to", icon: <StateRing category={state.category} name="" /> });
  const group = "In this column";
  const here = (index: number) => ({ column: from.column, index });
  if (from.index > 0) {
    offer("up", here(from.index - 1), { name: "Move up", group, icon: <IconArrowUp size={14} />, hint: "Alt ↑" });
    offer("top", here(0), { name: "To the top", group, icon: <IconArrowBarToUp size={14} /> });
  }
  if (from.index < last) {
    offer("down", here(from.index + 1), { name: "Move down", group, icon: <IconArrowDown size={14} />, hint: "Alt ↓" });
    offer("bottom", here(last), { name: "To the bottom", group, icon: <IconArrowBarToDown size={14} /> });
  }

  return (
    <Float open onClose={onClose} at={at} label={`Move ${from.task.human_id} to…`}>
      <Picker
        label={`Move ${from.task.human_id} to…`}
        choices={choices}
        onPick={(value) => {
          const place = places.get(value);
          if (place) onMove(place);
        }}
        onClose={onClose}
      />
    </Float>
  );
}
