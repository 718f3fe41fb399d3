import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useRouter } from "@tanstack/react-router";
import { useEffect } from "react";

import { isProblem, sentenceOf } from "@/lib/problem";
import { Delayed } from "@/ui/Skeletons";
import { toast } from "@/ui/toast";

import { meQuery } from "./api";
import { useEnter } from "./entry";
import { EntryFrame } from "./EntryFrame";
import { answerIn, finishSignIn, providerQuery } from "./oidc";

const route = getRouteApi("/sign-in/return");

/** Where the provider sends people back to: hands its answer on, once, and goes where they wanted to. */
export function ReturnScreen() {
  const answer = route.useSearch();
  const router = useRouter();
  const enter = useEnter();
  const name = useQuery(providerQuery).data?.name ?? "the provider";
  const me = useQuery(meQuery);
  // A state works once, so it is asked with once, however often this is drawn.
  const finished = useQuery({
    queryKey: ["sign-in-return", answer.state],
    // Providers add parameters of their own, and the router keeps them.
    queryFn: () => finishSignIn(answerIn({ ...answer })),
    retry: false,
    staleTime: Infinity,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
  const { data, error } = finished;
  const wantsMore = isProblem(error, "second_factor");

  useEffect(() => {
    if (data) {
      if (data.linked) toast({ words: `${name} is linked. You can sign in with it from now on.` });
      void enter(data.me, data.next, "replace");
    } else if (isProblem(error, "second_factor")) {
      const { ticket, kinds, next } = error.extra as { ticket: string; kinds: string[]; next: string };
      const search = next === "/" ? "" : `?${new URLSearchParams({ next }).toString()}`;
      router.history.replace(`/sign-in${search}#${new URLSearchParams({ ticket, kinds: kinds.join(",") }).toString()}`);
    }
    // eslint-disable-next-line react-hooks/exhaustive-deps -- once for each answer
  }, [data, error]);

  if (finished.isError && !wantsMore)
    return (
      <EntryFrame
        title={me.data ? "Nothing was linked" : "You were not signed in"}
        lead={sentenceOf(error)}
        foot={me.data ? <Link to="/account">Back to your account</Link> : <Link to="/sign-in">Back to signing in</Link>}
      >
        {null}
      </EntryFrame>
    );
  return (
    <Delayed>
      <EntryFrame title="Signing you in" lead={`Checking what ${name} says.`}>
        {null}
      </EntryFrame>
    </Delayed>
  );
}
