import { defineConfig, mergeConfig } from "vitest/config";

import site from "./vite.config.ts";

// Apart from vite.config.ts, because the package's build installs no test tools.
export default mergeConfig(
  site,
  defineConfig({ test: { environment: "jsdom", include: ["src/**/*.test.{ts,tsx}"], restoreMocks: true } }),
);
