import { schemaNode, type SchemaNode } from "./schema-tree.ts";

function range({ minimum, maximum }: SchemaNode): string {
  return minimum === undefined || maximum === undefined ? "" : `; ${minimum} to ${maximum}`;
}

function choices(node: SchemaNode): string {
  const options = node.options.length > 0 ? node.options : (schemaNode(node.items)?.options ?? []);
  return options.length === 0 ? "" : `; one of ${options.join(", ")}`;
}

function leaf(key: string, node: SchemaNode, indent: string): string[] {
  const comment = `${indent}# ${node.description ?? ""}${range(node)}${choices(node)}`;
  return node.default === undefined
    ? [`${comment}; unset by default`, `${indent}# ${key}:`]
    : [comment, `${indent}${key}: ${scalar(node.default)}`];
}

function scalar(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(String).join(", ")}]`;
  // A number in quotes: quantities are text.
  return typeof value === "string" && /^[0-9]+$/.test(value) ? `"${value}"` : String(value);
}

/** Keys of an object as commented YAML; an optional section is shown commented out. */
function entries(schema: SchemaNode, prefix: string, indent: string): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const node = schemaNode(property);
    if (node === undefined) return [];
    const key = `${prefix}${name}`;
    if (node.properties === undefined) return leaf(key, node, indent);
    const optional = schema.required?.includes(name) !== true;
    const shown = optional ? `${indent}# ` : indent;
    const note = optional ? "; unset by default" : "";
    return [
      `${indent}# ${node.description ?? ""}${note}`,
      `${shown}${key}:`,
      ...entries(node, "", `${shown}  `).filter((line) => !optional || !line.includes("# #")),
    ];
  });
}

/** A stack file with every key at its default, and what it means. */
export function renderSample(schema: unknown, project: string): string {
  const node = schemaNode(schema);
  const lines = node === undefined ? [] : entries(node, `${project}:`, "  ");
  return `${["config:", ...lines].join("\n")}\n`;
}

/** The page docs/configuration.md. */
export function renderReference(schema: unknown, project: string): string {
  return [
    "# Configuration",
    "",
    "Every key of a stack file `Pulumi.<stack>.yaml`, at its default. A stack file holds only what differs.",
    "All problems of a file are reported at once, each with its path, its value and what to do.",
    "",
    "```yaml",
    renderSample(schema, project).trimEnd(),
    "```",
    "",
    "This page is rendered from `config/schema.ts` by `npm run golden:update`; a test compares the two.",
    "",
  ].join("\n");
}
