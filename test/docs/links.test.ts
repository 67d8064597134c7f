import { existsSync, globSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../../tools/paths.ts";

const pages = globSync(["*.md", "*/*.md", "docs/**/*.md"], {
  cwd: root,
  exclude: ["node_modules/**"],
});

function textOf(page: string): string {
  return readFileSync(join(root, page), "utf8").replace(/^```.*?^```/gms, "");
}

/** The anchors that GitHub gives headings. */
function anchorsOf(page: string): string[] {
  const named = [...textOf(page).matchAll(/<a (?:id|name)="([^"]+)"/g)].map(([, id = ""]) => id);
  const headings = [...textOf(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
  return [...named, ...headings];
}

/** Whether what a page links to is there. */
function leadsSomewhere(page: string, link: string): boolean {
  const [path = "", anchor] = link.split("#", 2);
  const target = path === "" ? page : join(dirname(page), path);
  if (!existsSync(join(root, target))) return false;
  return anchor === undefined || !target.endsWith(".md") || anchorsOf(target).includes(anchor);
}

test("every link of a page to another one, or to a file, leads there", () => {
  expect(pages.length).toBeGreaterThan(80);
  const dead = pages.flatMap((page) =>
    [...textOf(page).matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, link = ""]) => link)
      .filter((link) => !/^[a-z]+:/.test(link) && !leadsSomewhere(page, link))
      .map((link) => `${page}: ${link}`),
  );
  expect(dead).toEqual([]);
});

test("each decision has a number of its own, which its title has too", () => {
  const decisions = pages.filter((page) => page.startsWith("docs/decisions/"));
  const numbers = decisions.map((page) => Number(basename(page).slice(0, 4)));
  expect(numbers.toSorted((a, b) => a - b)).toEqual(numbers.map((_, index) => index + 1));
  const titled = decisions.map((page) => Number(/^# (\d+)\. /.exec(textOf(page))?.[1]));
  expect(titled).toEqual(numbers);
});
