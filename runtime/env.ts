import {
  Type,
  type Static,
  type TObject,
  type TOptional,
  type TProperties,
  type TSchema,
} from "typebox";
import { Value } from "typebox/value";
import { isSecretName } from "./log-redaction.ts";

/** A variable that may be missing; the program then sees its default. */
export type Defaulted<Schema extends TSchema> = TOptional<Schema> & {
  readonly default: Static<Schema>;
};

/** A variable that may be missing. The default stands in the schema, so that documents show it. */
export function withDefault<Schema extends TSchema>(
  schema: Schema,
  value: Static<Schema>,
): Defaulted<Schema>;
export function withDefault(schema: TSchema, value: unknown): TSchema {
  return Object.assign(Type.Optional(schema), { default: value });
}

/** A value that no message shows. */
export function hidden<Schema extends TSchema>(schema: Schema): Schema {
  return Object.assign(schema, { writeOnly: true });
}

/** What no line of a log may show: the values of hidden variables, and the passwords in those that are URLs. */
export function hiddenValues(schema: TObject, raw: RawEnv): readonly string[] {
  const names = Object.keys(schema.properties).filter((name) => {
    const leaf = schema.properties[name];
    return leaf !== undefined && "writeOnly" in leaf;
  });
  return names.flatMap((name) => {
    const text = textOf(raw, name);
    if (text === undefined) return [];
    if (text.startsWith("[") || text.startsWith("{")) return namedSecrets(text);
    if (!URL.canParse(text)) return [text];
    const { password } = new URL(text);
    return password === "" ? [] : [password, decodeURIComponent(password)];
  });
}

/** Of a document in JSON: what stands under the name of a secret. */
function namedSecrets(text: string): string[] {
  const found: string[] = [];
  JSON.parse(text, (name, value: unknown) => {
    if (typeof value === "string" && isSecretName(name)) found.push(value);
    return value;
  });
  return found;
}

type Camel<Name extends string> = Name extends `${infer Head}_${infer Tail}`
  ? `${Lowercase<Head>}${Capitalize<Camel<Tail>>}`
  : Lowercase<Name>;

type Decoded<Schema extends TSchema> =
  Schema extends Defaulted<infer Inner>
    ? Static<Inner>
    : Schema extends TOptional<infer Inner>
      ? Static<Inner> | undefined
      : Static<Schema>;

/** The decoded environment: `LEASE_SECONDS` of the schema is `leaseSeconds`, with its real type. */
export type EnvOf<Schema extends TObject> = {
  readonly [Name in keyof Schema["properties"] & string as Camel<Name>]: Decoded<
    Schema["properties"][Name]
  >;
};

/** Variables as `process.env` has them. */
export type RawEnv = Readonly<Record<string, string | undefined>>;

/** Everything that is wrong with an environment. */
export class EnvError extends Error {
  constructor(problems: readonly string[]) {
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    super(`${count} in the environment:\n${problems.map((line) => `  ${line}`).join("\n")}`);
    this.name = "EnvError";
  }
}

/** Throws when there is a problem. */
export function refuse(problems: readonly string[]): void {
  if (problems.length > 0) throw new EnvError(problems);
}

function shown(schema: TSchema, text: string): string {
  return "writeOnly" in schema ? "its value is hidden" : `it is "${text}"`;
}

/** Text as it is, unless the schema asks for a whole number and the text is one. */
function converted(schema: TSchema, text: string): unknown {
  return Type.IsInteger(schema) && /^-?[0-9]+$/.test(text) ? Number(text) : text;
}

function expected(schema: TSchema, message: string): string {
  return Type.IsEnum(schema) ? `must be one of ${schema.enum.join(", ")}` : message;
}

function problemOf(name: string, schema: TSchema, text: string | undefined): string[] {
  const purpose = "description" in schema ? ` (${String(schema.description)})` : "";
  if (text === undefined) {
    return Type.IsOptional(schema) ? [] : [`${name} is missing${purpose}`];
  }
  const [error] = Value.Errors(schema, converted(schema, text));
  if (error === undefined) return [];
  return [`${name} ${expected(schema, error.message)}${purpose}; ${shown(schema, text)}`];
}

function camel(name: string): string {
  return name.toLowerCase().replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
}

/** The text of a variable. In a pod spec, empty means not set. */
function textOf(raw: RawEnv, name: string): string | undefined {
  return raw[name] === "" ? undefined : raw[name];
}

function valueOf(schema: TSchema, text: string | undefined): unknown {
  if (text !== undefined) return converted(schema, text);
  return "default" in schema ? schema.default : undefined;
}

function isDecoded<Schema extends TObject>(
  schema: Schema,
  value: Record<string, unknown>,
): value is Record<string, unknown> & EnvOf<Schema> {
  return Object.keys(schema.properties).every((name) => camel(name) in value);
}

/** What `read` gives. Of a broken environment only the problems, without a stack: whoever deploys has to mend them. */
export function configOrExit<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof EnvError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}

/**
 * Decodes an environment by its schema, whose variables have their real types: text becomes a number where the schema
 * says integer, a missing variable becomes its default. Variables that the schema does not have are left out.
 *
 * @param further problems that the schema cannot express, found in the same variables
 * @throws EnvError with every problem at once; values of hidden variables are not in it
 */
export function decodeEnv<Properties extends TProperties>(
  schema: TObject<Properties>,
  raw: RawEnv,
  further: readonly string[] = [],
): EnvOf<TObject<Properties>> {
  const properties: [string, TSchema][] = Object.entries(schema.properties);
  const problems = properties.flatMap(([name, leaf]) => problemOf(name, leaf, textOf(raw, name)));
  refuse([...problems, ...further]);
  const values = Object.fromEntries(
    properties.map(([name, leaf]) => [camel(name), valueOf(leaf, textOf(raw, name))]),
  );
  if (!isDecoded(schema, values)) throw new EnvError(["it could not be decoded"]);
  return values;
}
