import { beforeAll, describe, expect, test } from "vitest";
import { inputsOf } from "../../support/under-mocks.ts";
import { provisioned, requestOf, type Provisioned } from "./requests.ts";

let made: Provisioned;
beforeAll(async () => {
  made = await provisioned({ backups: { enabled: true } });
});

function of(name: string) {
  return inputsOf(made.resources, name);
}

interface Statement {
  readonly Action: readonly string[];
  readonly Resource: string;
}

function rights(name: string): string[] {
  const text = String(of(`${name}-identity-policy`).policy);
  const { Statement: all } = JSON.parse(text) as { Statement: Statement[] };
  expect(new Set(all.map(({ Resource }) => Resource.replace("/*", "")))).toEqual(
    new Set(["arn:aws:s3:us-east-1:123456789012:backups-bucket"]),
  );
  return all.flatMap(({ Action }) => Action).toSorted();
}

const reading = ["s3:GetBucketLocation", "s3:GetObject", "s3:ListBucket"];
const writing = [
  "s3:AbortMultipartUpload",
  "s3:DeleteObject",
  "s3:ListMultipartUploadParts",
  "s3:PutObject",
];

describe("each pod of the backups has an identity of its own, for their bucket alone", () => {
  test.each(["postgres", "postgres-backup", "postgres-restore"])("%s writes there", (name) => {
    expect(rights(name)).toEqual([...reading, ...writing].toSorted());
    expect(of(`${name}-identity-association`)).toMatchObject({
      namespace: "framewright-data",
      serviceAccount: name,
    });
  });

  test("the drill only reads", () => {
    expect(rights("postgres-restore-drill")).toEqual(reading);
  });
});

test("the bucket is apart from the media, private, versioned, and without tiers that charge for reading", () => {
  expect(of("backups-bucket")).toEqual({ forceDestroy: false });
  expect(of("backups-private")).toMatchObject({ restrictPublicBuckets: true });
  expect(of("backups-versions")).toMatchObject({ versioningConfiguration: { status: "Enabled" } });
  expect(of("backups-lifecycle").rules).toEqual([
    expect.objectContaining({
      id: "old-versions",
      noncurrentVersionExpiration: { noncurrentDays: 30 },
    }),
    expect.objectContaining({ id: "unfinished-uploads" }),
  ]);
  expect(requestOf(made.requests, "backups-lifecycle").dependsOn).toContain("backups-versions");
});

test("pods come after what they may do", () => {
  expect(made.cluster.backupBucket).toMatchObject({
    host: "s3.us-east-1.amazonaws.com",
    region: "us-east-1",
    credentials: { kind: "pod-identity", agent: { cidr: "169.254.170.23/32", port: 80 } },
  });
  const names = made.cluster.ready.map((resource) => resource.constructor.name);
  expect(names.filter((name) => name === "PodIdentity").length).toBe(5);
});

test("without backups there is no bucket for them", async () => {
  const { cluster, resources } = await provisioned();
  expect(cluster.backupBucket).toBeUndefined();
  expect(resources.filter(({ name }) => name.startsWith("backups"))).toEqual([]);
});
