import { expect, test } from "vitest";
import * as cloud from "../../../config/rules/cloud.ts";
import {
  configWith,
  eksWith,
  expectProblems,
  facts,
  gkeWith,
  untested,
  type Broken,
} from "../support.ts";

const certificateArn = "arn:aws:acm:us-east-1:123456789012:certificate/example";
const managed = { machine: "db.m6g.large", storageGi: 100, highAvailability: true };

const gateway = { name: "public", namespace: "gateways", ranges: [] };

const broken: Broken[] = [
  [
    "a cluster of its own without names",
    cloud.edgeHasNames,
    gkeWith((config) => {
      config.edge.apiHost = undefined;
      config.edge.workerApiHost = undefined;
    }),
    [
      'edge.apiHost is missing, and cloud is "gke"',
      'edge.workerApiHost is missing, and cloud is "gke"',
    ],
  ],
  [
    "one name for both APIs",
    cloud.edgeHasNames,
    eksWith((config) => (config.edge.workerApiHost = "api.example.com")),
    ["edge.workerApiHost must differ from edge.apiHost (both are api.example.com)"],
  ],
  [
    "a certificate of AWS on GKE",
    cloud.certificateIsOfTheRegion,
    gkeWith((config) => (config.edge.certificateArn = certificateArn)),
    [`edge.certificateArn is set (${certificateArn}), and cloud is "gke"`],
  ],
  [
    "a certificate of another region",
    cloud.certificateIsOfTheRegion,
    eksWith((config) => (config.edge.certificateArn = certificateArn.replace("east", "west"))),
    [
      "edge.certificateArn must be in the region us-east-1 (it is arn:aws:acm:us-west-1:123456789012:certificate/example)",
    ],
  ],
  [
    "load balancers on the internet without TLS",
    cloud.publicEdgeHasTls,
    gkeWith((config) => (config.edge.public = true)),
    [
      "edge.public must be false in production without a certificate that clients know (it is true)",
    ],
  ],
  [
    "a proxy on the internet with a certificate that nobody outside knows",
    cloud.publicEdgeHasTls,
    gkeWith(({ edge }) => Object.assign(edge, { public: true, enabled: true })),
    [
      "edge.public must be false in production without a certificate that clients know (it is true)",
    ],
  ],
  [
    "a certificate for balancers in front of a proxy that ends TLS",
    cloud.tlsEndsOnce,
    eksWith(({ edge }) => Object.assign(edge, { enabled: true, certificateArn: "arn:aws:acm:x" })),
    ["edge.certificateArn is set (arn:aws:acm:x), and edge.enabled is true"],
  ],
  [
    "a Gateway beside the proxy and a certificate for balancers, with addresses of pods",
    cloud.gatewayIsTheOneWay,
    eksWith(({ edge }) =>
      Object.assign(edge, {
        enabled: true,
        certificateArn: "arn:aws:acm:x",
        gateway: { ...gateway, pods: { namespace: "x", labels: {} }, ranges: ["10.1.0.0/24"] },
      }),
    ),
    [
      "edge.enabled is set (true), and so is edge.gateway",
      "edge.certificateArn is set (arn:aws:acm:x), and so is edge.gateway",
      "edge.gateway.ranges must be empty with edge.gateway.pods (it has 10.1.0.0/24)",
    ],
  ],
  [
    "a Gateway on a cluster that is there",
    cloud.gatewayIsTheOneWay,
    configWith(({ edge }) => Object.assign(edge, { gateway })),
    ['edge.gateway is set (gateways/public), and cloud is "local"'],
  ],
  [
    "a zone of another region on GKE",
    cloud.zonesAreOfTheRegion,
    gkeWith((config) => (config.gke!.zones = ["us-central1-a", "us-east1-b"])),
    ['gke.zones[1] must be a zone of us-central1 (it is "us-east1-b")'],
  ],
  [
    "a zone of another region on EKS",
    cloud.zonesAreOfTheRegion,
    eksWith((config) => (config.eks!.zones = ["use2-az1", "use1-az1"])),
    ['eks.zones[0] must be a zone of us-east-1 (it is "use2-az1")'],
  ],
  [
    "another machine for the system pool that is larger, for ARM, of another kind, or the same",
    cloud.alternativesAreOfTheSize,
    eksWith(
      (config) =>
        (config.eks!.system.alternatives = [
          "m5.2xlarge",
          "m6g.xlarge",
          "c6i.xlarge",
          "m6i.xlarge",
          "m5a.xlarge",
        ]),
    ),
    ["m5.2xlarge", "m6g.xlarge", "c6i.xlarge", "m6i.xlarge"].map(
      (type, index) =>
        `eks.system.alternatives[${index}] must be another x86 machine type of the size of eks.system.machine (it is "${type}", the machine is m6i.xlarge)`,
    ),
  ],
  [
    "another machine for the system pool that is larger on GKE",
    cloud.alternativesAreOfTheSize,
    gkeWith((config) => (config.gke!.system.alternatives = ["n2-standard-8", "n2d-standard-4"])),
    [
      'gke.system.alternatives[0] must be another x86 machine type of the size of gke.system.machine (it is "n2-standard-8", the machine is n2-standard-4)',
    ],
  ],
  [
    "a zone where EKS makes no control planes",
    cloud.zonesTakeControlPlanes,
    eksWith((config) => (config.eks!.zones = ["use1-az1", "use1-az3"])),
    ['eks.zones[1] must be a zone in which EKS makes control planes (it is "use1-az3")'],
  ],
  [
    "machines of the other cloud",
    cloud.machinesAreOfTheCloud,
    gkeWith((config) => {
      config.gke!.system.machine = "m6i.xlarge";
      config.postgres.managed = managed;
    }),
    [
      'gke.system.machine must be a machine type of gke (it is "m6i.xlarge")',
      'postgres.managed.machine must be a database machine of gke (it is "db.m6g.large")',
    ],
  ],
  [
    "a node machine of GKE on EKS",
    cloud.machinesAreOfTheCloud,
    eksWith((config) => (config.eks!.system.machine = "n2-standard-4")),
    ['eks.system.machine must be a machine type of eks (it is "n2-standard-4")'],
  ],
  [
    "Postgres as a service on a cluster that is there",
    cloud.managedPostgresFits,
    configWith((config) => (config.postgres.managed = managed)),
    ['postgres.managed is set, and cloud is "local"'],
  ],
  [
    "RDS without its authorities",
    cloud.managedPostgresFits,
    eksWith((config) => (config.postgres.managed = managed)),
    ["postgres.managed.caFile is missing, and RDS signs with authorities that AWS publishes"],
  ],
  [
    "Cloud SQL with authorities of one's own",
    cloud.managedPostgresFits,
    gkeWith((config) => (config.postgres.managed = { ...managed, caFile: "ca.pem" })),
    ["postgres.managed.caFile is set (ca.pem), and Cloud SQL provides its own authority"],
  ],
  [
    "an image tag that moves",
    cloud.imageTagStands,
    eksWith((config) => (config.images.tag = "latest")),
    ['images.tag must be a version (it is "latest")'],
  ],
  [
    "digests of another release",
    cloud.digestsAreOfTheTag,
    eksWith(({ images }) =>
      Object.assign(images, { tag: "1.1.0", digests: { tag: "1.0.0", images: {} } }),
    ),
    ['images.digests.tag must be images.tag (it is "1.0.0", images.tag is "1.1.0")'],
  ],
];

