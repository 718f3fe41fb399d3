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
window.addEventListener("vite:preloadError", () => {
  if (recallForTab("reloaded") === location.href) return;
  rememberForTab("reloaded", location.href);
  location.reload();
});

const root = document.getElementById("root");
if (root)
  createRoot(root).render(
    <StrictMode>
      <Providers>
        <RouterProvider router={router} />
      </Providers>
    </StrictMode>,
  );
