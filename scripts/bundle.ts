/**
 * Writes dist/index.js and dist/cli/main.js with all of src in one file between them: loading a thousand modules one by
 * one would be the most part of what `picokube start` and a test's import cost. The packages of package.json stay
 * where npm puts them; types come from tsc.
 */
import { build } from "rolldown";

await build({
  input: { index: "src/index.ts", "cli/main": "src/cli/main.ts" },
  platform: "node",
  external: /^[^./]/u,
  output: {
    dir: "dist",
    format: "esm",
    sourcemap: true,
    chunkFileNames: "picokube.js",
    // Node keeps the whole text in memory, with two bytes for every character if a single one needs them.
    charset: "ascii",
    comments: false,
  },
});
