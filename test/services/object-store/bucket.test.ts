import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { bucketStore } from "../../../services/object-store/bucket.ts";
import { internet } from "../../../services/kit/network/network.ts";

test("a bucket has one address for pods and clients, and its name goes through the Secret", () => {
  const bucket = pulumi.output("media-1234567");
  const agent = { cidr: "169.254.170.23/32", port: 80 };
  const place = {
    kind: "bucket",
    endpoint: "https://s3.us-east-1.amazonaws.com",
    region: "us-east-1",
    writeOnce: "if-none-match",
    bucket,
  } as const;
  const store = bucketStore({ ...place, credentials: { kind: "pod-identity", agent } }, undefined);
  expect(store).toMatchObject({
    endpoint: { blocks: [internet], port: 443 },
    insideUrl: "https://s3.us-east-1.amazonaws.com",
    publicUrl: "https://s3.us-east-1.amazonaws.com",
    region: "us-east-1",
    writeOnce: "if-none-match",
    credentials: { kind: "pod-identity", agent },
  });
  expect(typeof store.bucket === "object" && store.bucket.secret).toBe(bucket);
  const stored = { ...place, credentials: { kind: "stored" } as const };
  expect(() => bucketStore(stored, undefined)).toThrow(/a store of the owner's, and none is named/);
});