test.each(broken)("%s is refused, with the value", (...row) => {
  expectProblems(row);
});

test("every rule here is broken by a case", () => {
  expect(untested(cloud, broken)).toEqual([]);
});

const accepted = Object.values(cloud);

test("load balancers on the internet with TLS, on EKS", () => {
  const config = eksWith((change) => {
    change.edge.public = true;
    change.edge.certificateArn = certificateArn;
  });
  expect(accepted.flatMap((rule) => rule(config, facts))).toEqual([]);
});

test("a Gateway on the internet, which has the certificate", () => {
  const config = gkeWith(({ edge }) => Object.assign(edge, { public: true, gateway }));
  expect(accepted.flatMap((rule) => rule(config, facts))).toEqual([]);
});

test("load balancers on the internet without TLS, in development", () => {
  const config = gkeWith((change) => {
    change.environment = "development";
    change.edge.public = true;
  });
  expect(accepted.flatMap((rule) => rule(config, facts))).toEqual([]);
});

test("Postgres as a service, as each cloud has it", () => {
  const rds = eksWith((change) => (change.postgres.managed = { ...managed, caFile: "ca.pem" }));
  const sql = gkeWith(
    (change) => (change.postgres.managed = { ...managed, machine: "db-custom-2-8192" }),
  );
  expect(accepted.flatMap((rule) => [...rule(rds, facts), ...rule(sql, facts)])).toEqual([]);
});

test("a section of another cloud is not checked", () => {
  const config = gkeWith((change) => (change.eks = eksWith().eks));
  config.eks!.zones = ["elsewhere-1a"];
  expect(accepted.flatMap((rule) => rule(config, facts))).toEqual([]);
});

test.each([
  ["us-east-1", "use1-az6"],
  ["us-gov-west-1", "usgw1-az1"],
  ["ap-southeast-2", "apse2-az3"],
  ["eu-north-1", "eun1-az2"],
  ["eu-central-1", "euc1-az1"],
  ["cn-northwest-1", "cnnw1-az1"],
])("%s has the zone %s", (region, zone) => {
  const config = eksWith((change) => {
    change.eks!.region = region;
    change.eks!.zones = [zone];
  });
  expect(cloud.zonesAreOfTheRegion(config, facts)).toEqual([]);
});
