import { beforeAll, describe, expect, test } from "vitest";
import { storageClassSpec } from "../../../infra/eks/storage-class.ts";
import { inputsOf } from "../../support/under-mocks.ts";
import { provisioned, requestOf, type Provisioned } from "./requests.ts";
import { afterLifecycle, type LifecyclePolicy } from "../../standins/registries/ecr.ts";
import { bare, releases } from "../../standins/registries/images.ts";

let made: Provisioned;
beforeAll(async () => {
  made = await provisioned();
});

function of(name: string) {
  return inputsOf(made.resources, name);
}

interface Document {
  readonly Statement: readonly Record<string, unknown>[];
}

function statements(name: string): readonly Record<string, unknown>[] {
  return (JSON.parse(String(of(name).policy)) as Document).Statement;
}

describe("the bucket", () => {
  test("is private, whatever anybody sets on an object", () => {
    expect(of("media-private")).toEqual({
      bucket: "media-bucket",
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    expect(of("media-ownership")).toMatchObject({
      rule: { objectOwnership: "BucketOwnerEnforced" },
    });
  });

  test("refuses everybody who asks without TLS", () => {
    expect(statements("media-tls-only")).toEqual([
      {
        Effect: "Deny",
        Principal: "*",
        Action: ["s3:*"],
        Resource: [
          expect.stringMatching(/media-bucket$/),
          expect.stringMatching(/media-bucket\/\*$/),
        ],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ]);
    expect(requestOf(made.requests, "media-tls-only").dependsOn).toContain("media-private");
  });

  test("keeps versions and encrypts", () => {
    expect(of("media-versions")).toMatchObject({ versioningConfiguration: { status: "Enabled" } });
    expect(of("media-encryption")).toMatchObject({
      rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
    });
  });

  test("seed 002: tiers after 30 and 90 days; old versions and unfinished uploads go", () => {
    expect(of("media-lifecycle").rules).toEqual([
      {
        id: "tiers",
        status: "Enabled",
        filter: { prefix: "" },
        transitions: [
          { days: 30, storageClass: "INTELLIGENT_TIERING" },
          { days: 90, storageClass: "GLACIER_IR" },
        ],
      },
      {
        id: "old-versions",
        status: "Enabled",
        filter: { prefix: "" },
        noncurrentVersionExpiration: { noncurrentDays: 30 },
        expiration: { expiredObjectDeleteMarker: true },
      },
      {
        id: "unfinished-uploads",
        status: "Enabled",
        filter: { prefix: "" },
        abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
      },
    ]);
  });

  test("is not emptied to be deleted while the stack is protected", () => {
    expect(of("media-bucket")).toEqual({ forceDestroy: false });
  });
});

describe("the API's identity", () => {
  test("is that of one account in one namespace of this cluster", () => {
    expect(of("api-identity-association")).toMatchObject({
      clusterName: "framewright-prod",
      namespace: "framewright-api",
      serviceAccount: "api",
    });
    expect(String(of("api-identity-role").assumeRolePolicy)).toContain(
      '"aws:RequestTag/kubernetes-service-account":"api"',
    );
  });

  test("may read and write objects of the bucket, and nothing else", () => {
    const all = statements("api-identity-policy");
    expect(all.map(({ Action }) => Action)).toEqual([
      ["s3:ListBucket", "s3:ListBucketMultipartUploads", "s3:GetBucketLocation"],
      [
        "s3:GetObject",
        "s3:PutObject",
        "s3:DeleteObject",
        "s3:AbortMultipartUpload",
        "s3:ListMultipartUploadParts",
      ],
    ]);
    expect(all.map(({ Resource }) => Resource)).toEqual([
      expect.stringMatching(/media-bucket$/),
      expect.stringMatching(/media-bucket\/\*$/),
    ]);
  });

  test("reaches the API's pods at the node's agent", () => {
    expect(made.cluster.objectStorage).toMatchObject({
      kind: "bucket",
      endpoint: "https://s3.us-east-1.amazonaws.com",
      region: "us-east-1",
      writeOnce: "if-none-match",
      credentials: { kind: "pod-identity", agent: { cidr: "169.254.170.23/32", port: 80 } },
    });
  });
});

describe("volumes", () => {
  test("are encrypted, of the pod's zone, tagged, and outlive a stack that keeps its data", () => {
    expect(of("storage-class")).toMatchObject({
      metadata: {
        name: "gp3",
        annotations: { "storageclass.kubernetes.io/is-default-class": "true" },
      },
      provisioner: "ebs.csi.aws.com",
      parameters: {
        type: "gp3",
        encrypted: "true",
        tagSpecification_1: "framewright:stack=prod",
      },
      volumeBindingMode: "WaitForFirstConsumer",
      allowVolumeExpansion: true,
      reclaimPolicy: "Retain",
    });
    expect(made.cluster).toMatchObject({ storageClass: "gp3", retainVolumes: true });
  });

  test("go with a stack that does not", () => {
    expect(storageClassSpec({ stack: "dev", retainVolumes: false })).toMatchObject({
      reclaimPolicy: "Delete",
    });
  });

  test("are made by a driver with an identity of its own, which comes first and goes last", () => {
    expect(of("add-ons-ebs-csi")).toMatchObject({
      addonName: "aws-ebs-csi-driver",
      podIdentityAssociations: [{ serviceAccount: "ebs-csi-controller-sa" }],
      configurationValues: '{"controller":{"extraVolumeTags":{"framewright:stack":"prod"}}}',
      preserve: true,
    });
    expect(of("add-ons-volumes-AmazonEBSCSIDriverPolicy")).toMatchObject({
      policyArn: "arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy",
    });
    expect(requestOf(made.requests, "storage-class").dependsOn).toContain("add-ons-ebs-csi");
  });
});

describe("the registry", () => {
  const images = ["postgres", "redis", "rabbitmq", "object-store", "api", "worker"] as const;

  test.each(images)("has a repository for %s whose tags never move", (image) => {
    expect(of(`registry-${image}`)).toMatchObject({
      name: `framewright-prod/${image}`,
      imageTagMutability: "IMMUTABLE",
      imageScanningConfiguration: { scanOnPush: true },
      forceDelete: false,
    });
    expect(of(`registry-${image}-lifecycle`)).toMatchObject({
      repository: `framewright-prod/${image}`,
    });
  });

  test.each(["by-tag", "by-reference"] as const)(
    "keeps fifty releases, and every signature of theirs that is attached %s",
    (how) => {
      const { policy } = of("registry-api-lifecycle") as { policy: string };
      const before = releases(60, how);
      const after = afterLifecycle(JSON.parse(policy) as LifecyclePolicy, before);
      expect(after.filter(({ subject }) => subject === undefined)).toHaveLength(50);
      expect(bare(before, after)).toEqual([]);
    },
  );

  test("is where pods take images from, by literal references", () => {
    expect(made.cluster.image("object-store")).toBe(
      "123456789012.dkr.ecr.us-east-1.amazonaws.com/framewright-prod/object-store:0.1.0",
    );
  });

  test("is not made when there is one already", async () => {
    const other = await provisioned({ images: { registry: "registry.test/video", tag: "v2" } });
    expect(other.resources.filter(({ type }) => type.startsWith("aws:ecr"))).toEqual([]);
    expect(other.cluster.image("api")).toBe("registry.test/video/api:v2");
  });
});
