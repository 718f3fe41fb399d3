import { useEffect } from "react";

// The order of whatever view lies beneath the sheet, so that j and k walk through what is seen.
let order: readonly string[] = [];

export function useWalkOrder(humanIds: readonly string[]): void {
  useEffect(() => {
    order = humanIds;
    return () => {
      if (order === humanIds) order = [];
    };
  }, [humanIds]);
}

/** The one after or before in the view; undefined at its ends, and where the task is not in it. */
export function neighbourOf(humanId: string, step: 1 | -1): string | undefined {
  const place = order.indexOf(humanId);
  return place < 0 ? order[step === 1 ? 0 : order.length - 1] : order[place + step];
}
