import { Button } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";

import { useForm } from "@/lib/form";
import { FormProblem } from "@/ui/FormProblem";
import { Delayed } from "@/ui/Skeletons";
import { toast } from "@/ui/toast";

import { meKey, meQuery } from "./api";
import { useSecretInAddress } from "./entry";
import classes from "./entry.module.css";
import { EntryFrame } from "./EntryFrame";
import { LINK_INCOMPLETE, proveAddress } from "./mail";

/** /confirm-address#TOKEN, opened by whoever asked for it, while signed in. */
export function ConfirmAddressScreen() {
  const token = useSecretInAddress();
  const me = useQuery(meQuery);
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const { problem, pending, onSubmit } = useForm({
    initial: {},
    submit: async () => {
      const proved = await proveAddress(token);
      queryClient.setQueryData(meKey, proved);
      toast({ words: `Your e-mail address is ${proved.email ?? ""}.` });
      await navigate({ to: "/account" });
    },
  });
  if (!token)
    return (
      <EntryFrame title="This link does not work" lead={LINK_INCOMPLETE} foot={<Link to="/">Go to Headway</Link>}>
        {null}
      </EntryFrame>
    );
  if (me.isPending)
    return (
      <Delayed>
        <EntryFrame title="Confirm your address">{null}</EntryFrame>
      </Delayed>
    );
  if (!me.data)
    return (
      <EntryFrame title="Confirm your address" lead="Sign in first, as the account that is to have this address.">
        <div className={classes.form}>
          <Button
            renderRoot={(props) => <Link to="/sign-in" search={{ next: `/confirm-address#${token}` }} {...props} />}
          >
            Sign in
          </Button>
        </div>
      </EntryFrame>
    );
  return (
    <EntryFrame
      title="Confirm your address"
      lead={`The address that got this link becomes the one of ${me.data.name}’s account.`}
      foot={<Link to="/">Not now</Link>}
    >
      <form className={classes.form} onSubmit={(event) => void onSubmit(event)}>
        <FormProblem problem={problem} />
        <Button type="submit" loading={pending}>
          Use this address
        </Button>
      </form>
    </EntryFrame>
  );
}
