import { beforeAll, describe, expect, test } from "vitest";
import { accessEntries, endpointAccess } from "../../../infra/eks/control-plane.ts";
import { placeOf } from "../../../infra/eks/names.ts";
import { maskSecrets } from "../../support/mocks.ts";
import { eksEntries } from "../../config/support.ts";
import { inputsOf } from "../../support/under-mocks.ts";
import { provisioned, requestOf, type Provisioned } from "./requests.ts";

let made: Provisioned;
beforeAll(async () => {
  made = await provisioned();
});

function of(name: string) {
  return inputsOf(made.resources, name);
}

test("the provider makes things in one account only, and tags them with the stack", () => {
  const { allowedAccountIds, defaultTags, region } = of("aws");
  expect(region).toBe("us-east-1");
  expect(allowedAccountIds).toBe('["123456789012"]');
  expect(defaultTags).toBe('{"tags":{"framewright:stack":"prod"}}');
});

test("every resource of AWS is made by that provider", () => {
  const others = made.requests.filter(
    ({ type, providers }) => /^(aws|eks):/.test(type) && !providers.includes("aws"),
  );
  expect(others).toEqual([]);
});

test("the cluster is exactly this", () => {
  expect(of("eks-cluster")).toEqual({
    name: "framewright-prod",
    version: "1.36",
    vpcId: "network-vpc-id",
    publicSubnetIds: ["network-public-use1-az1-id", "network-public-use1-az2-id"],
    privateSubnetIds: ["network-private-use1-az1-id", "network-private-use1-az2-id"],
    kubernetesServiceIpAddressRange: "172.20.0.0/16",
    endpointPrivateAccess: true,
    endpointPublicAccess: true,
    publicAccessCidrs: ["203.0.113.0/24"],
    authenticationMode: "API",
    accessEntries: {},
    skipDefaultNodeGroup: true,
    skipDefaultSecurityGroups: true,
    nodeAssociatePublicIpAddress: false,
    createOidcProvider: false,
    encryptionConfigKeyArn: expect.stringContaining("eks-secrets-key") as string,
    enabledClusterLogTypes: ["api", "audit", "authenticator", "controllerManager", "scheduler"],
    deletionProtection: true,
    upgradePolicy: { supportType: "STANDARD" },
    vpcCniOptions: {
      enableNetworkPolicy: true,
      enablePrefixDelegation: true,
      configurationValues: {
        env: { ADDITIONAL_ENI_TAGS: '{"framewright:stack":"prod"}' },
      },
      // What the SDK fills in.
      resolveConflictsOnCreate: "OVERWRITE",
      resolveConflictsOnUpdate: "OVERWRITE",
    },
    kubeProxyAddonOptions: {
      enabled: true,
      resolveConflictsOnCreate: "OVERWRITE",
      resolveConflictsOnUpdate: "OVERWRITE",
    },
    corednsAddonOptions: {
      enabled: false,
      resolveConflictsOnCreate: "OVERWRITE",
      resolveConflictsOnUpdate: "OVERWRITE",
    },
  });
});

describe("who reaches the Kubernetes API from outside", () => {
  test("nobody, unless somebody is named", () => {
    expect(endpointAccess([])).toEqual({
      endpointPrivateAccess: true,
      endpointPublicAccess: false,
    });
  });

  test("those who are named, and the VPC still", () => {
    expect(endpointAccess(["203.0.113.0/24"])).toEqual({
      endpointPrivateAccess: true,
      endpointPublicAccess: true,
      publicAccessCidrs: ["203.0.113.0/24"],
    });
  });
});

test("administrators are roles with the cluster's own admin policy", () => {
  const place = placeOf("prod", { accountId: "123456789012", region: "us-gov-west-1" });
  const arn = "arn:aws-us-gov:iam::123456789012:role/teams/platform";
  expect(accessEntries(place, "admin", [arn])).toEqual({
    "123456789012-role-teams-platform": {
      principalArn: arn,
      accessPolicies: {
        admin: {
          policyArn: "arn:aws-us-gov:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy",
          accessScope: { type: "cluster" },
        },
      },
    },
  });
});

test("viewers read everything, Secrets among it, and change nothing", async () => {
  const role = "arn:aws:iam::123456789012:role/drift";
  const seen = await provisioned({ eks: { ...eksEntries.eks, viewerRoleArns: [role] } });
  expect(inputsOf(seen.resources, "eks-cluster").accessEntries).toEqual({
    "123456789012-role-drift": {
      principalArn: role,
      accessPolicies: {
        viewer: {
          policyArn: "arn:aws:eks::aws:cluster-access-policy/AmazonEKSAdminViewPolicy",
          accessScope: { type: "cluster" },
        },
      },
    },
  });
});

test("secrets are encrypted with a key that is renewed, and lost late", () => {
  expect(of("eks-secrets-key")).toMatchObject({
    enableKeyRotation: true,
    deletionWindowInDays: 30,
  });
});

test("the log of the control plane exists before EKS would make one to keep for ever", () => {
  expect(of("eks-logs")).toEqual({
    name: "/aws/eks/framewright-prod/cluster",
    retentionInDays: 90,
  });
  expect(requestOf(made.requests, "eks-cluster").dependsOn).toContain("eks-logs");
});

test("the pod network has its rights from Pod Identity", () => {
  expect(of("eks-pod-network-identity")).toMatchObject({
    clusterName: "framewright-prod",
    namespace: "kube-system",
    serviceAccount: "aws-node",
  });
  expect(of("eks-pod-network-AmazonEKS_CNI_Policy")).toMatchObject({
    policyArn: "arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy",
  });
  expect(of("eks-identity-agent")).toMatchObject({ addonName: "eks-pod-identity-agent" });
});

describe("the Kubernetes provider", () => {
  test("is identified by the endpoint, and its kubeconfig is secret", () => {
    expect(maskSecrets(of("cluster"))).toEqual({
      kubeconfig: "<secret>",
      clusterIdentifier: "https://cluster.eks.example.com",
      enableServerSideApply: "true",
      enablePatchForce: "true",
      upsertExistingObjects: "true",
      enableConfigMapMutable: "true",
      enableSecretMutable: "true",
    });
  });
});

test("a stack that is not protected can be taken down at once", async () => {
  const open = await provisioned({ environment: "development", deletionProtection: false });
  expect(inputsOf(open.resources, "eks-cluster")).toMatchObject({ deletionProtection: false });
  expect(inputsOf(open.resources, "media-bucket")).toMatchObject({ forceDestroy: true });
  expect(inputsOf(open.resources, "registry-api")).toMatchObject({ forceDelete: true });
  expect(inputsOf(open.resources, "eks-secrets-key")).toMatchObject({ deletionWindowInDays: 7 });
});
