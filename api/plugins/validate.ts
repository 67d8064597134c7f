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

/** Names of the parameters that the schema wants as whole numbers. */
function integersOf(schema: TSchema): string[] {
  return propertiesOf(schema)
    .filter(([, property]) => {
      if (typeof property !== "object" || property === null) return false;
      return "type" in property && property.type === "integer";
    })
    .map(([name]) => name);
}

function readIntegers(value: unknown, names: readonly string[]): unknown {
  if (names.length === 0 || typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, text]: [string, unknown]) =>
      names.includes(name) && typeof text === "string" && wholeNumber.test(text)
        ? [name, Number(text)]
        : [name, text],
    ),
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

/** What the value should be; empty where a part of it has a problem of its own. */
function expectations({ keyword, params, message }: TLocalizedValidationError): string {
  if (keyword === "enum") return `must be one of ${params.allowedValues.join(", ")}`;
  if (keyword === "format") return `must be a ${params.format.toUpperCase()}`;
  return keyword === "additionalProperties" ? "" : message;
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
  const expected = expectations(error);
  if (expected === "") return [];
  return [{ ...error, message: `${expected}, but is ${shown(valueAt(sent, instancePath))}` }];
}

/**
 * Checks requests with TypeBox itself, and every text in them, so that no route has to think of it.
 * Only paths, queries and headers, which are text by nature, have whole numbers read from text; a body
 * has to have the types of its schema. Unknown fields are refused where the schema says so.
 */
export const compileValidator: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const check = Compile(schema);
  const integers = httpPart === "body" ? [] : integersOf(schema);
  const problemsOf = (sent: unknown): FastifySchemaValidationError[] =>
    check.Check(sent)
      ? textProblems(sent)
      : check.Errors(sent).flatMap((error) => inWords(error, sent));
  return (value: unknown) => {
    const complete = readIntegers(Value.Default(schema, value), integers);
    const problems = problemsOf(complete);
    return problems.length === 0 ? { value: complete } : { error: problems.slice(0, 20) };
  };
};
