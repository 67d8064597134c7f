import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { renderReference } from "../../config/reference.ts";
import { ConfigSchema } from "../../config/schema.ts";
import { edgesOf } from "../support/edges.ts";
import { goldenOf } from "../support/golden.ts";
import { runLocalProgram } from "../support/stack.ts";

// Deliberate: read the difference before committing it. Tests never write these files.
const root = join(import.meta.dirname, "../..");
const { resources, outputs } = await runLocalProgram();
const files = {
  "test/golden/local.json": goldenOf({ resources, outputs }),
  "test/golden/edges.json": edgesOf(resources),
};
for (const [file, content] of Object.entries(files)) {
  writeFileSync(join(root, file), `${JSON.stringify(content, null, 2)}\n`);
}
writeFileSync(join(root, "docs/configuration.md"), renderReference(ConfigSchema, "framewright"));
