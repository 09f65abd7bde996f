import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const text = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8");

test("the document leads to the pages that the navigation has", () => {
  const pages = [...text("../src/views/pages.ts").matchAll(/\{ page: "(.*?)", title: "(.*?)"/g)].map(([, page, title]) => `/${page} ${title}`);
  const links = [...text("../index.html").matchAll(/^ +<a href="(.*?)">(.*?)<\/a>$/gm)].map(([, href, title]) => `${href} ${title}`);
  expect(pages.length).toBeGreaterThan(0);
  expect(links).toEqual(pages);
});
