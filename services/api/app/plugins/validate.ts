import type { FastifySchemaCompiler } from "fastify";
import type { TSchema } from "typebox";
import { Compile } from "typebox/compile";
import { Value } from "typebox/value";

/**
 * Checks requests with TypeBox itself. Only paths, queries and headers, which are text by nature,
 * are converted; a body has to have the types of its schema. Unknown fields are refused.
 */
export const compileValidator: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const check = Compile(schema);
  return (value: unknown) => {
    const filled = Value.Default(schema, value);
    if (check.Check(filled)) return { value: filled };
    const converted = httpPart === "body" ? filled : Value.Convert(schema, filled);
    if (check.Check(converted)) return { value: converted };
    return { error: check.Errors(converted).slice(0, 20) };
  };
};
