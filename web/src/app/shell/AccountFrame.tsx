import { useQuery } from "@tanstack/react-query";
import { Outlet } from "@tanstack/react-router";

import { meQuery } from "@/features/accounts/api";
import { lastWorkspace } from "@/lib/memory";
import { LiveProvider } from "@/live/LiveProvider";

import { Frame } from "./Frame";
import { LonelyFrame } from "./LonelyFrame";
import { SignedOut } from "./SignedOut";

/** The account belongs to no workspace; it is shown in the frame of the one visited last. */
export function AccountFrame() {
  const me = useQuery(meQuery);
  if (me.data === null) return <SignedOut />;
  if (!me.data) return null;
  const { workspaces } = me.data;
  const workspace = workspaces.find((one) => one.slug === lastWorkspace()) ?? workspaces[0];
  return (
    <LiveProvider key={me.data.id} person={me.data.id}>
      {workspace ? (
        <Frame me={me.data} workspace={workspace}>
          <Outlet />
        </Frame>
      ) : (
        <LonelyFrame me={me.data}>
          <Outlet />
        </LonelyFrame>
      )}
    </LiveProvider>
  );
}
