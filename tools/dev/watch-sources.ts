import { existsSync, readdirSync, watch, type FSWatcher } from "node:fs";
import { join, relative } from "node:path";

/** Sources, and not what editors write beside them. */
const source = /^[^.#~].*\.(ts|json|sql|yaml)$/;

function foldersBelow(folder: string): string[] {
  if (!existsSync(folder)) return []; // a checkout removes folders while we look
  const below = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .filter(({ name }) => name !== "node_modules" && !name.startsWith("."))
    .flatMap(({ name }) => foldersBelow(join(folder, name)));
  return [folder, ...below];
}

/**
 * Tells of each source that changes in these folders of `root` or below them, by its path relative to `root`. Folders
 * one by one: Node's recursive watch would put a watch on every installed package as well.
 */
export function watchSources(
  root: string,
  folders: readonly string[],
  onChange: (path: string) => void,
): () => void {
  const watchers = new Map<string, FSWatcher>();
  const watchAll = (): void => {
    const present = new Set(folders.flatMap((folder) => foldersBelow(join(root, folder))));
    for (const [folder, watcher] of watchers) {
      if (present.has(folder)) continue;
      watcher.close();
      watchers.delete(folder);
    }
    for (const folder of present) {
      if (watchers.has(folder)) continue;
      const watcher = watch(folder, (event, name) => {
        if (name === null) return;
        if (event === "rename") watchAll();
        if (source.test(name)) onChange(relative(root, join(folder, name)));
      });
      watchers.set(folder, watcher);
    }
  };
  watchAll();
  return () => {
    for (const watcher of watchers.values()) watcher.close();
  };
}
