// What happens to the written files: a gzip copy beside each, and the budget of script. Owns the one
// number that a page may not outgrow; refuses a build above it.

import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Plugin } from "vite";

interface Budget {
  /** What the largest page loads, compressed. */
  scriptBytesMax: number;
}

/** A script of the build, as far as loading it matters. */
export interface Script {
  imports: readonly string[];
  isEntry: boolean;
  isDynamicEntry: boolean;
  bytes: number;
}

export function pack(budget: Budget): Plugin {
  let folder = "";
  const scripts = new Map<string, Script>();
  return {
    name: "pack",
    apply: "build",
    configResolved(config) {
      folder = join(config.root, config.build.outDir);
      if (config.build.outDir.startsWith("/")) folder = config.build.outDir;
    },
    writeBundle(_, bundle) {
      for (const one of Object.values(bundle)) {
        const packed = (text: string | Uint8Array) => gzipSync(text, { level: 9 }).length;
        if (one.type === "chunk") scripts.set(one.fileName, { imports: one.imports, isEntry: one.isEntry, isDynamicEntry: one.isDynamicEntry, bytes: packed(one.code) });
        // A worker is bundled apart, and every page starts it.
        else if (one.fileName.endsWith(".js")) scripts.set(one.fileName, { imports: [], isEntry: true, isDynamicEntry: false, bytes: packed(one.source) });
      }
    },
    async closeBundle() {
      await compress(folder);
      const verdict = weigh(heaviest(scripts), budget.scriptBytesMax);
      if (!verdict.fits) throw new Error(verdict.text);
      console.log(verdict.text);
    },
  };
}

/** The first script with what it imports, and the largest of those that a page adds to it. */
export function heaviest(scripts: ReadonlyMap<string, Script>): number {
  const names = [...scripts.keys()];
  const first = names.filter((name) => scripts.get(name)?.isEntry);
  const added = names.filter((name) => scripts.get(name)?.isDynamicEntry);
  return Math.max(...[[], ...added.map((name) => [name])].map((more) => weightOf(scripts, [...first, ...more])));
}

function weightOf(scripts: ReadonlyMap<string, Script>, names: readonly string[]): number {
  const loaded = new Set<string>();
  const load = (name: string): void => {
    if (loaded.has(name)) return;
    loaded.add(name);
    scripts.get(name)?.imports.forEach(load);
  };
  names.forEach(load);
  return [...loaded].reduce((sum, name) => sum + (scripts.get(name)?.bytes ?? 0), 0);
}

export function weigh(bytes: number, bytesMax: number): { fits: boolean; text: string } {
  const kilobytes = (count: number) => (count / 1024).toFixed(1);
  const text = `script: ${kilobytes(bytes)} KB gzip for the largest page, of at most ${kilobytes(bytesMax)} KB`;
  return { fits: bytes <= bytesMax, text };
}

/** Writes a `.gz` beside every file. */
async function compress(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.name.endsWith(".gz")) continue;
    const path = join(entry.parentPath, entry.name);
    const packed = gzipSync(await readFile(path), { level: 9 });
    await writeFile(`${path}.gz`, packed);
  }
}
