import { ActionIcon, Button, Menu, TextInput } from "@mantine/core";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useDeferredValue, useState } from "react";

import type { AccountOut } from "@/api/types";
import { meKey, meQuery } from "@/features/accounts/api";
import { EmptyFace, ErrorFace } from "@/ui/Faces";
import { IconDots, IconSearch } from "@/ui/icons";
import { PersonFace } from "@/ui/People";
import { Row, Rows, SettingsSection } from "@/ui/Settings";
import { RowsSkeleton } from "@/ui/Skeletons";
import { toast, toastError } from "@/ui/toast";

import { accountWords, peopleKey, peopleQuery, reinstate, setAdmin, suspend } from "./people";
import classes from "./people.module.css";

/** Everybody with an account: who runs the server, and who is shut out of it. */
export function PeopleSection() {
  const me = useQuery(meQuery);
  const [typed, setTyped] = useState("");
  const q = useDeferredValue(typed.trim());
  const people = useInfiniteQuery(peopleQuery(q));
  const items = people.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <SettingsSection
      title="People"
      lead="Everybody with an account on this server. Who is suspended cannot sign in, and what they wrote stays."
    >
      <TextInput
        className={classes.find}
        aria-label="Find somebody by name or address"
        placeholder="Name or address"
        leftSection={<IconSearch size={16} />}
        value={typed}
        maxLength={100}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      {people.isPending && <RowsSkeleton rows={5} />}
      {people.isError && <ErrorFace error={people.error} retry={() => void people.refetch()} />}
      {people.isSuccess && items.length === 0 && (
        <EmptyFace title="Nobody like that">Look for a part of the name or of the e-mail address.</EmptyFace>
      )}
      <Rows label="Everybody on this server">
        {items.map((person) => (
          <PersonRow key={person.id} person={person} isMe={person.id === me.data?.id} />
        ))}
      </Rows>
      {people.hasNextPage && (
        <Button
          className={classes.more}
          variant="default"
          loading={people.isFetchingNextPage}
          onClick={() => void people.fetchNextPage()}
        >
          Show more
        </Button>
      )}
    </SettingsSection>
  );
}

function PersonRow({ person, isMe }: { person: AccountOut; isMe: boolean }) {
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: ({ run }: { run: () => Promise<AccountOut>; words: string }) => run(),
    onSuccess: (_now, { words }) => toast({ words }),
    onError: (error) => toastError(error),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: peopleKey }),
        isMe && client.invalidateQueries({ queryKey: meKey }),
      ]),
  });
  const suspended = person.suspended_at !== null;
  const { id, name } = person;
  return (
    <Row
      mark={
        <span className={classes.face} data-suspended={suspended || undefined}>
          <PersonFace person={{ person_id: id, name }} size={28} />
        </span>
      }
      name={isMe ? `${name} (you)` : name}
      detail={<span className={classes.detail}>{accountWords(person)}</span>}
    >
      {person.is_admin && <span className={classes.badge}>Admin</span>}
      {suspended && (
        <span className={classes.badge} data-suspended>
          Suspended
        </span>
      )}
      <Menu position="bottom-end" width={270}>
        <Menu.Target>
          <ActionIcon aria-label={`More about ${name}`} loading={change.isPending}>
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            component={Link}
            to="/administration/$section"
            params={{ section: "audit" } as never}
            search={{ by: id } as never}
          >
            What they did
          </Menu.Item>
          {!suspended && (
            <Menu.Item
              onClick={() =>
                change.mutate({
                  run: () => setAdmin(id, !person.is_admin),
                  words: person.is_admin ? `${name} no longer administers this server.` : `${name} administers this server.`,
                })
              }
            >
              {person.is_admin ? "No longer an admin of this server" : "Make an admin of this server"}
            </Menu.Item>
          )}
          {!isMe && (
            <>
              <Menu.Divider />
              {suspended ? (
                <Menu.Item
                  onClick={() => change.mutate({ run: () => reinstate(id), words: `${name} can sign in again.` })}
                >
                  Reinstate
                </Menu.Item>
              ) : (
                <>
                  <Menu.Label>Signs them out everywhere at once. It can be taken back.</Menu.Label>
                  <Menu.Item
                    color="red"
                    onClick={() =>
                      change.mutate({ run: () => suspend(id), words: `${name} is suspended, and signed out everywhere.` })
                    }
                  >
                    Suspend
                  </Menu.Item>
                </>
              )}
            </>
          )}
        </Menu.Dropdown>
      </Menu>
    </Row>
  );
}
