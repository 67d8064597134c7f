import { beforeAll, describe, expect, test } from "vitest";
import { maskSecrets } from "../../support/mocks.ts";
import { inputsOf } from "../../support/under-mocks.ts";
import { requestOf, type Provisioned } from "../eks/requests.ts";
import { comesAfter, gkeSection, provisioned } from "./provisioned.ts";

let made: Provisioned;
beforeAll(async () => {
  made = await provisioned();
});

function of(name: string) {
  return inputsOf(made.resources, name);
}

/** The cluster in the kubeconfig of the Kubernetes provider. */
function clusterIn({ resources }: Provisioned): unknown {
  const { value } = inputsOf(resources, "cluster")["kubeconfig"] as { value: string };
  const { clusters } = JSON.parse(value) as { clusters: { cluster: unknown }[] };
  return clusters[0]?.cluster;
}

test("the provider makes things in one project, and labels them with the stack", () => {
  expect(of("gcp")).toMatchObject({
    project: "my-framewright",
    region: "us-central1",
    defaultLabels: '{"framewright-stack":"prod"}',
  });
});

test("every resource of Google's is made by that provider", () => {
  const others = made.resources.filter(
    ({ type, provider }) => type.startsWith("gcp:") && provider !== "pulumi:providers:gcp::gcp",
  );
  expect(others).toEqual([]);
});

test.each([
  [
    "the channel STABLE, which may not have the default yet",
    { releaseChannel: "STABLE" },
    undefined,
  ],
  ["a version of the stack file's own", { releaseChannel: "STABLE", version: "1.35" }, "1.35"],
])("with %s the least version follows", async (_, keys, least) => {
  const { resources } = await provisioned(gkeSection(keys));
  expect(inputsOf(resources, "gke-cluster")["minMasterVersion"]).toBe(least);
});

test("the cluster is exactly this", () => {
  expect(of("gke-cluster")).toEqual({
    location: "us-central1",
    nodeLocations: ["us-central1-a", "us-central1-c"],
    releaseChannel: { channel: "REGULAR" },
    minMasterVersion: "1.36",
    network: "network-vpc-id",
    subnetwork: "network-nodes-id",
    networkingMode: "VPC_NATIVE",
    datapathProvider: "ADVANCED_DATAPATH",
    ipAllocationPolicy: {
      clusterSecondaryRangeName: "pods",
      servicesSecondaryRangeName: "services",
    },
    enableL4IlbSubsetting: true,
    privateClusterConfig: {
      enablePrivateNodes: true,
      enablePrivateEndpoint: false,
      masterIpv4CidrBlock: "172.16.0.0/28",
    },
    masterAuthorizedNetworksConfig: {
      cidrBlocks: [{ cidrBlock: "203.0.113.0/24", displayName: "office" }],
      gcpPublicCidrsAccessEnabled: false,
    },
    controlPlaneEndpointsConfig: { dnsEndpointConfig: { allowExternalTraffic: false } },
    enableShieldedNodes: true,
    enableLegacyAbac: false,
    masterAuth: { clientCertificateConfig: { issueClientCertificate: false } },
    anonymousAuthenticationConfig: { mode: "LIMITED" },
    rbacBindingConfig: {
      enableInsecureBindingSystemAuthenticated: false,
      enableInsecureBindingSystemUnauthenticated: false,
    },
    securityPostureConfig: { mode: "BASIC", vulnerabilityMode: "VULNERABILITY_DISABLED" },
    workloadIdentityConfig: { workloadPool: "my-framewright.svc.id.goog" },
    databaseEncryption: { state: "ENCRYPTED", keyName: "gke-secrets-key-id" },
    loggingConfig: {
      enableComponents: [
        "SYSTEM_COMPONENTS",
        "APISERVER",
        "CONTROLLER_MANAGER",
        "SCHEDULER",
        "WORKLOADS",
      ],
    },
    monitoringConfig: {
      enableComponents: ["SYSTEM_COMPONENTS", "STORAGE", "HPA", "POD", "DEPLOYMENT", "DCGM"],
      managedPrometheus: { enabled: true },
    },
    costManagementConfig: { enabled: true },
    addonsConfig: {
      gcePersistentDiskCsiDriverConfig: { enabled: true },
      horizontalPodAutoscaling: { disabled: false },
      httpLoadBalancing: { disabled: false },
      dnsCacheConfig: { enabled: false },
    },
    clusterAutoscaling: {
      enabled: false,
      autoscalingProfile: "BALANCED",
      defaultComputeClassEnabled: true,
    },
    maintenancePolicy: { dailyMaintenanceWindow: { startTime: "03:00" } },
    resourceLabels: { "framewright-stack": "prod" },
    removeDefaultNodePool: true,
    initialNodeCount: 1,
    nodeConfig: {
      imageType: "COS_CONTAINERD",
      serviceAccount: "nodes-account@project.iam.gserviceaccount.com",
      oauthScopes: ["https://www.googleapis.com/auth/cloud-platform"],
      shieldedInstanceConfig: { enableSecureBoot: true, enableIntegrityMonitoring: true },
      workloadMetadataConfig: { mode: "GKE_METADATA" },
      metadata: { "disable-legacy-endpoints": "true" },
    },
    deletionProtection: true,
  });
});

test("what GKE says of its first pool changes nothing", () => {
  const { ignoreChanges } = requestOf(made.requests, "gke-cluster");
  expect(ignoreChanges).toEqual(["nodeConfig", "initialNodeCount"]);
});

