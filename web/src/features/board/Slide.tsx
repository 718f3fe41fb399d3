import { Component, type ReactNode, type RefObject } from "react";

const MOST = 40;
const timing: KeyframeAnimationOptions = { duration: 160, easing: "cubic-bezier(0.2, 0.7, 0.3, 1)" };

interface Props {
  root: RefObject<HTMLElement | null>;
  /** Cards slide when this has changed, and only then. */
  of: unknown;
  /** The card that I have just put somewhere: it is where my hand left it. */
  still: RefObject<string | null>;
  children: ReactNode;
}

type Places = Map<string, DOMRect>;

/**
 * Slides cards from where they were to where they are. A class, for only a class is asked right before the page
 * changes (getSnapshotBeforeUpdate); places kept from an earlier render would be wrong after any scrolling.
 */
export class Slide extends Component<Props> {
  override getSnapshotBeforeUpdate(before: Props): Places | null {
    return before.of === this.props.of ? null : this.places();
  }

  override componentDidUpdate(_props: Props, _state: unknown, before: Places | null): void {
    if (!before || before.size === 0 || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    const moves: [string, Keyframe[]][] = [];
    for (const [id, now] of this.places()) {
      if (id === this.props.still.current) continue;
      const was = before.get(id);
      if (was && was.x === now.x && was.y === now.y) continue;
      const from = was ? { transform: `translate(${was.x - now.x}px, ${was.y - now.y}px)` } : { opacity: 0 };
      moves.push([id, [from, was ? { transform: "none" } : { opacity: 1 }]]);
    }
    this.props.still.current = null;
    // So many at once are another filter or another project, not somebody's move.
    if (moves.length > MOST) return;
    for (const [id, frames] of moves) this.slotOf(id)?.animate(frames, timing);
  }

  private slotOf(id: string): HTMLElement | null {
    return this.props.root.current?.querySelector<HTMLElement>(`[data-slot="${id}"]`) ?? null;
  }

  /** Only what is in sight: the rest needs no explaining, and a thousand cards take long to ask. */
  private places(): Places {
    const found: Places = new Map();
    for (const list of this.props.root.current?.querySelectorAll("[data-cards]") ?? []) {
      const slots = list.children;
      for (let place = firstInSight(slots); place < slots.length; place += 1) {
        const slot = slots[place] as HTMLElement;
        const where = slot.getBoundingClientRect();
        if (where.top > innerHeight) break;
        if (slot.dataset.slot) found.set(slot.dataset.slot, where);
      }
    }
    return found;
  }

  override render(): ReactNode {
    return this.props.children;
  }
}

/** The first of a column's cards, which stand in order, that reaches below the top of the window. */
function firstInSight(slots: HTMLCollection): number {
  let [low, high] = [0, slots.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((slots[middle]?.getBoundingClientRect().bottom ?? 0) > 0) high = middle;
    else low = middle + 1;
  }
  return low;
}
