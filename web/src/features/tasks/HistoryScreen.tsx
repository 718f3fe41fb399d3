import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";

import type { HistoryFilter } from "@/features/history/api";
import { HistoryFeed } from "@/features/history/HistoryFeed";
import { ErrorFace, MissingFace } from "@/ui/Faces";
import { RowsSkeleton } from "@/ui/Skeletons";

import { GoneFace } from "./GoneFace";
import { useGround } from "./project";
import { FilterMenu, ProjectHeader } from "./ProjectHeader";
import { peopleChoices } from "./TaskMenu";
import classes from "./tasks.module.css";

const route = getRouteApi("/w/$slug/p/$key/history");

const kinds = [
  { value: "task", name: "Tasks" },
  { value: "comment", name: "Comments" },
  { value: "state", name: "States" },
  { value: "label", name: "Labels" },
  { value: "member", name: "Members" },
  { value: "project", name: "The project" },
];

/** What happened in a project. Whose changes, and to what, stands in the address. */
export function HistoryScreen() {
  const { slug, key } = route.useParams();
  const { by, noun, change } = route.useSearch();
  const navigate = useNavigate();
  const { ground, project, missing, gone, error, retry } = useGround(slug, key);
  const filter = useMemo<HistoryFilter>(() => ({ by, noun }), [by, noun]);

  function set(next: { by?: string | undefined; noun?: string | undefined; change?: string | undefined }, replace = true) {
    void navigate({ to: ".", search: (search: object) => ({ ...search, ...next }) as never, replace });
  }

  if (gone) return <GoneFace slug={slug} />;
  if (missing) return <MissingFace what="This project" />;
  return (
    <>
      <ProjectHeader slug={slug} projectKey={key} name={project?.name ?? key} ground={ground} filter={null}>
        {ground && (
          <div className={classes.filters} role="search" aria-label="Filter">
            <FilterMenu name="Person" value={by} choices={peopleChoices(ground, ground.people.map((one) => one.person_id))} several={false} onChange={(person) => set({ by: person })} />
            <FilterMenu name="Kind" value={noun} choices={kinds} several={false} onChange={(kind) => set({ noun: kind })} />
          </div>
        )}
      </ProjectHeader>
      {error ? (
        <ErrorFace error={error} retry={retry} />
      ) : ground ? (
        <HistoryFeed
          key={`${ground.project.id} ${by ?? ""} ${noun ?? ""}`}
          project={ground.project.id}
          known={ground}
          me={ground.me}
          mayUndo={ground.mayEdit}
          filter={filter}
          opened={change}
          onOpen={(one) => set({ change: one }, one === undefined)}
          onClear={() => set({ by: undefined, noun: undefined })}
        />
      ) : (
        <RowsSkeleton rows={14} />
      )}
    </>
  );
}
