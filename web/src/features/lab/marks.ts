/** Each stack's own colour and shape, so that lines are told apart without colour too. */
interface Mark {
  color: string;
  /** A path around 0,0 that fits into 10 × 10. */
  shape: string;
}

const shapes = {
  circle: "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0Z",
  square: "M-3.5 -3.5h7v7h-7Z",
  diamond: "M0 -5L5 0L0 5L-5 0Z",
  triangle: "M0 -4.8L4.6 3.4H-4.6Z",
  flipped: "M0 4.8L4.6 -3.4H-4.6Z",
  star: "M0 -5.4L1.5 -1.7L5.1 -1.7L2.3 .8L3.3 4.5L0 2.3L-3.3 4.5L-2.3 .8L-5.1 -1.7L-1.5 -1.7Z",
  bar: "M-5 -2h10v4h-10Z",
  plus: "M-1.6 -4.8h3.2v3.2h3.2v3.2h-3.2v3.2h-3.2v-3.2h-3.2v-3.2h3.2Z",
} as const;

const marks: Record<string, Mark> = {
  blocking: { color: "var(--hw-c-red)", shape: shapes.square },
  threadpool: { color: "var(--hw-c-orange)", shape: shapes.flipped },
  fair: { color: "var(--hw-c-yellow)", shape: shapes.triangle },
  "async-psycopg": { color: "var(--hw-c-blue)", shape: shapes.diamond },
  "async-asyncpg": { color: "var(--hw-c-violet)", shape: shapes.circle },
  headway: { color: "var(--hw-c-teal)", shape: shapes.star },
  "headway-shared": { color: "var(--hw-c-pink)", shape: shapes.plus },
  floor: { color: "var(--hw-c-gray)", shape: shapes.bar },
};

export const markOf = (stack: string): Mark => marks[stack] ?? { color: "var(--hw-c-green)", shape: shapes.circle };
