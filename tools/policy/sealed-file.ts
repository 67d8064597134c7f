import { Type } from "typebox";
import { parse, stringify } from "yaml";
import { parseAs } from "../parse.ts";
import { isRecord } from "../records.ts";

const File = Type.Object({ config: Type.Record(Type.String(), Type.Unknown()) });

/** Stands for a secret of the stack, which a preview without keys can't open. */
const sealedValue = "sealed";

function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (!isRecord(value)) return value;
  if (typeof value["secure"] === "string") return sealedValue;
  const entries = Object.entries(value);
  return Object.fromEntries(entries.map(([key, inner]) => [key, withoutSecrets(inner)]));
}

/** What stands in for the cluster of cloud `local`: a node by its descriptor, or a cluster of one's own. */
export interface ClusterStandIn {
  /** Paths of the node's descriptor and of a kubeconfig. */
  readonly nodeFile: string;
  readonly kubeconfig: string;
  readonly context: string;
}

/** `pulumi config set` writes sections as text, people write them as YAML. */
function sectionOf(value: unknown): Readonly<Record<string, unknown>> {
  const section: unknown = typeof value === "string" ? JSON.parse(value) : value;
  return isRecord(section) ? section : {};
}

function localSection(value: unknown, standIn: ClusterStandIn): unknown {
  const section = sectionOf(value);
  const { nodeFile, kubeconfig, context } = standIn;
  const isNode = section["kubeconfig"] === undefined;
  return isNode ? { ...section, nodeFile } : { ...section, kubeconfig, context };
}

/**
 * A stack file that can be previewed anywhere: secrets are stood in for, and so is the cluster of cloud `local`. What
 * names the key of the secrets is left out.
 */
export function sealedFile(text: string, file: string, standIn: ClusterStandIn): string {
  const config = withoutSecrets(parseAs(File, parse(text), file).config);
  const values = isRecord(config) ? config : {};
  const isLocal = (values["framewright:cloud"] ?? "local") === "local";
  const key = "framewright:local";
  const cluster = isLocal ? { [key]: localSection(values[key], standIn) } : {};
  return stringify({ config: { ...values, ...cluster } });
}
