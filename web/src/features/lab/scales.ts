/** Where a value is drawn, and the values that get a line across. */
export interface Scale {
  at: (value: number) => number;
  ticks: number[];
}

/** From `low` to `high` on a logarithmic axis between two pixels; at least one decade. */
export function logScale(low: number, high: number, from: number, to: number): Scale {
  const least = Math.max(low, 1e-6);
  let start = Math.floor(Math.log10(least) * 1.0001);
  let end = Math.ceil(Math.log10(Math.max(high, least)) * 0.9999);
  if (end <= start) end = start + 1;
  // A decade that holds next to nothing is cut at its 2 or 5.
  const bottom = [5, 2].map((step) => step * 10 ** start).find((value) => value <= least) ?? 10 ** start;
  const top = [2, 5].map((step) => step * 10 ** (end - 1)).find((value) => value >= high) ?? 10 ** end;
  start = Math.log10(bottom);
  end = Math.log10(top);
  const at = (value: number) => from + ((Math.log10(Math.max(value, bottom)) - start) / (end - start)) * (to - from);
  const ticks: number[] = [];
  for (let power = Math.floor(start); power <= end; power += 1)
    for (const step of [1, 2, 5]) {
      const tick = step * 10 ** power;
      if (tick >= bottom * 0.999 && tick <= top * 1.001) ticks.push(Number(tick.toPrecision(3)));
    }
  return { at, ticks: end - start > 2 ? ticks.filter((tick) => /^0*\.?0*1/.test(String(tick))) : ticks };
}

/** From 0 to something round above `high`. */
export function linearScale(high: number, from: number, to: number): Scale {
  const rough = (high || 1) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 2.5, 5, 10].find((one) => one * power >= rough) ?? 10) * power;
  const top = Math.ceil((high || 1) / step - 1e-9) * step;
  const ticks: number[] = [];
  for (let tick = 0; tick <= top * 1.0001; tick += step) ticks.push(Number(tick.toPrecision(6)));
  return { at: (value) => from + (value / top) * (to - from), ticks };
}

/** Moves labels apart so that none lies on another: each as near to its own height as there is room. */
export function apart(heights: readonly number[], gap: number, low: number, high: number): number[] {
  const order = heights.map((height, index) => ({ height, index })).sort((one, other) => one.height - other.height);
  // Groups of labels that touch share their middle; two that come to touch become one.
  const groups: { sum: number; items: number[] }[] = [];
  const top = ({ sum, items }: { sum: number; items: number[] }) => {
    const length = (items.length - 1) * gap;
    return Math.min(Math.max(sum / items.length - length / 2, low), high - length);
  };
  for (const { height, index } of order) {
    groups.push({ sum: height, items: [index] });
    for (;;) {
      const last = groups.at(-1);
      const before = groups.at(-2);
      if (!last || !before || top(before) + before.items.length * gap <= top(last)) break;
      groups.splice(-2, 2, { sum: before.sum + last.sum, items: [...before.items, ...last.items] });
    }
  }
  const placed = heights.map(() => 0);
  for (const group of groups) for (const [step, index] of group.items.entries()) placed[index] = top(group) + step * gap;
  return placed;
}
