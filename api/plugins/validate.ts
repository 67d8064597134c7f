import type { FastifySchemaCompiler } from "fastify";
import type { TSchema } from "typebox";
import { Compile } from "typebox/compile";
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

/**
 * Checks requests with TypeBox itself. Only paths, queries and headers, which are text by nature,
 * have whole numbers read from text; a body has to have the types of its schema. Unknown fields are
 * refused where the schema says so.
 */
export const compileValidator: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const check = Compile(schema);
  const integers = httpPart === "body" ? [] : integersOf(schema);
  return (value: unknown) => {
    const complete = readIntegers(Value.Default(schema, value), integers);
    if (check.Check(complete)) return { value: complete };
    return { error: check.Errors(complete).slice(0, 20) };
  };
};
