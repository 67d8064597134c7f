import { dirname } from "node:path";
import { Type, type Static } from "typebox";

const Dependencies = Type.Optional(Type.Record(Type.String(), Type.String()));

const LockedPackage = Type.Object({
  name: Type.Optional(Type.String()),
  resolved: Type.Optional(Type.String()),
  link: Type.Optional(Type.Boolean()),
  dependencies: Dependencies,
  devDependencies: Dependencies,
  optionalDependencies: Dependencies,
  peerDependencies: Dependencies,
});
type LockedPackage = Static<typeof LockedPackage>;

/** The parts of package-lock.json (version 3) that we read; what we don't know is passed on as it is. */
export const Lockfile = Type.Object({
  lockfileVersion: Type.Literal(3),
  packages: Type.Record(Type.String(), LockedPackage),
});
type Lockfile = Static<typeof Lockfile>;

/** Where Node finds `name` when a package at `from` asks for it: the nearest node_modules upwards. */
function locate(lock: Lockfile, from: string, name: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const path = folder === "" || folder === "." ? "" : `${folder}/`;
    const candidate = `${path}node_modules/${name}`;
    if (!path.endsWith("node_modules/") && candidate in lock.packages) return candidate;
    if (path === "") return undefined;
  }
}

/** What a package needs at run time; an optional one may be missing from the lock on purpose. */
function needsOf(entry: LockedPackage): string[] {
  return [
    ...Object.keys(entry.dependencies ?? {}),
    ...Object.keys(entry.optionalDependencies ?? {}),
    ...Object.keys(entry.peerDependencies ?? {}),
  ];
}

function withoutDevelopment(entry: LockedPackage): LockedPackage {
  const kept = Object.entries(entry).filter(([key]) => key !== "devDependencies");
  return Object.fromEntries(kept);
}

/**
 * The part of a lockfile that one workspace needs in production. Only a change in there gives the
 * workspace's image another hash, and installing from it never looks at the tools of development.
 */
export function lockClosure(lock: Lockfile, workspace: string): Lockfile["packages"] {
  const seen = new Set<string>();
  const visit = (path: string): void => {
    const entry = lock.packages[path];
    if (entry === undefined || seen.has(path)) return;
    seen.add(path);
    if (entry.link === true && entry.resolved !== undefined) {
      visit(entry.resolved);
      return;
    }
    for (const name of needsOf(entry)) {
      const found = locate(lock, path, name);
      if (found !== undefined) visit(found);
    }
  };
  const start = locate(lock, "", workspace);
  if (start === undefined) throw new Error(`package-lock.json has no workspace "${workspace}"`);
  visit(start);
  return Object.fromEntries(
    [...seen].toSorted().flatMap((path) => {
      const entry = lock.packages[path];
      return entry === undefined ? [] : [[path, withoutDevelopment(entry)]];
    }),
  );
}
