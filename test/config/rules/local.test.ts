import { expect, test } from "vitest";
import * as local from "../../../config/rules/local.ts";
import {
  configWith,
  expectProblems,
  facts,
  gkeWith,
  pool,
  untested,
  type Broken,
} from "../support.ts";

const {
  embeddedNodeHasOneUserNamespace,
  localHasNoPools,
  localKeepsItsLogs,
  nodePortsDiffer,
  ownClusterIsComplete,
  storeByTlsHasTheEdge,
} = local;

const broken: Broken[] = [
  [
    "a store that clients would reach by an authority that they don't know",
    storeByTlsHasTheEdge,
    configWith((config) => (config.objectStore.tls = "required")),
    [
      "objectStore.tls must be none where clients reach the store without the edge (edge.enabled is false)",
    ],
  ],
  [
    "logs left to a cloud that is none",
    localKeepsItsLogs,
    configWith((config) => {
      config.logs = { ...config.logs, enabled: true, kind: "cloud" };
    }),
    ['logs.kind must be own where cloud is "local" (it is cloud)'],
  ],
  [
    "one node port for two services",
    nodePortsDiffer,
    configWith((config) => (config.local.ports.objectStore = 30080)),
    ["local.ports.objectStore must differ from local.ports.api (both are 30080)"],
  ],
  [
    "an own cluster without its images and volumes",
    ownClusterIsComplete,
    configWith((config) => {
      config.local.kubeconfig = "~/.kube/config";
      config.local.context = "kind-lab";
    }),
    ["registry", "imageTag", "storageClass"].map(
      (key) =>
        `local.${key} is missing, and local.kubeconfig names your own cluster (~/.kube/config)`,
    ),
  ],
  [
    "an image registry without a cluster of one's own",
    ownClusterIsComplete,
    configWith((config) => (config.local.registry = "localhost:5001")),
    ["local.registry is set (localhost:5001), but local.kubeconfig is not"],
  ],
  [
    "GPU pools on a cluster that is already there",
    localHasNoPools,
    configWith((config) => (config.gpu.pools = [pool({})])),
    ['gpu.pools is set (1 pools), and cloud is "local"'],
  ],
  [
    "users of pods' own on the embedded node",
    embeddedNodeHasOneUserNamespace,
    configWith((config) => (config.userNamespaces = "on")),
    [
      'userNamespaces must be auto or off on the embedded node (it is "on"), whose containerd is older than 2.0',
    ],
  ],
];

test.each(broken)("%s is refused, with the value", (...row) => {
  expectProblems(row);
});

test("every rule here is broken by a case", () => {
  expect(untested(local, broken)).toEqual([]);
});

test("users of pods' own on a cluster of one's own, and on one that the stack makes", () => {
  const own = configWith((config) => {
    config.userNamespaces = "on";
    config.local.kubeconfig = "/home/me/.kube/config";
  });
  const made = gkeWith((config) => (config.userNamespaces = "on"));
  const found = [own, made].flatMap((config) => embeddedNodeHasOneUserNamespace(config, facts));
  expect(found).toEqual([]);
});

test("pools of a cluster that the stack makes are its own", () => {
  expect(
    localHasNoPools(
      gkeWith((config) => (config.gpu.pools = [pool({})])),
      facts,
    ),
  ).toEqual([]);
});
