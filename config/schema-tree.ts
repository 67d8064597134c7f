/** What the error texts and the rendered sample need to know of a JSON schema node. */
export interface SchemaNode {
  readonly description?: string;
  readonly default?: unknown;
  readonly type?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly required?: readonly string[];
  readonly items?: unknown;
  /** The values of an enumeration. */
  readonly options: readonly string[];
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function number(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}

export function schemaNode(schema: unknown): SchemaNode | undefined {
  if (!isRecord(schema)) return undefined;
  const values: readonly unknown[] = Array.isArray(schema.enum) ? schema.enum : [];
  const required: readonly unknown[] = Array.isArray(schema.required) ? schema.required : [];
  return {
    description: text(schema.description),
    default: schema.default,
    type: text(schema.type),
    minimum: number(schema.minimum),
    maximum: number(schema.maximum),
    properties: isRecord(schema.properties) ? schema.properties : undefined,
    required: required.filter((key) => typeof key === "string"),
    items: schema.items,
    options: values.map(String),
  };
}

export function schemaAt(schema: unknown, keys: readonly string[]): SchemaNode | undefined {
  const end = keys.reduce<unknown>((current, key) => {
    const node = schemaNode(current);
    return node?.properties?.[key] ?? node?.items;
  }, schema);
  return schemaNode(end);
}

/** The description of a key and its default, as one remedy. */
export function describe(node: SchemaNode | undefined): string {
  const what = node?.description ?? "see the schema in config/schema.ts";
  const fallback = node?.default === undefined ? "" : ` (default ${JSON.stringify(node.default)})`;
  return `${what}${fallback}`;
}
