import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import type { SessionOut } from "@/api/types";
import { agoWords } from "@/lib/dates";
import { browserWords } from "@/lib/text";
import { ConfirmButton } from "@/ui/ConfirmButton";
import { ErrorFace } from "@/ui/Faces";
import { IconDeviceDesktop, IconDeviceMobile } from "@/ui/icons";
import { Row, Rows, SettingsSection } from "@/ui/Settings";
import { RowsSkeleton } from "@/ui/Skeletons";
import { toastError } from "@/ui/toast";

import { endSession, sessionsKey, sessionsQuery } from "./api";
import { endOtherSessions } from "./factors";

export function SessionsSection() {
  const queryClient = useQueryClient();
  const sessions = useQuery(sessionsQuery);
  const others = sessions.data?.filter((one) => !one.current).length ?? 0;
  const endOthers = () =>
    endOtherSessions()
      .then(() => queryClient.invalidateQueries({ queryKey: sessionsKey }))
      .catch(toastError);
  return (
    <SettingsSection
      title="Where you are signed in"
      lead="Do not know one of these? End it and change your password."
      action={
        others > 0 && (
          <ConfirmButton
            variant="default"
            question={others === 1 ? "The other browser is signed out at once." : `${others} other browsers are signed out at once.`}
            confirm="End them"
            onConfirm={endOthers}
          >
            End all others
          </ConfirmButton>
        )
      }
    >
      {sessions.isPending && <RowsSkeleton rows={2} />}
      {sessions.isError && <ErrorFace error={sessions.error} retry={() => void sessions.refetch()} />}
      <Rows label="Sessions">
        {sessions.data?.map((session) => (
          <SessionRow key={session.id} session={session} />
        ))}
      </Rows>
    </SettingsSection>
  );
}

function SessionRow({ session }: { session: SessionOut }) {
  const queryClient = useQueryClient();
  const end = useMutation({
    mutationFn: () => endSession(session.id),
    onError: (error) => toastError(error),
    onSettled: () => queryClient.invalidateQueries({ queryKey: sessionsKey }),
  });
  const Icon = /Mobile|Android|iPhone/.test(session.user_agent ?? "") ? IconDeviceMobile : IconDeviceDesktop;
  return (
    <Row
      mark={<Icon size={18} className="hw-muted" />}
      name={browserWords(session.user_agent ?? "")}
      detail={
        session.current
          ? `Signed in ${agoWords(session.created_at)}`
          : `Signed in ${agoWords(session.created_at)}, last seen ${agoWords(session.last_seen_at)}`
      }
    >
      {session.current ? (
        <span className="hw-muted">This browser</span>
      ) : (
        <Button variant="default" size="xs" loading={end.isPending} onClick={() => end.mutate()}>
          End
        </Button>
      )}
    </Row>
  );
}
