import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

/** @type {import("next").NextConfig} */
export default {
  poweredByHeader: false,
  // Compression is measured where a server does it by itself, as this one does.
  compress: true,
  turbopack: { root: dirname(fileURLToPath(import.meta.url)) },
};
