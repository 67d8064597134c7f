import { beforeAll, describe, expect, test } from "vitest";
import { lifecycleRules } from "../../../infra/gke/bucket.ts";
import { inputsOf } from "../../support/under-mocks.ts";
import type { Provisioned } from "../eks/requests.ts";
import { namesOf, provisioned } from "./provisioned.ts";
import { afterCleanup, type CleanupPolicy } from "../../standins/registries/artifact-registry.ts";
import { bare, releases } from "../../standins/registries/images.ts";

const repositoryType = "gcp:artifactregistry/repository:Repository";

let made: Provisioned;
beforeAll(async () => {
  made = await provisioned();
});

function of(name: string) {
  return inputsOf(made.resources, name);
}

describe("the bucket", () => {
  test("is exactly this", () => {
    expect(of("media-bucket")).toEqual({
      location: "US-CENTRAL1",
      storageClass: "STANDARD",
      uniformBucketLevelAccess: true,
      publicAccessPrevention: "enforced",
      versioning: { enabled: true },
      lifecycleRules,
      softDeletePolicy: { retentionDurationSeconds: 604_800 },
      forceDestroy: false,
    });
  });

  test("has the tiers of seed 002, at 30 and 90 days", () => {
    expect(lifecycleRules).toEqual([
      {
        action: { type: "SetStorageClass", storageClass: "NEARLINE" },
        condition: { age: 30, matchesStorageClasses: ["STANDARD"] },
      },
      {
        action: { type: "SetStorageClass", storageClass: "COLDLINE" },
        condition: { age: 90, matchesStorageClasses: ["NEARLINE"] },
      },
      {
        action: { type: "Delete" },
        condition: { daysSinceNoncurrentTime: 30, withState: "ARCHIVED" },
      },
      { action: { type: "AbortIncompleteMultipartUpload" }, condition: { age: 7 } },
    ]);
  });

  test("is open to the API's account alone, and to its objects alone", () => {
    const rights = made.resources
      .filter(({ type }) => type === "gcp:storage/bucketIAMMember:BucketIAMMember")
      .map(({ inputs }) => inputs);
    expect(rights).toEqual([
      {
        bucket: "media-bucket",
        role: "roles/storage.objectUser",
        member: "serviceAccount:media-api@project.iam.gserviceaccount.com",
      },
    ]);
    expect(of("media-api-key")).toEqual({
      serviceAccountEmail: "media-api@project.iam.gserviceaccount.com",
    });
  });

  test("is handed over as an S3 endpoint with that account's key", () => {
    expect(made.cluster.objectStorage).toMatchObject({
      kind: "bucket",
      endpoint: "https://storage.googleapis.com",
      region: "auto",
      writeOnce: "generation-match",
      credentials: { kind: "keys" },
    });
  });

  test("keeps nothing that was deleted where nothing is protected", async () => {
    const run = await provisioned({ environment: "development", deletionProtection: false });
    expect(inputsOf(run.resources, "media-bucket")).toMatchObject({
      softDeletePolicy: { retentionDurationSeconds: 0 },
      forceDestroy: true,
    });
  });
});

describe("volumes", () => {
  test("are of a class of our own, which is not the default one, with the stack's label", () => {
    expect(of("storage-class")).toMatchObject({
      metadata: { name: "framewright-ssd" },
      provisioner: "pd.csi.storage.gke.io",
      parameters: { type: "pd-ssd", labels: "framewright-stack=prod" },
      volumeBindingMode: "WaitForFirstConsumer",
      allowVolumeExpansion: true,
    });
    expect(of("storage-class")["metadata"]).not.toHaveProperty("annotations");
    expect(made.cluster.storageClass).toBe("framewright-ssd");
  });

  test.each([
    [true, "Retain"],
    [false, "Delete"],
  ])("where retainVolumes is %s, the disk's policy is %s", async (retainVolumes, expected) => {
    const run = await provisioned({ retainVolumes });
    expect(inputsOf(run.resources, "storage-class")).toMatchObject({ reclaimPolicy: expected });
    expect(run.cluster.retainVolumes).toBe(retainVolumes);
  });
});

describe("images", () => {
  test("come from the stack's own registry, by a name that a preview knows", () => {
    expect(of("registry")).toMatchObject({
      repositoryId: "framewright-prod",
      location: "us-central1",
      format: "DOCKER",
      dockerConfig: { immutableTags: true },
    });
    expect(made.cluster.image("worker")).toBe(
      "us-central1-docker.pkg.dev/my-framewright/framewright-prod/worker:0.1.0",
    );
  });

  test.each(["by-tag", "by-reference"] as const)(
    "of fifty releases stay with every signature that is attached %s",
    (how) => {
      const { cleanupPolicies } = of("registry") as { cleanupPolicies: CleanupPolicy[] };
      const before = releases(200, how);
      const after = afterCleanup(cleanupPolicies, before);
      const { length } = after.filter(({ subject }) => subject === undefined);
      expect(length).toBeGreaterThanOrEqual(50);
      expect(length).toBeLessThan(100);
      expect(bare(before, after)).toEqual([]);
    },
  );

  test("come from a registry of one's own where the config names it, and the stack makes none", async () => {
    const run = await provisioned({ images: { registry: "registry.example.com/video", tag: "7" } });
    expect(run.cluster.image("api")).toBe("registry.example.com/video/api:7");
    expect(namesOf(run, repositoryType)).toEqual([]);
  });
});
