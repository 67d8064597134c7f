import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { buildImages } from "./build.ts";
import { prepareContext } from "./context.ts";
import { lowest, runnableImages, withParents } from "./image-table.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { "context-only": { type: "string" } },
});
const names = positionals.length === 0 ? runnableImages : positionals;
const contextFolder = values["context-only"];

if (contextFolder === undefined) {
  const refs = await buildImages({ only: names, log: console.log });
  for (const [name, ref] of Object.entries(refs)) console.log(`${name.padEnd(24)} ${ref}`);
} else {
  // For another builder: one folder an image, to be built in this order; debian:trixie-slim comes from its registry.
  for (const row of withParents(names).filter(({ name }) => name !== lowest)) {
    const folder = resolve(contextFolder, row.name);
    mkdirSync(folder, { recursive: true });
    await prepareContext(row, folder, join(folder, "..", `${row.name}.log`));
    console.log(`docker build -t framewright.local/${row.name} ${folder}`);
  }
}
