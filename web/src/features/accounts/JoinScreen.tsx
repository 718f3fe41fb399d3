import { Button } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";

import type { InvitationPreviewOut, MeOut } from "@/api/types";
import { required, useForm } from "@/lib/form";
import { sentenceOf } from "@/lib/problem";
import { workspaceRoleWords } from "@/lib/words";
import { FormProblem } from "@/ui/FormProblem";
import { LinkButton } from "@/ui/LinkButton";
import { PersonFace } from "@/ui/People";
import { Delayed } from "@/ui/Skeletons";

import { AccountFields } from "./AccountFields";
import { acceptInvitation, meKey, meQuery, previewInvitation, signOut } from "./api";
import { accountWords, checkAccount, useEnter, useSecretInAddress } from "./entry";
import classes from "./entry.module.css";
import { EntryFrame } from "./EntryFrame";
import { OidcButton } from "./OidcButton";

/** /join#TOKEN: who invites to what, then one button, or an account first. */
export function JoinScreen() {
  const token = useSecretInAddress();
  const me = useQuery(meQuery);
  const invitation = useQuery({
    queryKey: ["invitation", token],
    queryFn: () => previewInvitation(token),
    retry: false,
    staleTime: Infinity,
  });
  if (!token || invitation.isError)
    return (
      <EntryFrame
        title="This invitation does not work"
        lead={token ? sentenceOf(invitation.error) : "The link is incomplete. Copy it whole, with what follows the #."}
        foot={<Link to="/">Go to Headway</Link>}
      >
        {null}
      </EntryFrame>
    );
  if (!invitation.data || me.isPending)
    return (
      <Delayed>
        <EntryFrame title="Looking at your invitation">{null}</EntryFrame>
      </Delayed>
    );
  const { email } = invitation.data;
  if (me.data && email && email !== me.data.email) return <NotYours me={me.data} email={email} />;
  return me.data ? (
    <JoinAs me={me.data} token={token} invitation={invitation.data} />
  ) : (
    <JoinNew token={token} invitation={invitation.data} />
  );
}

interface Props {
  token: string;
  invitation: InvitationPreviewOut;
}

function leadOf({ invited_by, role }: InvitationPreviewOut): string {
  return `${invited_by} invites you as ${workspaceRoleWords[role].name.toLowerCase()}.`;
}

function addressOf(me: MeOut, workspace: string): string {
  const joined = me.workspaces.filter((one) => one.name === workspace).at(-1);
  return joined ? `/w/${joined.slug}` : "/";
}

function JoinAs({ me, token, invitation }: Props & { me: MeOut }) {
  const enter = useEnter();
  const { problem, pending, onSubmit } = useForm({
    initial: {},
    submit: async () => {
      const joined = await acceptInvitation({ token });
      await enter(joined, addressOf(joined, invitation.workspace));
    },
  });
  return (
    <EntryFrame title={`Join ${invitation.workspace}`} lead={leadOf(invitation)}>
      <form className={classes.form} onSubmit={(event) => void onSubmit(event)}>
        <FormProblem problem={problem} />
        <div className={classes.person}>
          <PersonFace person={{ person_id: me.id, name: me.name }} size={28} />
          <div>
            <div>{me.name}</div>
            <div className="hw-muted">{me.email}</div>
          </div>
        </div>
        <Button type="submit" loading={pending}>
          Join {invitation.workspace}
        </Button>
      </form>
    </EntryFrame>
  );
}

/** The invitation is for another address than that of whoever is signed in here. */
function NotYours({ me, email }: { me: MeOut; email: string }) {
  const queryClient = useQueryClient();
  const { problem, pending, onSubmit } = useForm({
    initial: {},
    submit: async () => {
      await signOut();
      queryClient.setQueryData(meKey, null);
    },
  });
  return (
    <EntryFrame
      title="This invitation is for somebody else"
      lead={`It is for ${email}, and you are signed in as ${me.email ?? me.name}.`}
      foot={<Link to="/">Go to Headway</Link>}
    >
      <form className={classes.form} onSubmit={(event) => void onSubmit(event)}>
        <FormProblem problem={problem} />
        <Button type="submit" variant="default" loading={pending}>
          Sign out and go on
        </Button>
      </form>
    </EntryFrame>
  );
}

function JoinNew({ token, invitation }: Props) {
  const enter = useEnter();
  const navigate = useNavigate();
  const { field, problem, pending, onSubmit, form } = useForm({
    initial: { name: "", email: invitation.email ?? "", password: "" },
    check: (values) => ({ ...checkAccount(values), ...required(values, accountWords) }),
    submit: async (values) => {
      const joined = await acceptInvitation({ token, ...values });
      await enter(joined, addressOf(joined, invitation.workspace));
    },
    places: { "account.exists": "email" },
  });
  const toSignIn = () => void navigate({ to: "/sign-in", search: { next: `/join#${token}` } });
  return (
    <EntryFrame
      title={`Join ${invitation.workspace}`}
      lead={leadOf(invitation)}
      foot={
        <>
          Have an account here? <LinkButton onClick={toSignIn}>Sign in first</LinkButton>
        </>
      }
    >
      <form ref={form} className={classes.form} onSubmit={(event) => void onSubmit(event)} noValidate>
        <FormProblem problem={problem} />
        <AccountFields name={field("name")} email={{ ...field("email"), readOnly: invitation.email !== null }} password={field("password")} />
        <Button type="submit" loading={pending}>
          Join {invitation.workspace}
        </Button>
      </form>
      <OidcButton next={`/join#${token}`} />
    </EntryFrame>
  );
}
