/** The words people see for the wire's values, in one place. */
export type Category = "backlog" | "todo" | "doing" | "done" | "cancelled";

export const categories: readonly Category[] = ["backlog", "todo", "doing", "done", "cancelled"];

export const categoryWords: Record<Category, string> = {
  backlog: "Backlog",
  todo: "To do",
  doing: "In progress",
  done: "Done",
  cancelled: "Cancelled",
};

export const priorityWords = ["No priority", "Low", "Medium", "High", "Urgent"] as const;

export const labelColors = [
  "gray", "red", "orange", "yellow", "green", "teal", "blue", "indigo", "violet", "pink",
] as const;

export const workspaceRoleWords = {
  owner: { name: "Owner", can: "Everything, and can make other owners" },
  admin: { name: "Admin", can: "Manage people, projects and settings" },
  member: { name: "Member", can: "Work in projects and create new ones" },
  viewer: { name: "Viewer", can: "Look, but change nothing" },
} as const;

export const projectRoleWords = {
  admin: { name: "Admin", can: "Change the project and its people" },
  member: { name: "Member", can: "Create and change tasks" },
  commenter: { name: "Commenter", can: "Comment on tasks" },
  viewer: { name: "Viewer", can: "Look, but change nothing" },
} as const;
