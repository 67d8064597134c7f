import { schemaNode, type SchemaNode } from "./schema-tree.ts";

/** A key with its schema, and whether the object around it asks for it. */
interface Entry {
  readonly key: string;
  readonly node: SchemaNode;
  readonly required: boolean;
}

function range({ minimum, maximum }: SchemaNode): string {
  return minimum === undefined || maximum === undefined ? "" : `; ${minimum} to ${maximum}`;
}

function choices(node: SchemaNode): string {
  const options = node.options.length > 0 ? node.options : (schemaNode(node.items)?.options ?? []);
  return options.length === 0 ? "" : `; one of ${options.join(", ")}`;
}

function presence({ node, required }: Entry): string {
  if (node.default !== undefined) return "";
  return required ? "; must be set" : "; unset by default";
}

function comment(entry: Entry): string {
  const { node } = entry;
  return `# ${node.description ?? ""}${range(node)}${choices(node)}${presence(entry)}`;
}

function scalar(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(String).join(", ")}]`;
  // A number in quotes: quantities and versions are text. An empty text would be null.
  const isNumber = typeof value === "string" && /^[0-9]*(\.[0-9]+)?$/.test(value);
  return isNumber ? `"${value}"` : String(value);
}

function prefixed(prefix: string, lines: readonly string[]): string[] {
  return lines.map((line) => `${prefix}${line}`);
}

function leaf(entry: Entry): string[] {
  const { key, node, required } = entry;
  if (node.default !== undefined) return [comment(entry), `${key}: ${scalar(node.default)}`];
  return [comment(entry), required ? `${key}:` : `# ${key}:`];
}

/** What is unset by default stands there commented out, ready to be taken in. */
function block(entry: Entry, inner: readonly string[]): string[] {
  const isEmpty = entry.required && inner.every((line) => line.startsWith("#"));
  const lines = [isEmpty ? `${entry.key}: {}` : `${entry.key}:`, ...prefixed("  ", inner)];
  return [comment(entry), ...(entry.required ? lines : prefixed("# ", lines))];
}

/** A list of objects: its value, and one object of it commented out. */
function list(entry: Entry, item: SchemaNode): string[] {
  const [first = "", ...others] = keysOf(item, "");
  return [...leaf(entry), ...prefixed("#   ", [`- ${first}`, ...prefixed("  ", others)])];
}

function render(entry: Entry): string[] {
  const { node } = entry;
  const item = schemaNode(node.items);
  if (item?.properties !== undefined) return list(entry, item);
  return node.properties === undefined ? leaf(entry) : block(entry, keysOf(node, ""));
}

/** Keys of an object as commented YAML. */
function keysOf(schema: SchemaNode, prefix: string): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const node = schemaNode(property);
    if (node === undefined) return [];
    const required = schema.required?.includes(name) === true;
    return render({ key: `${prefix}${name}`, node, required });
  });
}

/** A stack file with every key at its default, and what it means. */
export function renderSample(schema: unknown, project: string): string {
  const node = schemaNode(schema);
  const lines = node === undefined ? [] : keysOf(node, `${project}:`);
  return `${["config:", ...prefixed("  ", lines)].join("\n")}\n`;
}

/** The page docs/configuration.md. */
export function renderReference(schema: unknown, project: string): string {
  return [
    "# Configuration",
    "",
    "Every key of a stack file `Pulumi.<stack>.yaml`, at its default. A stack file holds only what differs.",
    "All problems of a file are reported at once, each with its path, its value and what to do.",
    "What is unset by default is commented out: a section is there when its first line is.",
    "",
    "Stack files to start from: `Pulumi.dev.yaml` (gke, small), `Pulumi.prod.yaml` (eks), and those in `docs/samples/`.",
    "",
    "```yaml",
    renderSample(schema, project).trimEnd(),
    "```",
    "",
    "This page is rendered from `config/schema.ts` by `npm run golden:update`; a test compares the two.",
    "",
  ].join("\n");
}
