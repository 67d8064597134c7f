import { copyFileSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { Value } from "typebox/value";
import { expect, test } from "vitest";
import { checkConfig, readEntries } from "../../config/load.ts";
import { isRecord, schemaAt, schemaNode } from "../../config/schema-tree.ts";
import { ConfigSchema } from "../../config/schema.ts";
import { stackEntries } from "../support/stack.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const root = join(import.meta.dirname, "../..");
const samples = readdirSync(join(root, "docs/samples"))
  .filter((file) => file.endsWith(".yaml"))
  .map((file) => `docs/samples/${file}`);
const files = ["Pulumi.dev.yaml", "Pulumi.prod.yaml", ...samples];

function entriesOf(file: string): unknown {
  return readEntries("framewright", stackEntries(file));
}

/** A folder with what the samples name beside them. */
function projectFolder(): string {
  const folder = temporaryFolder("samples-");
  copyFileSync(join(root, "test/support/rds-ca.pem"), join(folder, "rds-ca.pem"));
  return folder;
}

test("there are samples for every combination of cloud and purpose", () => {
  const seen = files.map((file) => {
    const { cloud, environment } = checkConfig(entriesOf(file), basename(file), projectFolder());
    return `${cloud} ${environment}`;
  });
  const { cloud, environment } = ConfigSchema.properties;
  const clouds = cloud.enum.filter((name) => name !== "local");
  const all = clouds.flatMap((name) => environment.enum.map((purpose) => `${name} ${purpose}`));
  expect([...new Set(seen)].toSorted()).toEqual(all.toSorted());
});

/** What a stack file is warned of, where its reader should know. */
const warned: Readonly<Record<string, readonly string[]>> = {
  "docs/samples/Pulumi.dev-gke-v100.yaml": ["gpu.standard"],
};

test.each(files)("%s is accepted, without a word that its comments do not say", (file) => {
  const config = checkConfig(entriesOf(file), basename(file), projectFolder());
  expect(config.warnings.map(({ path }) => path)).toEqual(warned[file] ?? []);
});

/** What a value may be left out for: the default of its key, or of the object it is in. */
function redundant(values: unknown, keys: readonly string[]): string[] {
  if (Array.isArray(values)) {
    return values.flatMap((value, index) => redundant(value, [...keys, String(index)]));
  }
  if (isRecord(values)) {
    return Object.entries(values).flatMap(([key, value]) => redundant(value, [...keys, key]));
  }
  const fallback = schemaAt(ConfigSchema, keys)?.default;
  return fallback !== undefined && Value.Equal(fallback, values) ? [keys.join(".")] : [];
}

/** The cloud is what a stack file is about; and these requests stand in for the tier's, whatever they are. */
const meant = /^(cloud$|workers\.cpu\.requests\.)/;

test.each([...files, "Pulumi.local.yaml"])(
  "%s holds only what differs from the defaults",
  (file) => {
    expect(redundant(entriesOf(file), []).filter((path) => !meant.test(path))).toEqual([]);
  },
);

test("what the check of defaults looks at has defaults", () => {
  expect(redundant({ api: { replicas: { min: 3 } } }, [])).toEqual(["api.replicas.min"]);
  expect(redundant({ gpu: { pools: [{ maxNodes: 4 }] } }, [])).toEqual(["gpu.pools.0.maxNodes"]);
  expect(schemaNode(ConfigSchema)?.required).toContain("api");
});
