import { cloneElement, isValidElement, useLayoutEffect, useRef, type ReactElement, type ReactNode, type Ref } from "react";
import { createPortal } from "react-dom";

import classes from "./ui.module.css";

interface Props {
  open: boolean;
  onClose: () => void;
  /** What it hangs on: one element that takes a ref, or the rectangle of one elsewhere on the page. */
  at: ReactNode | DOMRect;
  label: string;
  width?: number | "max-content";
  /** Which corner of what it hangs on it grows from. It flips where there is no room. */
  from?: "bottom-start" | "bottom-end" | "top-start" | "top-end";
  /** What screen readers are told it is. */
  role?: "dialog" | "menu";
  children: ReactNode;
}

const GAP = 4;
const EDGE = 8;

/**
 * Something small that floats beside what it belongs to, takes the focus, and gives it back. The browser's own top layer
 * holds it, so it needs no library on the first page.
 */
export function Float({ open, at, ...panel }: Props) {
  const anchor = useRef<HTMLElement>(null);
  return (
    <>
      {isValidElement<Anchor>(at) && <Target element={at} anchor={anchor} open={open} role={panel.role} />}
      {open && createPortal(<Panel {...panel} rect={() => (at instanceof DOMRect ? at : anchor.current?.getBoundingClientRect())} />, document.body)}
    </>
  );
}

interface Anchor {
  ref?: Ref<HTMLElement>;
}

interface TargetProps {
  element: ReactElement<Anchor>;
  anchor: { current: HTMLElement | null };
  open: boolean;
  role: Props["role"];
}

function Target({ element, anchor, open, role = "dialog" }: TargetProps) {
  const own = element.props.ref;
  return cloneElement(element, {
    ref: (node: HTMLElement | null) => {
      anchor.current = node;
      if (typeof own === "function") own(node);
      else if (own) own.current = node;
    },
    "aria-haspopup": role,
    "aria-expanded": open,
  } as Anchor);
}

interface PanelProps extends Omit<Props, "open" | "at"> {
  rect: () => DOMRect | undefined;
}

function Panel({ onClose, label, width = 240, from = "bottom-start", role = "dialog", rect, children }: PanelProps) {
  const panel = useRef<HTMLDivElement>(null);
  const pressedInside = useRef(false);
  const leaving = useRef(false);
  const latest = useRef({ onClose, rect });
  useLayoutEffect(() => {
    latest.current = { onClose, rect };
  });

  useLayoutEffect(() => {
    const element = panel.current;
    if (!element) return undefined;
    const before = document.activeElement;
    leaving.current = false;
    const place = () => {
      const at = latest.current.rect();
      if (at) settle(element, at, from);
    };
    const press = (event: PointerEvent) => {
      const inside = pressedInside.current;
      pressedInside.current = false;
      // A press on what it hangs on is that button's own business: it closes by being pressed again.
      const at = latest.current.rect();
      const onAnchor = at && event.clientX >= at.left && event.clientX <= at.right && event.clientY >= at.top && event.clientY <= at.bottom;
      if (!inside && !onAnchor) latest.current.onClose();
    };
    element.showPopover?.();
    place();
    const grows = typeof ResizeObserver === "undefined" ? null : new ResizeObserver(place);
    grows?.observe(element);
    (element.querySelector<HTMLElement>("[data-autofocus]") ?? firstIn(element) ?? element).focus({ preventScroll: true });
    document.addEventListener("pointerdown", press);
    window.addEventListener("resize", place);
    window.addEventListener("scroll", place, true);
    return () => {
      grows?.disconnect();
      document.removeEventListener("pointerdown", press);
      window.removeEventListener("resize", place);
      window.removeEventListener("scroll", place, true);
      // Giving the focus back is not somebody leaving: React runs effects twice in development.
      leaving.current = true;
      const held = document.activeElement;
      element.hidePopover?.();
      if ((held === document.body || element.contains(held)) && before instanceof HTMLElement)
        before.focus({ preventScroll: true });
    };
  }, [from]);

  return (
    // Keys and presses pass through here from what it holds, also from a float opened within it.
     
    <div
      ref={panel}
      popover="manual"
      role={role}
      aria-label={label}
      tabIndex={-1}
      data-float
      className={classes.float}
      style={{ width }}
      onPointerDownCapture={() => (pressedInside.current = true)}
      onKeyDown={(event) => {
        // Keys pressed in here are not the page's.
        event.stopPropagation();
        if (event.key !== "Escape" || event.defaultPrevented) return;
        event.preventDefault();
        onClose();
      }}
      onBlur={(event) => {
        const to = event.relatedTarget;
        if (!leaving.current && to instanceof Element && !to.closest("[data-float]")) onClose();
      }}
    >
      {children}
    </div>
  );
}

function firstIn(element: HTMLElement): HTMLElement | null {
  return element.querySelector<HTMLElement>("button:not(:disabled), a[href], input, textarea, [tabindex='0']");
}

/** Beside the anchor, on the wished side if it fits there, within the window, scrolling inside if it must. */
function settle(element: HTMLElement, at: DOMRect, from: NonNullable<Props["from"]>): void {
  element.style.maxHeight = "none";
  const height = element.scrollHeight + 2;
  const below = innerHeight - at.bottom - GAP - EDGE;
  const above = at.top - GAP - EDGE;
  const down = from.startsWith("bottom") ? height <= below || below >= above : height > above && below > above;
  const room = Math.max(120, down ? below : above);
  const shown = Math.min(height, room);
  const start = from.endsWith("start") ? at.left : at.right - element.offsetWidth;
  element.style.maxHeight = `${room}px`;
  element.style.left = `${Math.max(EDGE, Math.min(start, innerWidth - element.offsetWidth - EDGE))}px`;
  element.style.top = `${Math.max(EDGE, down ? at.bottom + GAP : at.top - GAP - shown)}px`;
}
