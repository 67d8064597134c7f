import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { renderReference } from "../../config/reference.ts";
import { dashboards } from "../../services/monitoring/dashboards/index.ts";
import { ConfigSchema } from "../../config/schema.ts";
import { themes } from "../../policy/rules.ts";
import { runCloudStacks } from "../support/cloud-stacks.ts";
import { edgesOf } from "../support/edges.ts";
import { cloudGoldenOf, goldenOf } from "../support/golden.ts";
import { runsOfAllValues } from "../support/outside-stacks.ts";
import { runLocalProgram } from "../support/stack.ts";
import { renderDashboard } from "./dashboards/render.ts";
import { readExamples } from "./policies/examples.ts";
import { readProfiles } from "./policies/profiles.ts";
import { renderPolicies } from "./policies/render.ts";
import { renderSeeds } from "./seeds/render.ts";
import { renderModelPage } from "./model-tables.ts";
import { renderSecretsPage } from "./stored-values.ts";
import { renderWorkerPage } from "./worker-variables.ts";
import { renderMetrics } from "../metrics/render.ts";
import { renderRights } from "./rights/render.ts";
import { stacksWithRights } from "./rights/stacks.ts";
import { renderInputs } from "../worker/cases/render.ts";
import { knownGaps, themes as inputs } from "../worker/cases/table.ts";

// Deliberate: read the difference before committing it. Tests never write these files.
const root = join(import.meta.dirname, "../..");

function write(file: string, text: string): void {
  writeFileSync(join(root, file), text);
}

function writeJson(file: string, content: unknown): void {
  write(file, `${JSON.stringify(content, null, 2)}\n`);
}

const local = await runLocalProgram();
writeJson("test/golden/local.json", goldenOf(local));
writeJson("test/golden/edges.json", edgesOf(local.resources));
for (const [name, run] of Object.entries(await runCloudStacks())) {
  writeJson(`test/golden/${name}.json`, cloudGoldenOf(run));
}
write("docs/rights.md", await renderRights(await stacksWithRights()));
write("docs/seeds.md", renderSeeds());
write("docs/configuration.md", renderReference(ConfigSchema, "framewright"));
write("docs/policies.md", await renderPolicies(themes, readProfiles(), readExamples()));
for (const [name, dashboard] of Object.entries(dashboards)) {
  write(`docs/dashboards/${name}.json`, renderDashboard(dashboard));
}
write("docs/metrics.md", await renderMetrics());
write("docs/inputs.md", await renderInputs(inputs, knownGaps));
const modelPage = "docs/models.md";
write(modelPage, await renderModelPage(readFileSync(join(root, modelPage), "utf8")));
const secretsPage = "docs/secrets.md";
write(
  secretsPage,
  await renderSecretsPage(readFileSync(join(root, secretsPage), "utf8"), await runsOfAllValues()),
);
const workerPage = "docs/remote-workers.md";
write(workerPage, await renderWorkerPage(readFileSync(join(root, workerPage), "utf8")));
