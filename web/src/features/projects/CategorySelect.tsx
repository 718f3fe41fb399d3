import { ActionIcon, Menu, Tooltip } from "@mantine/core";

import type { Category } from "@/api/types";
import { categories, categoryWords } from "@/lib/words";
import { StateRing } from "@/ui/StateRing";

interface Props {
  category: Category;
  label: string;
  onChange: (category: Category) => void;
}

/** The ring is the button. */
export function CategorySelect({ category, label, onChange }: Props) {
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <Tooltip label={categoryWords[category]}>
          <ActionIcon aria-label={`${label}: ${categoryWords[category]}`}>
            <StateRing category={category} size={16} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        {categories.map((one) => (
          <Menu.Item key={one} leftSection={<StateRing category={one} />} onClick={() => one !== category && onChange(one)}>
            {categoryWords[one]}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
