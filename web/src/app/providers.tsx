import { localStorageColorSchemeManager, MantineProvider } from "@mantine/core";
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { meKey } from "@/features/accounts/api";
import { ProblemError } from "@/lib/problem";

import { cssVariables, theme } from "./theme";
import { Toasts } from "./Toasts";

const colorScheme = localStorageColorSchemeManager({ key: "headway-color-scheme" });

/** A 401 from anywhere means the session ended: ask who we are again, and the router shows the sign-in page. */
function onRefusal(error: unknown) {
  if (error instanceof ProblemError && error.status === 401 && queryClient.getQueryData(meKey) !== null)
    void queryClient.invalidateQueries({ queryKey: meKey });
}

export const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: onRefusal }),
  mutationCache: new MutationCache({ onError: onRefusal }),
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      // What the server refused stays refused; only a lost connection is worth asking again.
      retry: (count, error) => count < 2 && !(error instanceof ProblemError && error.status >= 400 && error.status < 500),
    },
    mutations: { retry: false },
  },
});

export function Providers({ children }: { children: ReactNode }) {
  return (
    <QueryClientProvider client={queryClient}>
      <MantineProvider
        theme={theme}
        cssVariablesResolver={cssVariables}
        colorSchemeManager={colorScheme}
        defaultColorScheme="auto"
      >
        <Toasts />
        {children}
      </MantineProvider>
    </QueryClientProvider>
  );
}
