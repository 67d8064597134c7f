import { Type, type Static } from "typebox";

const keyPattern = "[A-Za-z][A-Za-z0-9_.-]{0,39}";
const longestValue = 500;
const mostKeys = 20;

/** Postgres does not store U+0000. */
const valuePattern = "[^\\u0000]*$";
const Value = Type.String({ pattern: `^${valuePattern}`, maxLength: longestValue });

/** A client's own notes on a job. */
export const Metadata = Type.Record(Type.String(), Value, {
  propertyNames: { type: "string", pattern: `^${keyPattern}$` },
  maxProperties: mostKeys,
  description:
    `The client's own keys and values, at most ${mostKeys}. A key begins with a letter and has at most 40 letters, digits ` +
    `and \`_.-\`; a value at most ${longestValue} characters. The list of jobs reads them, and events sent by webhook carry them`,
});
export type Metadata = Static<typeof Metadata>;

/** In a query: `?metadata=customer:42&metadata=region:eu`. A key has no colon. */
export const MetadataFilter = Type.Array(
  Type.String({ pattern: `^${keyPattern}:${valuePattern}`, maxLength: 41 + longestValue }),
  {
    maxItems: mostKeys,
    description:
      "Only jobs whose metadata have this key and value, as `customer:42`; may be repeated",
  },
);

/** The key and the value of a text that matches the filter's pattern. */
export function metadataPair(text: string): Metadata {
  const colon = text.indexOf(":");
  return { [text.slice(0, colon)]: text.slice(colon + 1) };
}

/** A deadline is not further ahead than this. */
export const farthestDeadlineDays = 30;

export const Deadline = Type.String({
  format: "date-time",
  description:
    "No attempt begins after this time (RFC 3339): a job that is still queued then fails as `deadline-exceeded`. An " +
    `attempt that runs goes on to its end, unless the job is cancelled. At most ${farthestDeadlineDays} days ahead`,
});
