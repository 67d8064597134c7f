import type { FastifySchemaCompiler, FastifySchemaValidationError } from "fastify";
import type { TSchema } from "typebox";
import { Compile } from "typebox/compile";
import type { TLocalizedValidationError } from "typebox/error";
import { Value } from "typebox/value";

const wholeNumber = /^-?\d{1,15}$/;

function propertiesOf(schema: TSchema): [string, unknown][] {
  if (!("properties" in schema)) return [];
  const { properties } = schema;
  return typeof properties === "object" && properties !== null ? Object.entries(properties) : [];
}

/** Names of the parameters that the schema wants as something else than one text. */
function parametersOf(schema: TSchema, type: "integer" | "array"): string[] {
  return propertiesOf(schema)
    .filter(([, property]) => {
      if (typeof property !== "object" || property === null) return false;
      return "type" in property && property.type === type;
    })
    .map(([name]) => name);
}

type Reader = (value: unknown) => unknown;

/** Reads parameters from text: whole numbers, and a list of one, which a query cannot tell from a text. */
function createReader(schema: TSchema): Reader {
  const integers = parametersOf(schema, "integer");
  const arrays = parametersOf(schema, "array");
  const read = (name: string, text: unknown): unknown => {
    if (typeof text !== "string") return text;
    if (arrays.includes(name)) return [text];
    return integers.includes(name) && wholeNumber.test(text) ? Number(text) : text;
  };
  if (integers.length + arrays.length === 0) return (value) => value;
  return (value) =>
    typeof value !== "object" || value === null
      ? value
      : Object.fromEntries(
          Object.entries(value).map(([name, text]: [string, unknown]) => [name, read(name, text)]),
        );
}

function problemOfText(text: string): string | undefined {
  if (text.includes("\0")) return "must not contain the character U+0000";
  return text.isWellFormed() ? undefined : "must not contain half of a surrogate pair";
}

/**
 * Texts, names of fields among them, that Postgres does not store: neither `text` nor `jsonb` takes U+0000, and half
 * of a surrogate pair has no UTF-8. Call it with a value that fits its schema, which bounds how deep it is.
 */
function textProblems(value: unknown, instancePath = ""): FastifySchemaValidationError[] {
  if (typeof value === "string") {
    const message = problemOfText(value);
    if (message === undefined) return [];
    return [{ keyword: "text", instancePath, schemaPath: "", params: {}, message }];
  }
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]: [string, unknown]) => [
    ...textProblems(name, instancePath),
    ...textProblems(inner, `${instancePath}/${name}`),
  ]);
}

function valueAt(value: unknown, instancePath: string): unknown {
  return instancePath
    .split("/")
    .slice(1)
    .reduce<unknown>((inner, name) => {
      if (typeof inner !== "object" || inner === null) return undefined;
      return Object.entries(inner).find(([key]) => key === name)?.[1];
    }, value);
}

/** A value as it was sent, short enough to be read in one line. */
function shown(value: unknown): string {
  const text = value === undefined ? "missing" : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

const formats: ReadonlyMap<string, string> = new Map([
  ["uuid", "a UUID"],
  ["date-time", "a time such as 2026-11-21T10:00:00Z (RFC 3339)"],
]);

/** Keywords whose errors stand beside those of the parts. */
const partial: readonly string[] = ["additionalProperties", "propertyNames"];

/** What the value should be; empty where a part of it has a problem of its own. */
function expectations({ keyword, params, message }: TLocalizedValidationError): string {
  if (keyword === "enum") return `must be one of ${params.allowedValues.join(", ")}`;
  if (keyword === "format") return `must be ${formats.get(params.format) ?? params.format}`;
  return partial.includes(keyword) ? "" : message;
}

/** The library's errors in words that name the values; what it states twice is stated once. */
function inWords(error: TLocalizedValidationError, sent: unknown): FastifySchemaValidationError[] {
  const { instancePath } = error;
  if (error.keyword === "required") {
    return error.params.requiredProperties.map((name) => ({
      ...error,
      instancePath: `${instancePath}/${name}`,
      message: "is missing",
    }));
  }
  if (error.keyword === "boolean") return [{ ...error, message: "is not known here" }];
  if (error.schemaPath.endsWith("/propertyNames")) {
    return [{ ...error, message: `is not a name that may stand here: it ${error.message}` }];
  }
  const expected = expectations(error);
  if (expected === "") return [];
  return [{ ...error, message: `${expected}, but is ${shown(valueAt(sent, instancePath))}` }];
}

/**
 * Checks requests with TypeBox itself, and every text in them, so that no route has to think of it.
 * Only paths, queries and headers, which are text by nature, have numbers and lists read from text; a body
 * has to have the types of its schema. Unknown fields are refused where the schema says so.
 */
export const compileValidator: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const check = Compile(schema);
  const read: Reader = httpPart === "body" ? (value) => value : createReader(schema);
  const problemsOf = (sent: unknown): FastifySchemaValidationError[] =>
    check.Check(sent)
      ? textProblems(sent)
      : check.Errors(sent).flatMap((error) => inWords(error, sent));
  return (value: unknown) => {
    const complete = read(Value.Default(schema, value));
    const problems = problemsOf(complete);
    return problems.length === 0 ? { value: complete } : { error: problems.slice(0, 20) };
  };
};
