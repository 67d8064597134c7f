import { parseCidr } from "../cidr.ts";
import type { ConfigValues } from "../schema.ts";
import { when, type Rule } from "./rule.ts";

type Bucket = ConfigValues["api"]["inputBuckets"][number];

const each = (
  { api: { inputBuckets } }: ConfigValues,
  look: (bucket: Bucket, path: string) => ReturnType<Rule>,
) => inputBuckets.flatMap((bucket, index) => look(bucket, `api.inputBuckets[${index}]`));

export const bucketNamesDiffer: Rule = (config) => {
  const seen = new Set<string>();
  return each(config, ({ name }, path) => {
    const isRepeated = seen.has(name);
    seen.add(name);
    return when(isRepeated, () => ({
      path: `${path}.name`,
      problem: `must be the name of no other bucket (it is "${name}")`,
      remedy: "jobs name a bucket by it: choose another one",
    }));
  });
};

/** Over the internet a signature in clear text would be anybody's for hours. */
export const publicBucketsAreEncrypted: Rule = (config) =>
  each(config, ({ endpoint, ranges = [] }, path) =>
    when(endpoint.startsWith("http:") && ranges.length === 0, () => ({
      path: `${path}.endpoint`,
      problem: `must be https, as it is reached over the internet (it is "${endpoint}")`,
      remedy: "use https, or name the private network that it is in with ranges",
    })),
  );

export const bucketRangesAreRanges: Rule = (config) =>
  each(config, ({ ranges = [] }, path) =>
    ranges.flatMap((cidr, index) =>
      when(parseCidr(cidr) === undefined, () => ({
        path: `${path}.ranges[${index}]`,
        problem: `must be a range of addresses (it is "${cidr}")`,
        remedy: "write its first address and its length, e.g. 10.30.0.0/20",
      })),
    ),
  );
