import { useMediaQuery } from "@mantine/hooks";
import { useQueryClient } from "@tanstack/react-query";

import type { PersonOut } from "@/api/types";
import { Comments } from "@/features/comments/Comments";
import { taskHistory } from "@/features/history/api";
import { ThingHistory } from "@/features/history/ThingHistory";
import { agoWords, momentWords } from "@/lib/dates";
import { isConflictProblem } from "@/lib/problem";
import type { KeptTask } from "@/live/apply";
import { Delayed } from "@/ui/Skeletons";
import { toastError } from "@/ui/toast";

import { changeTask, restoreTask } from "./actions";
import type { TaskChange } from "./api";
import { Checklist } from "./Checklist";
import { TaskConflicts } from "./ConflictPanel";
import { Description } from "./Description";
import type { Ground } from "./project";
import { Properties } from "./Properties";
import { Relations } from "./Relations";
import classes from "./sheet.module.css";
import { SubTasks } from "./SubTasks";
import { TitleField } from "./TitleField";

interface Props {
  ground: Ground;
  task: KeptTask;
  partial: boolean;
  /** Properties beside the text, where there is room. */
  wide?: boolean;
  onOpen: (humanId: string) => void;
}

/** A task, whole: the same in the sheet and on its own page. */
export function TaskView({ ground, task, partial, wide: page = false, onOpen }: Props) {
  const client = useQueryClient();
  const wide = useMediaQuery("(min-width: 62em)") && page;
  const mayEdit = ground.mayEdit && !task.deleted;

  async function change(wanted: TaskChange) {
    try {
      await changeTask(client, task, wanted);
    } catch (error) {
      if (!isConflictProblem(error)) toastError(error, "It is as it was.");
    }
  }

  return (
    <div className={classes.view} data-page={page || undefined} data-wide={wide || undefined}>
      <div className={classes.text}>
        {task.deleted && (
          <div className={classes.notice} role="status">
            <span>
              {ground.project.only_assigned
                ? "This task was deleted, or is no longer assigned to you."
                : "This task was deleted."}
            </span>
            {ground.mayEdit && !ground.project.only_assigned && (
              <button type="button" className={classes.textButton} onClick={() => void restoreTask(client, task)}>
                Restore it
              </button>
            )}
          </div>
        )}
        <TaskConflicts task={task.id} />
        <TitleField key={task.id} task={task} mayEdit={mayEdit && !partial} />
        {!wide && <Properties ground={mayEdit ? ground : { ...ground, mayEdit: false }} task={task} onChange={(wanted) => void change(wanted)} />}
        <section className={classes.section} aria-label="Description">
          {partial ? (
            <Delayed>
              <div className={classes.boneText} role="status" aria-label="Loading" />
            </Delayed>
          ) : (
            <Description key={task.id} task={task} mayEdit={mayEdit} />
          )}
        </section>
        {!task.deleted && !partial && (
          <Checklist steps={task.checklist} mayEdit={mayEdit} onChange={(checklist) => void change({ checklist })} />
        )}
        {!task.deleted && <SubTasks ground={ground} task={task} onOpen={onOpen} />}
        {!task.deleted && <Relations ground={ground} task={task} onOpen={onOpen} />}
        {!task.deleted && (
          <section className={classes.section} aria-label="Comments">
            <h3 className="hw-hidden">Comments</h3>
            <Comments
              key={task.id}
              project={task.project_id}
              task={task.id}
              name={`${task.human_id} ${task.title}`}
              me={ground.me}
              person={ground.person}
              mayComment={ground.mayComment}
              mayManage={ground.project.role === "admin"}
              known={ground}
              mayUndo={mayEdit}
            />
          </section>
        )}
        {task.deleted && !ground.project.only_assigned && (
          <section className={classes.section} aria-label="History">
            <h3 className={classes.sectionName}>History</h3>
            <ThingHistory
              source={taskHistory(task.project_id, task.id)}
              about={task.id}
              known={ground}
              me={ground.me}
              mayUndo={ground.mayEdit}
              label="What happened to this task"
            />
          </section>
        )}
        <Origin task={task} author={ground.person.get(task.created_by ?? "")} />
      </div>
      {wide && (
        <aside className={classes.aside} aria-label="Properties">
          <Properties ground={mayEdit ? ground : { ...ground, mayEdit: false }} task={task} onChange={(wanted) => void change(wanted)} />
        </aside>
      )}
    </div>
  );
}

function Origin({ task, author }: { task: KeptTask; author: PersonOut | undefined }) {
  return (
    <p className={classes.origin}>
      <span title={momentWords(task.created_at)}>
        Created {author && `by ${author.name} `}
        {agoWords(task.created_at)}
      </span>
      {task.version > 1 && <span title={momentWords(task.updated_at)}>, changed {agoWords(task.updated_at)}</span>}
    </p>
  );
}