test("the cluster comes after its key, the way out and the nodes' rights, and goes before them", () => {
  expect([...comesAfter(made, "gke-cluster")]).toEqual(
    expect.arrayContaining([
      "gke-secrets-key",
      "gke-secrets-gke-agent-may-use",
      "network-nat",
      "nodes-artifactregistry-reader",
      "nodes-container-defaultnodeserviceaccount",
      "nodes-logging-logwriter",
    ]),
  );
});

test("with nobody outside to let in, the Kubernetes API has no address outside", async () => {
  const { resources } = await provisioned(gkeSection({ authorizedNetworks: [] }));
  expect(inputsOf(resources, "gke-cluster")).toMatchObject({
    privateClusterConfig: { enablePrivateNodes: true, enablePrivateEndpoint: true },
    masterAuthorizedNetworksConfig: { cidrBlocks: [], gcpPublicCidrsAccessEnabled: false },
  });
});

describe("by its name, at which IAM decides,", () => {
  let named: Provisioned;
  beforeAll(async () => {
    named = await provisioned(gkeSection({ endpoint: "dns", authorizedNetworks: [] }));
  });

  test("the Kubernetes API is reached from anywhere, and in no other way from outside", () => {
    expect(inputsOf(named.resources, "gke-cluster")).toMatchObject({
      privateClusterConfig: { enablePrivateEndpoint: true },
      masterAuthorizedNetworksConfig: { cidrBlocks: [], gcpPublicCidrsAccessEnabled: false },
      controlPlaneEndpointsConfig: {
        dnsEndpointConfig: {
          allowExternalTraffic: true,
          enableK8sTokensViaDns: false,
          enableK8sCertsViaDns: false,
        },
      },
    });
  });

  test("Pulumi and kubectl go, and trust Google's public certificate", () => {
    expect(clusterIn(named)).toEqual({ server: "https://gke-1f2e3d.us-central1.gke.goog" });
  });

  test("the provider stays the same one when an older stack gets it", () => {
    const identity = (one: Provisioned) => inputsOf(one.resources, "cluster")["clusterIdentifier"];
    expect(identity(named)).toBe(identity(made));
  });
});

test("with networks that may come in, Pulumi and kubectl go to the address, and trust the cluster's authority", () => {
  expect(clusterIn(made)).toEqual({
    server: "https://192.0.2.10",
    "certificate-authority-data": "dGhlIGNsdXN0ZXIncyBhdXRob3JpdHk=",
  });
});

describe("Secrets are sealed with a key of the stack", () => {
  test("that turns every 90 days, and can be brought back for 30", () => {
    expect(of("gke-secrets-key")).toMatchObject({
      keyRing: "gke-secrets-ring-id",
      purpose: "ENCRYPT_DECRYPT",
      rotationPeriod: "7776000s",
      destroyScheduledDuration: "2592000s",
    });
  });

  test("whose names are Pulumi's, since Google hands them out once", () => {
    expect(of("gke-secrets-ring")).toEqual({ location: "us-central1" });
    expect(of("gke-secrets-key")).not.toHaveProperty("name");
  });

  test("and that GKE's own account alone may use", () => {
    expect(of("gke-secrets-gke-agent-may-use")).toEqual({
      cryptoKeyId: "gke-secrets-key-id",
      role: "roles/cloudkms.cryptoKeyEncrypterDecrypter",
      member: "serviceAccount:service-1@container-engine-robot.iam.gserviceaccount.com",
    });
  });
});

test("the nodes' account writes logs and metrics and pulls images, and does nothing else", () => {
  const roles = made.resources
    .filter(({ type }) => type === "gcp:projects/iAMMember:IAMMember")
    .map(({ inputs }) => `${String(inputs["role"])} ${String(inputs["member"])}`);
  const member = "serviceAccount:nodes-account@project.iam.gserviceaccount.com";
  expect(roles.toSorted()).toEqual([
    `roles/artifactregistry.reader ${member}`,
    `roles/container.defaultNodeServiceAccount ${member}`,
    `roles/logging.logWriter ${member}`,
    `roles/monitoring.metricWriter ${member}`,
    `roles/monitoring.viewer ${member}`,
    `roles/stackdriver.resourceMetadata.writer ${member}`,
  ]);
});

describe("the Kubernetes provider", () => {
  test("has a secret kubeconfig that asks gcloud's plug-in", () => {
    expect(maskSecrets(of("cluster"))).toMatchObject({ kubeconfig: "<secret>" });
    const kubeconfig = JSON.stringify(of("cluster")["kubeconfig"]);
    expect(kubeconfig).toContain("https://192.0.2.10");
    expect(kubeconfig).toContain("gke-gcloud-auth-plugin");
    expect(kubeconfig).toContain("dGhlIGNsdXN0ZXIncyBhdXRob3JpdHk=");
  });

  test("is the same one as long as the cluster is", () => {
    expect(of("cluster")).toMatchObject({
      clusterIdentifier: "gke-cluster-id",
      enableServerSideApply: "true",
      enablePatchForce: "true",
      enableConfigMapMutable: "true",
      enableSecretMutable: "true",
    });
  });

  test("comes after the system pool: without nodes nothing becomes ready", () => {
    expect(comesAfter(made, "cluster")).toContain("pool-system");
  });
});

test("without protection, everything goes in one step", async () => {
  const { resources } = await provisioned({
    environment: "development",
    deletionProtection: false,
  });
  expect(inputsOf(resources, "gke-cluster")).toMatchObject({ deletionProtection: false });
  // Not different: Google would make another key of it, in the step that is to change nothing else.
  expect(inputsOf(resources, "gke-secrets-key")).toEqual(of("gke-secrets-key"));
  expect(inputsOf(resources, "media-bucket")).toMatchObject({ forceDestroy: true });
});
