import { Type } from "typebox";
import { parse, stringify } from "yaml";
import { parseAs } from "../parse.ts";

const File = Type.Object({ config: Type.Record(Type.String(), Type.Unknown()) });

/** Stands for a secret of the stack, which a preview without keys can't open. */
const sealedValue = "sealed";

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (!isRecord(value)) return value;
  if (typeof value["secure"] === "string") return sealedValue;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, withoutSecrets(inner)]),
  );
}

/** A node and a cluster that are described and don't run, relative to the clone. */
const standIns = {
  nodeFile: "test/support/node.json",
  kubeconfig: "test/support/kubeconfig.yaml",
  context: "framewright",
};

/** `pulumi config set` writes sections as text, people write them as YAML. */
function sectionOf(value: unknown): Readonly<Record<string, unknown>> {
  const section: unknown = typeof value === "string" ? JSON.parse(value) : value;
  return isRecord(section) ? section : {};
}

function withoutCluster(value: unknown): unknown {
  const section = sectionOf(value);
  const { nodeFile, ...cluster } = standIns;
  return section["kubeconfig"] === undefined ? { nodeFile } : { ...section, ...cluster };
}

/**
 * A stack file that can be previewed anywhere: secrets are stood in for, and so is the cluster of cloud `local`. What
 * names the key of the secrets is left out.
 */
export function sealedFile(text: string, file: string): string {
  const { config } = parseAs(File, parse(text), file);
  const key = "framewright:local";
  const isLocal = (config["framewright:cloud"] ?? "local") === "local";
  const cluster = isLocal ? { [key]: withoutCluster(config[key]) } : {};
  return stringify({ config: { ...Object.fromEntries(entriesOf(config)), ...cluster } });
}

function entriesOf(config: Readonly<Record<string, unknown>>): [string, unknown][] {
  return Object.entries(config).map(([key, value]) => [key, withoutSecrets(value)]);
}
