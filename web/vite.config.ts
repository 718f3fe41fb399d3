import react from "@vitejs/plugin-react";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const backend = process.env.HEADWAY_DEV_BACKEND ?? "http://127.0.0.1:8000";

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: {
    outDir: process.env.HEADWAY_WEB_OUT ?? "../src/headway/webui",
    emptyOutDir: true,
    // Nothing inlined: the page's policy has no data: for fonts.
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            // What a new release of Headway leaves as it is, so browsers keep it.
            { name: "base", test: /node_modules[\\/](react|react-dom|scheduler|@tanstack[\\/](?!.*virtual).*)[\\/]/ },
            // Not on the first page; without a group of its own it would ride along with what is.
            { name: "floating", test: /@floating-ui[\\/]/ },
            // Many screens use a few lines of each of these: one file instead of twenty.
            { name: "common", test: /src[\\/](ui|lib|api)[\\/]/, minShareCount: 3 },
          ],
        },
      },
    },
  },
  server: {
    proxy: {
      // The backend refuses writes and sockets from a foreign origin, so the proxy speaks as the backend's own page.
      "/api": { target: backend, ws: true, changeOrigin: true, headers: { origin: backend } },
      "/openapi.json": { target: backend, changeOrigin: true },
    },
  },
});
