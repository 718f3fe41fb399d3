import { NativeSelect } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";

import { Acts } from "@/features/audit/Acts";
import type { Wanted } from "@/features/audit/audit";
import { SettingsSection } from "@/ui/Settings";

import { peopleQuery } from "./people";

/** Everything that was done with a privilege on this server. */
export function AuditSection() {
  const search: Wanted = useSearch({ strict: false });
  const navigate = useNavigate();
  const people = useInfiniteQuery(peopleQuery(""));
  const known = people.data?.pages.flatMap((page) => page.items) ?? [];
  const wanted = { act: text(search.act), by: text(search.by) };
  const want = (next: Wanted) => void navigate({ to: ".", search: next as never, replace: true });
  const choices = known.map(({ id, name }) => ({ value: id, label: name }));
  // Who was asked for by the address may be on a later page of people.
  if (wanted.by && !choices.some(({ value }) => value === wanted.by)) choices.push({ value: wanted.by, label: "Somebody" });
  return (
    <SettingsSection
      title="Audit log"
      lead="What was done with a privilege, the newest first. Lines are only ever added; not even an admin can change one."
    >
      <Acts
        workspace={null}
        wanted={wanted}
        onWant={want}
        filter={
          <NativeSelect
            aria-label="Who did it"
            value={wanted.by ?? ""}
            onChange={(event) => want({ ...wanted, by: event.currentTarget.value || undefined })}
            data={[{ value: "", label: "By anybody" }, ...choices]}
          />
        }
      />
    </SettingsSection>
  );
}

const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);
