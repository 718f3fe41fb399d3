import type { FoundTask } from "@/api/types";

export interface Group {
  name: string;
  tone?: "danger";
  tasks: FoundTask[];
}

/** What is late, what is for today, what comes, and what has no date; empty groups are left out. */
export function groupsOf(tasks: readonly FoundTask[], today: string): Group[] {
  const inOrder = tasks.toSorted(
    (one, other) =>
      (one.due_on ?? "9999").localeCompare(other.due_on ?? "9999") ||
      other.priority - one.priority ||
      one.human_id.localeCompare(other.human_id, undefined, { numeric: true }),
  );
  const dated = inOrder.filter((task) => task.due_on);
  const groups: Group[] = [
    { name: "Overdue", tone: "danger", tasks: dated.filter((task) => String(task.due_on) < today) },
    { name: "Today", tasks: dated.filter((task) => task.due_on === today) },
    { name: "Upcoming", tasks: dated.filter((task) => String(task.due_on) > today) },
    { name: "No date", tasks: inOrder.filter((task) => !task.due_on) },
  ];
  return groups.filter((group) => group.tasks.length > 0);
}
