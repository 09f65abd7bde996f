// How the dashboard becomes files. Owns what a strict Content-Security-Policy needs of them (no inline
// script, no inline style, no markup parsed at run time); refuses settings that a page could want: those are code.

import { fileURLToPath } from "node:url";
import solid from "vite-plugin-solid";
import { defineConfig } from "vitest/config";
import { lean } from "./build/lean.ts";
import { pack } from "./build/pack.ts";

export default defineConfig({
  plugins: [
    solid({
      // `src/solid.ts` is Solid with one function replaced; see there.
      // The compiler must not leave anything for a browser's parser to guess.
      solid: { moduleName: "~solid", omitNestedClosingTags: false, omitLastClosingTag: false, omitQuotes: false },
    }),
    lean(),
    pack({ scriptBytesMax: 80 * 1024 }),
  ],
  resolve: { alias: { "~solid": fileURLToPath(new URL("./src/solid.ts", import.meta.url)) } },
  server: { proxy: { "/api": { target: "http://127.0.0.1:7717", ws: true }, "/prometheus": "http://127.0.0.1:7717" } },
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    cssCodeSplit: false,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  worker: { format: "es" },
  // One process for all: the tests share nothing that would need walls between them.
  test: { include: ["src/**/*.test.ts", "build/**/*.test.ts", "tests/bench/**/*.test.mjs"], environment: "node", pool: "threads", isolate: false, fileParallelism: false },
});
