import { Type } from "typebox";
import { LogLevel } from "@framewright/contracts/log-level.ts";
import { hidden, withDefault } from "@framewright/runtime/env.ts";

/** The kinds of variable that the environments of the API's programs are made of. */

export const port = (description: string) =>
  Type.Integer({ minimum: 0, maximum: 65_535, description });
export const count = (value: number, description: string, minimum = 0) =>
  withDefault(Type.Integer({ minimum, description }), value);
export const url = (schemes: string, description: string) =>
  Type.String({ pattern: `^(${schemes})://[^\\s]+$`, description });
export const secret = (description: string) => hidden(Type.String({ minLength: 16, description }));

/** The one before or after a secret that is rotated: replicas on the other side of a rollout give it out. */
export const accepted = (description: string) =>
  hidden(Type.Optional(Type.String({ minLength: 16, description })));

export const logLevel = withDefault(LogLevel, "info");
export const database = {
  DATABASE_URL: hidden(url("postgres|postgresql", "Postgres, the primary")),
  DATABASE_CA_FILE: Type.Optional(
    Type.String({
      pattern: "^/",
      description: "PEM file of the authorities that sign Postgres' certificate; without it no TLS",
    }),
  ),
};
