import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState } from "react";

import type { ProjectOut } from "@/api/types";
import { DeletedProjects } from "@/features/trash/DeletedProjects";
import { useWorkspace } from "@/features/workspaces/api";
import { useAction } from "@/lib/actions";
import { EmptyFace, ErrorFace } from "@/ui/Faces";
import { Header } from "@/ui/Header";
import { IconLayoutKanban, IconLock, IconPlus } from "@/ui/icons";
import { RowsSkeleton } from "@/ui/Skeletons";

import { projectsQuery } from "./api";
import { NewProject } from "./NewProject";
import classes from "./projects.module.css";

const route = getRouteApi("/w/$slug/");

export function ProjectsScreen() {
  const { slug } = route.useParams();
  const workspace = useWorkspace(slug);
  const [creating, setCreating] = useState(false);
  const projects = useQuery({ ...projectsQuery(workspace?.id ?? ""), enabled: workspace !== undefined });
  const mayCreate = workspace !== undefined && workspace.role !== "viewer";
  useAction({
    id: "project.create",
    title: "New project",
    group: "Create",
    keys: "n",
    enabled: mayCreate,
    run: () => setCreating(true),
  });
  if (!workspace) return null;

  const button = (
    <Button leftSection={<IconPlus size={15} />} onClick={() => setCreating(true)}>
      New project
    </Button>
  );
  return (
    <>
      <Header title="Projects">{mayCreate && projects.data && projects.data.projects.length > 0 && button}</Header>
      <div className={classes.list}>
        {projects.isPending && <RowsSkeleton rows={5} />}
        {projects.isError && <ErrorFace error={projects.error} retry={() => void projects.refetch()} />}
        {projects.data?.projects.length === 0 && (
          <EmptyFace
            title="No projects yet"
            icon={<IconLayoutKanban size={28} stroke={1.5} />}
            action={mayCreate && button}
          >
            A project is a board of tasks with its own key, such as HW-42.
          </EmptyFace>
        )}
        {projects.data && projects.data.projects.length > 0 && (
          <ul className={classes.rows}>
            {projects.data.projects.map((project) => (
              <ProjectRow key={project.id} slug={slug} project={project} />
            ))}
          </ul>
        )}
        {projects.data && <DeletedProjects workspace={workspace} />}
      </div>
      <NewProject
        workspace={workspace}
        taken={projects.data?.projects.map((one) => one.key) ?? []}
        open={creating}
        onClose={() => setCreating(false)}
      />
    </>
  );
}

function ProjectRow({ slug, project }: { slug: string; project: ProjectOut }) {
  return (
    <li>
      <Link to="/w/$slug/p/$key" params={{ slug, key: project.key }} className={classes.row}>
        <span className={classes.key}>{project.key}</span>
        <span className={classes.words}>
          <span className={classes.name}>
            {project.name}
            {project.visibility === "private" && (
              <IconLock size={13} className={classes.lock} aria-label="Private" />
            )}
          </span>
          {project.description && <span className={classes.description}>{project.description}</span>}
        </span>
      </Link>
    </li>
  );
}
