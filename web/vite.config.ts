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
    reportCompressedSize: true,
  },
  server: {
    proxy: {
      // The backend refuses writes and sockets from a foreign origin, so the proxy speaks as the backend's own page.
      "/api": { target: backend, ws: true, changeOrigin: true, headers: { origin: backend } },
      "/openapi.json": { target: backend, changeOrigin: true },
    },
  },
});
