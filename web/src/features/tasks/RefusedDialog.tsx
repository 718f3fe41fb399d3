import { Button, Modal } from "@mantine/core";

import { ConflictFields } from "@/features/outbox/ConflictFields";
import { openRefused, useOpened } from "@/features/outbox/opened";
import classes from "@/features/outbox/outbox.module.css";
import { wordsOf } from "@/features/outbox/settle";
import { CopyButton } from "@/features/outbox/WaitingChip";
import { theOutbox, useWaiting } from "@/live/useOutbox";
import { isConflict, type Waiting } from "@/live/waiting";

import { conflictFieldWords, useConflictWords } from "./ConflictPanel";

const close = () => openRefused(null);

/** Something that could not be saved, looked at over whatever is on the page: settled, copied, tried again or dropped. */
export function RefusedDialog() {
  const id = useOpened();
  const item = useWaiting().find((one) => one.id === id && one.state === "refused");
  return (
    <Modal opened={item !== undefined} onClose={close} withCloseButton={false} padding={0} size={680} attributes={{ content: { "aria-label": "Not saved" } }}>
      {item && <div className={classes.dialog}>{isConflict(item) ? <Conflict item={item} /> : <Refused item={item} />}</div>}
    </Modal>
  );
}

function Conflict({ item }: { item: Waiting }) {
  const words = useConflictWords(item);
  return (
    <>
      <h2 className={classes.dialogName}>{item.name}</h2>
      <p className={classes.dialogWords}>Someone changed this first. Nothing was overwritten, and what you wrote is kept.</p>
      <ConflictFields item={item} fieldWords={conflictFieldWords} valueWords={words} onSettled={close} />
      <div className={classes.foot}>
        <Button variant="subtle" color="gray" data-autofocus onClick={close}>
          Later
        </Button>
      </div>
    </>
  );
}

function Refused({ item }: { item: Waiting }) {
  return (
    <>
      <h2 className={classes.dialogName}>{item.name}</h2>
      <p className={classes.dialogWords}>
        {item.what}: {item.refusal?.detail} It was not saved, and is kept here until you drop it.
      </p>
      <pre className={classes.words}>{wordsOf(item)}</pre>
      <div className={classes.foot}>
        <span className={classes.hint}>
          <CopyButton item={item} />
        </span>
        <Button variant="subtle" color="gray" onClick={() => theOutbox().drop(item.id)}>
          Drop it
        </Button>
        <Button variant="default" data-autofocus onClick={close}>
          Later
        </Button>
        <Button onClick={() => theOutbox().retry(item.id)}>Try again</Button>
      </div>
    </>
  );
}
