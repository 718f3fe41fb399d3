import { useQuery } from "@tanstack/react-query";

import { Header } from "@/ui/Header";
import { SettingsPage } from "@/ui/Settings";

import { AddressSection } from "./AddressSection";
import { meQuery } from "./api";
import { IdentitiesSection } from "./IdentitiesSection";
import { PasskeysSection } from "./PasskeysSection";
import { PasswordSection } from "./PasswordSection";
import { ProfileSection } from "./ProfileSection";
import { SecondFactorSection } from "./SecondFactorSection";
import { SessionsSection } from "./SessionsSection";
import { TokensSection } from "./TokensSection";

export function AccountScreen() {
  const me = useQuery(meQuery);
  if (!me.data) return null;
  return (
    <>
      <Header title="Account" />
      <SettingsPage>
        <ProfileSection me={me.data} />
        <AddressSection email={me.data.email ?? ""} />
        <PasswordSection email={me.data.email ?? ""} />
        <SecondFactorSection />
        <PasskeysSection />
        <IdentitiesSection />
        <SessionsSection />
        <TokensSection />
      </SettingsPage>
    </>
  );
}
