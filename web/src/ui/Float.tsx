import { Popover } from "@mantine/core";
import type { ReactNode } from "react";

interface Props {
  open: boolean;
  onClose: () => void;
  /** What it hangs on: one element that takes a ref, or the rectangle of one elsewhere on the page. */
  at: ReactNode | DOMRect;
  label: string;
  width?: number | "max-content";
  children: ReactNode;
}

/** Something small that floats beside what it belongs to, takes the focus, and gives it back. */
export function Float({ open, onClose, at, label, width = 240, children }: Props) {
  return (
    <Popover
      opened={open}
      onChange={(shown) => !shown && onClose()}
      position="bottom-start"
      offset={4}
      width={width}
      shadow="md"
      trapFocus
      returnFocus
      transitionProps={{ duration: 100 }}
    >
      <Popover.Target>
        {at instanceof DOMRect ? (
          <span
            style={{ position: "fixed", left: at.x, top: at.y, width: at.width, height: at.height, pointerEvents: "none" }}
          />
        ) : (
          at
        )}
      </Popover.Target>
      <Popover.Dropdown
        p={0}
        aria-label={label}
        onKeyDown={(event) => {
          // Keys pressed in here are not the page's.
          if (event.key === "Escape") event.preventDefault();
          event.stopPropagation();
        }}
      >
        {children}
      </Popover.Dropdown>
    </Popover>
  );
}
