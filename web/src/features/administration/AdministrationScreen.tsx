import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";

import { meQuery } from "@/features/accounts/api";
import { EmptyFace, MissingFace } from "@/ui/Faces";
import { Header } from "@/ui/Header";
import { IconLock } from "@/ui/icons";
import { SettingsPage } from "@/ui/Settings";
import { ViewSwitch } from "@/ui/ViewSwitch";

import { sections } from "./sections";

/** The server's own page: how it is, who is on it, what was done to it. For its admins. */
export function AdministrationScreen() {
  const { section } = useParams({ strict: false });
  const me = useQuery(meQuery);
  if (!me.data) return null;
  if (!me.data.is_admin)
    return (
      <>
        <Header title="Administration" />
        <EmptyFace title="This page is for admins of this server" icon={<IconLock size={28} stroke={1.5} />}>
          It shows how the server is and who is on it. Ask one of the admins.
        </EmptyFace>
      </>
    );
  const shown = section === undefined ? sections[0] : sections.find((one) => one.path === section);
  return (
    <>
      <Header
        title="Administration"
        views={
          <ViewSwitch
            label="Sections"
            views={sections.map(({ path, name }, index) => ({
              name,
              icon: null,
              link: index === 0 ? { to: "/administration" } : { to: "/administration/$section", params: { section: path } },
            }))}
          />
        }
      />
      {shown ? (
        <SettingsPage key={shown.path}>
          <shown.Face />
        </SettingsPage>
      ) : (
        <MissingFace />
      )}
    </>
  );
}
