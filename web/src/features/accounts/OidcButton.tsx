import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import { useForm } from "@/lib/form";
import { FormProblem } from "@/ui/FormProblem";

import classes from "./entry.module.css";
import { goToProvider, providerQuery } from "./oidc";

/** The other way in, where this server has one. */
export function OidcButton({ next }: { next?: string | undefined }) {
  const provider = useQuery(providerQuery);
  const { problem, pending, onSubmit } = useForm({ initial: {}, submit: () => goToProvider(next) });
  const name = provider.data?.name;
  if (!name) return null;
  return (
    <form className={classes.otherWay} onSubmit={(event) => void onSubmit(event)}>
      <p className={classes.or}>
        <span>or</span>
      </p>
      <FormProblem problem={problem} />
      <Button type="submit" variant="default" loading={pending} fullWidth>
        Continue with {name}
      </Button>
    </form>
  );
}
