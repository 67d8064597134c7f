import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { backupBucket } from "../../../services/object-store/backup-bucket.ts";
import { internet } from "../../../services/kit/network/network.ts";

test("backups go to a bucket by HTTPS and to no private network", () => {
  const bucket = pulumi.output("backups-1234567");
  const credentials = {
    kind: "pod-identity",
    agent: { cidr: "169.254.170.23/32", port: 80 },
  } as const;
  const place = { host: "s3.test", region: "us-east-1", bucket, credentials };
  expect(backupBucket(place, undefined)).toEqual({
    endpoint: { blocks: [internet], port: 443 },
    host: "s3.test",
    port: 443,
    region: "us-east-1",
    uriStyle: "host",
    bucket: { secret: bucket },
    credentials,
  });
});
