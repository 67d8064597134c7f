import { expect, test } from "vitest";
import * as inputBuckets from "../../../config/rules/input-buckets.ts";
import { checkConfig } from "../../../config/load.ts";
import type { ConfigValues } from "../../../config/schema.ts";
import { configWith, expectProblems, facts, untested, type Broken } from "../support.ts";

type Bucket = ConfigValues["api"]["inputBuckets"][number];

const footage: Bucket = {
  name: "footage",
  endpoint: "https://s3.eu-central-1.amazonaws.com",
  region: "eu-central-1",
  bucket: "acme-footage",
  prefixes: ["raw/"],
  accessKeyId: "AKIAEXAMPLE",
  secretAccessKey: "secret",
};

const bucketsWith = (...changes: Partial<Bucket>[]) =>
  configWith(
    ({ api }) => (api.inputBuckets = changes.map((change) => ({ ...footage, ...change }))),
  );

const broken: Broken[] = [
  [
    "a name that another one has",
    inputBuckets.bucketNamesDiffer,
    bucketsWith({}, { name: "other" }, {}),
    ['api.inputBuckets[2].name must be the name of no other bucket (it is "footage")'],
  ],
  [
    "a public endpoint in clear text",
    inputBuckets.publicBucketsAreEncrypted,
    bucketsWith({ endpoint: "http://s3.example.com" }),
    [
      'api.inputBuckets[0].endpoint must be https, as it is reached over the internet (it is "http://s3.example.com")',
    ],
  ],
  [
    "a range that is none",
    inputBuckets.bucketRangesAreRanges,
    bucketsWith({ ranges: ["10.30.0.0/16", "10.30.1.0/16"] }),
    ['api.inputBuckets[0].ranges[1] must be a range of addresses (it is "10.30.1.0/16")'],
  ],
];

test.each(broken)("%s is refused, with the value", (...row) => {
  expectProblems(row);
});

test("every rule here is broken by a case", () => {
  expect(untested(inputBuckets, broken)).toEqual([]);
});

test("a bucket in a private network may be reached in clear text", () => {
  const config = bucketsWith(
    {},
    { name: "nas", endpoint: "http://10.30.0.4:9000", ranges: ["10.30.0.0/24"] },
  );
  expect(Object.values(inputBuckets).flatMap((rule) => rule(config, facts))).toEqual([]);
});

test.each([
  ["a prefix from the root", { prefixes: ["/raw/"] }, "api.inputBuckets[0].prefixes[0]"],
  ["a prefix that is no folder", { prefixes: ["raw"] }, "api.inputBuckets[0].prefixes[0]"],
  ["a way up", { prefixes: ["raw/../"] }, "api.inputBuckets[0].prefixes[0]"],
  ["no prefix", { prefixes: [] }, "api.inputBuckets[0].prefixes"],
  ["an endpoint with a path", { endpoint: "https://s3.test/a" }, "api.inputBuckets[0].endpoint"],
])("%s is refused", (_what, change, path) => {
  const local = { nodeFile: "test/support/node.json" };
  const entries = { local, api: { inputBuckets: [{ ...footage, ...change }] } };
  const check = () => checkConfig(entries, "Pulumi.test.yaml", ".");
  expect(check).toThrow(path);
  expect(check).not.toThrow(footage.secretAccessKey);
});
