// What happens to the written files: a gzip copy beside each, and the budget of script. Owns the one
// number that a page may not outgrow; refuses a build above it.

import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Plugin } from "vite";

interface Budget {
  /** All scripts together, compressed. */
  scriptBytesMax: number;
}

export function pack(budget: Budget): Plugin {
  let folder = "";
  return {
    name: "pack",
    apply: "build",
    configResolved(config) {
      folder = join(config.root, config.build.outDir);
      if (config.build.outDir.startsWith("/")) folder = config.build.outDir;
    },
    async closeBundle() {
      const scriptBytes = await compress(folder);
      const verdict = weigh(scriptBytes, budget.scriptBytesMax);
      if (!verdict.fits) throw new Error(verdict.text);
      console.log(verdict.text);
    },
  };
}

export function weigh(bytes: number, bytesMax: number): { fits: boolean; text: string } {
  const kilobytes = (count: number) => (count / 1024).toFixed(1);
  const text = `script: ${kilobytes(bytes)} KB gzip of at most ${kilobytes(bytesMax)} KB`;
  return { fits: bytes <= bytesMax, text };
}

/** Writes a `.gz` beside every file; answers the size of the compressed scripts. */
async function compress(folder: string): Promise<number> {
  let scriptBytes = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.name.endsWith(".gz")) continue;
    const path = join(entry.parentPath, entry.name);
    const packed = gzipSync(await readFile(path), { level: 9 });
    await writeFile(`${path}.gz`, packed);
    if (entry.name.endsWith(".js")) scriptBytes += packed.length;
  }
  return scriptBytes;
}
