import "@fontsource-variable/inter/wght.css";
import "@mantine/core/styles.css";
import "./tokens.css";
import "./base.css";

import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { listenForKeys } from "@/lib/actions";
import { recallForTab, rememberForTab } from "@/lib/memory";

import { Providers, queryClient } from "./providers";
import { makeRouter } from "./router";

const router = makeRouter(queryClient);
listenForKeys();

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}

// After an update of the server a page opened before it may ask for code that is gone. Once, then the error shows.
// Without the server a reload would only trade what is on the screen for the browser's own error page.
async function reloadForNewCode() {
  if (recallForTab("reloaded") === location.href) return;
  const answers = await fetch("/health", { cache: "no-store" }).then((answer) => answer.ok, () => false);
  if (!answers) return;
  rememberForTab("reloaded", location.href);
  location.reload();
}
window.addEventListener("vite:preloadError", () => void reloadForNewCode());

const root = document.getElementById("root");
if (root)
  createRoot(root).render(
    <StrictMode>
      <Providers>
        <RouterProvider router={router} />
      </Providers>
    </StrictMode>,
  );
