/** The task beside the view it was opened from (?task=HW-42). */
export function TaskSheet({ slug: _slug, humanId }: { slug: string; humanId: string; onClose: () => void }) {
  return <div>{humanId}</div>;
}
