import type { Registration } from "./mocks.ts";

/** Objects of the External Secrets Operator, as the program makes them. */
export interface ExternalSecret {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly annotations: Readonly<Record<string, string>>;
  };
  readonly spec: {
    readonly target: {
      readonly name: string;
      readonly template: { readonly data: Readonly<Record<string, string>> };
    };
    readonly data: readonly {
      readonly secretKey: string;
      readonly remoteRef: { readonly key: string };
    }[];
  };
  readonly [field: string]: unknown;
}

export function externalSecrets(resources: readonly Registration[]): ExternalSecret[] {
  return resources
    .filter(({ type }) => type === "kubernetes:external-secrets.io/v1:ExternalSecret")
    .map(({ inputs }) => inputs as unknown as ExternalSecret);
}

const refusal =
  /^\{\{ if not \(regexMatch "(?<pattern>[^"]+)" \.(?<field>\w+)\) \}\}\{\{ fail (?<told>"[^"]+") \}\}\{\{ end \}\}/;
const brace = '{{ "{{" }}';

/** Values that a template wants in a form, and what is said of others. */
export function formsIn(template: string): { field: string; pattern: string; told: string }[] {
  const found = refusal.exec(template);
  const { field = "", pattern = "", told = '""' } = found?.groups ?? {};
  if (found === null) return [];
  const rest = formsIn(template.slice(found[0].length));
  return [{ field, pattern, told: String(JSON.parse(told)) }, ...rest];
}

function bodyOf(template: string): string {
  return formsIn(template).reduce((rest) => rest.replace(refusal, ""), template);
}

/** What the operator makes of a template. It knows the two forms that ours have, and throws at any other. */
export function renderTemplate(template: string, values: Readonly<Record<string, string>>): string {
  for (const { field, pattern, told } of formsIn(template)) {
    if (!new RegExp(pattern).test(values[field] ?? "")) throw new Error(told);
  }
  return bodyOf(template).replace(/\{\{.*?\}\}(?:" \}\})?/g, (action) => {
    if (action === brace) return "{{";
    const [, field = ""] = /^\{\{ \.(\w+) \}\}$/.exec(action) ?? [];
    const value = values[field];
    if (value === undefined) throw new Error(`no value for ${action}`);
    return value;
  });
}

/** The Secret that the operator makes, with the values that a store has under these names. */
export function renderSecret(
  { spec }: ExternalSecret,
  valueOf: (key: string) => string,
): Record<string, string> {
  const values = Object.fromEntries(
    spec.data.map(({ secretKey, remoteRef }) => [secretKey, valueOf(remoteRef.key)]),
  );
  return Object.fromEntries(
    Object.entries(spec.target.template.data).map(([key, template]) => [
      key,
      renderTemplate(template, values),
    ]),
  );
}
