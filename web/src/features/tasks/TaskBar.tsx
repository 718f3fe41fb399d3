import { ActionIcon, Menu, Tooltip } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import type { TaskRow } from "@/api/types";
import { NotSaved } from "@/features/outbox/WaitingChip";
import { HereOn } from "@/features/presence/Presence";
import { copyText } from "@/lib/insecure";
import { HumanId } from "@/ui/HumanId";
import { IconArrowsDiagonal, IconChevronDown, IconChevronUp, IconDots, IconLink, IconTrash, IconX } from "@/ui/icons";
import { toast } from "@/ui/toast";

import { removeTask } from "./actions";
import type { Ground } from "./project";
import classes from "./sheet.module.css";

interface Props {
  slug: string;
  humanId: string;
  ground: Ground | undefined;
  task: TaskRow | undefined;
  onOpen: (humanId: string) => void;
  /** In the sheet only. */
  onWalk?: (step: 1 | -1) => () => void;
  onClose: () => void;
}

/** What this is, where it belongs, and what can be done with it as a whole. */
export function TaskBar({ slug, humanId, ground, task, onOpen, onWalk, onClose }: Props) {
  const client = useQueryClient();
  const parent = task?.parent_id ? ground?.task.get(task.parent_id) : undefined;

  async function copyLink() {
    const link = `${location.origin}/w/${slug}/t/${humanId}`;
    if (await copyText(link)) toast({ words: `Copied the link to ${humanId}.` });
    else toast({ words: `This browser does not let us copy. The link is ${link}`, tone: "danger" });
  }

  return (
    <div className={classes.bar}>
      <div className={classes.crumbs}>
        {parent && (
          <>
            <button type="button" className={classes.crumb} title={parent.title} onClick={() => onOpen(parent.human_id)}>
              <HumanId id={parent.human_id} />
              <span className={classes.crumbTitle}>{parent.title}</span>
            </button>
            <span className={classes.crumbMark} aria-hidden>
              ›
            </span>
          </>
        )}
        <HumanId id={humanId} />
        {task && <NotSaved id={task.id} />}
      </div>
      {ground && task && <HereOn topic={`project:${task.project_id}`} task={task.id} person={ground.person} />}
      <div className={classes.tools}>
        {onWalk && (
          <>
            <Tooltip label="Task before (k)">
              <ActionIcon aria-label="Task before" onClick={onWalk(-1)}>
                <IconChevronUp />
              </ActionIcon>
            </Tooltip>
            <Tooltip label="Next task (j)">
              <ActionIcon aria-label="Next task" onClick={onWalk(1)}>
                <IconChevronDown />
              </ActionIcon>
            </Tooltip>
            <Tooltip label="Open as a page">
              <ActionIcon
                aria-label="Open as a page"
                renderRoot={(props) => <Link to="/w/$slug/t/$humanId" params={{ slug, humanId }} {...props} />}
              >
                <IconArrowsDiagonal size={15} />
              </ActionIcon>
            </Tooltip>
          </>
        )}
        <Menu position="bottom-end" width={180}>
          <Menu.Target>
            <ActionIcon aria-label="More">
              <IconDots />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<IconLink size={14} />} onClick={() => void copyLink()}>
              Copy link
            </Menu.Item>
            {ground?.mayEdit && task && (
              <Menu.Item
                color="red"
                leftSection={<IconTrash size={14} />}
                onClick={() => {
                  onClose();
                  void removeTask(client, task);
                }}
              >
                Delete task
              </Menu.Item>
            )}
          </Menu.Dropdown>
        </Menu>
        {onWalk && (
          <Tooltip label="Close (Esc)">
            <ActionIcon aria-label="Close" onClick={onClose}>
              <IconX />
            </ActionIcon>
          </Tooltip>
        )}
      </div>
    </div>
  );
}
