import { ActionIcon } from "@mantine/core";
import { useState } from "react";

import type { Category } from "@/api/types";
import { categories, categoryWords } from "@/lib/words";
import { Float } from "@/ui/Float";
import { Item, Items } from "@/ui/Items";
import { StateRing } from "@/ui/StateRing";

interface Props {
  category: Category;
  label: string;
  onChange: (category: Category) => void;
}

/** The ring is the button. */
export function CategorySelect({ category, label, onChange }: Props) {
  const [open, setOpen] = useState(false);

  function pick(next: Category) {
    setOpen(false);
    if (next !== category) onChange(next);
  }

  return (
    <Float
      open={open}
      onClose={() => setOpen(false)}
      role="menu"
      label={label}
      width={160}
      at={
        <ActionIcon
          aria-label={`${label}: ${categoryWords[category]}`}
          title={categoryWords[category]}
          onClick={() => setOpen(!open)}
        >
          <StateRing category={category} size={16} />
        </ActionIcon>
      }
    >
      <Items>
        {categories.map((one) => (
          <Item key={one} icon={<StateRing category={one} />} name={categoryWords[one]} onClick={() => pick(one)} />
        ))}
      </Items>
    </Float>
  );
}
