import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";

import { useWorkspace } from "@/features/workspaces/api";
import { ErrorFace, MissingFace } from "@/ui/Faces";
import { Header } from "@/ui/Header";
import { SettingsPage } from "@/ui/Settings";
import { RowsSkeleton } from "@/ui/Skeletons";

import { boardQuery, useProject } from "./api";
import { DeleteSection } from "./DeleteSection";
import { GeneralSection } from "./GeneralSection";
import { LabelsSection } from "./LabelsSection";
import { PeopleSection } from "./PeopleSection";
import classes from "./projects.module.css";
import { StatesSection } from "./StatesSection";

const route = getRouteApi("/w/$slug/p/$key/settings");

export function ProjectSettings() {
  const { slug, key } = route.useParams();
  const workspace = useWorkspace(slug);
  const { project, error, missing } = useProject(workspace?.id ?? "", key);
  const board = useQuery({ ...boardQuery(project?.id ?? ""), enabled: project !== undefined });
  if (error) return <ErrorFace error={error} />;
  if (missing) return <MissingFace what="This project" />;
  if (!workspace || !project) return <RowsSkeleton />;
  const manages = project.role === "admin";
  return (
    <>
      <title>{`Settings of ${project.name} · Headway`}</title>
      <Header
        title={
          <span className={classes.crumbs}>
            <Link to="/w/$slug/p/$key" params={{ slug, key }} className={classes.crumb}>
              {project.name}
            </Link>
            <span aria-hidden>/</span>
            <span>Settings</span>
          </span>
        }
      />
      <SettingsPage>
        <GeneralSection key={project.id} project={project} manages={manages} />
        <PeopleSection workspace={workspace} project={project} manages={manages} />
        {board.isPending && <RowsSkeleton rows={5} />}
        {board.isError && <ErrorFace error={board.error} retry={() => void board.refetch()} />}
        {board.data && <StatesSection board={board.data} manages={manages} />}
        {board.data && <LabelsSection board={board.data} manages={project.role === "admin"} />}
        {manages && <DeleteSection slug={slug} project={project} />}
      </SettingsPage>
    </>
  );
}
