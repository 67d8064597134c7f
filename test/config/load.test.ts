import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checkConfig, readEntries } from "../../config/load.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { eksEntries, gkeEntries } from "./support.ts";

const root = join(import.meta.dirname, "../..");
const node = { nodeFile: "test/support/node.json" };

function load(entries: Record<string, unknown>) {
  return checkConfig({ local: node, ...entries }, "Pulumi.test.yaml", root);
}

function messageOf(entries: Record<string, unknown>): string {
  try {
    load(entries);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("the config was accepted");
}

test("an empty config is the defaults", () => {
  const config = load({});
  expect(config.cloud).toBe("local");
  expect(config.api.replicas).toEqual({ min: 3, max: 10 });
  expect(config.workers.cpu.tiers).toEqual(["720p", "1080p", "2160p"]);
});

test("a section that is half filled gets the rest from the defaults", () => {
  const { api } = load({ api: { resources: { requests: { cpu: "1" } } } });
  expect(api.resources).toEqual({
    requests: { cpu: "1", memory: "512Mi" },
    limits: { cpu: "2", memory: "2Gi" },
  });
});

test("all problems come at once, each with path, value and remedy", () => {
  const message = messageOf({
    logLevel: "loud",
    retainVolumes: "yes",
    apy: { replicas: 1 },
    api: { replicas: { min: 0 }, replikas: 2 },
    workers: { cpu: { tiers: ["1080p", "1440p"], slots: 1.5 } },
    postgres: { storage: "5 GB" },
  });
  expect(message.split("\n").map((line) => line.replace(/ {2,}/g, "  "))).toEqual([
    "8 problems in Pulumi.test.yaml:",
    '  apy  is not a key that exists — did you mean "api"? If not, remove it',
    '  logLevel  must be one of fatal, error, warn, info, debug, trace (it is "loud") — Lowest level of log lines that the API and the workers write (default "info")',
    '  retainVolumes  must be of type boolean (it is "yes") — Whether volumes outlive `pulumi destroy`; false deletes the data with the stack (default true)',
    '  api.replikas  is not a key that exists — did you mean "replicas"? If not, remove it',
    "  api.replicas.min  must be at least 1 (it is 0) — Minimum number of pods (default 3)",
    '  workers.cpu.tiers[1]  must be one of 720p, 1080p, 2160p (it is "1440p") — A size class, by the height of its largest rendition',
    "  workers.cpu.slots  must be of type integer (it is 1.5) — Jobs that one pod works on at once (default 1)",
    '  postgres.storage  is not written as expected (it is "5 GB") — Size of the volume; it cannot change later, in bytes with Ki, Mi, Gi or Ti (default "20Gi")',
  ]);
});

test("a quantity without quotes is explained", () => {
  expect(messageOf({ api: { resources: { limits: { cpu: 2 } } } })).toContain(
    'api.resources.limits.cpu   must be of type string (it is 2) — write "2" in quotes; CPU limit',
  );
});

test.each(["gke", "eks"])("cloud %s without its section is refused", (cloud) => {
  const edge = { apiHost: "api.example.com", workerApiHost: "workers.example.com" };
  expect(messageOf({ cloud, edge })).toBe(
    `1 problem in Pulumi.test.yaml:\n  ${cloud}   is missing, and cloud is "${cloud}" — add the section; docs/configuration.md lists its keys`,
  );
});

test("a cloud nobody knows is refused with the ones that are", () => {
  expect(messageOf({ cloud: "azure" })).toContain('must be one of local, gke, eks (it is "azure")');
});

test("what is wrong inside a section and inside a list is found by its path", () => {
  const message = messageOf({
    gke: { region: "us-central1", zones: ["us-central1-a"], regoin: "x" },
    gpu: {
      pools: [
        { name: "t4", gpu: "t4" },
        { name: "l4", gpu: "l5", slicesPerGpu: 49, slices: 2 },
        { gpu: "t4" },
      ],
    },
  });
  expect(message.split("\n").map((line) => line.replace(/ {2,}/g, "  "))).toEqual([
    "7 problems in Pulumi.test.yaml:",
    "  gke.project  is missing — set it: Google Cloud project of all resources",
    '  gke.regoin  is not a key that exists — did you mean "region"? If not, remove it',
    '  gke.zones  must have at least 2 entries (it is ["us-central1-a"]) — Two or three zones of that region',
    '  gpu.pools[1].slices  is not a key that exists — did you mean "slicesPerGpu"? If not, remove it',
    '  gpu.pools[1].gpu  must be one of a100, v100, t4, l4, a10g (it is "l5") — GPU of each node; config/gpu-catalogue.ts lists what it can do',
    "  gpu.pools[1].slicesPerGpu  must be at most 48 (it is 49) — Pods that share one GPU; 1 means no sharing (default 1)",
    "  gpu.pools[2].name  is missing — set it: Name of the pool; renaming replaces its nodes",
  ]);
});

test("load balancers for nobody are refused: Kubernetes would open them to everybody", () => {
  expect(messageOf({ ...gkeEntries, edge: { ...gkeEntries.edge, allowedCidrs: [] } })).toContain(
    "edge.allowedCidrs   must not be empty (it is [])",
  );
});

test("a stack on GKE has its section, and pools that are complete", () => {
  const config = load(gkeEntries);
  expect(config).toMatchObject({ cloud: "gke", gke: { system: { machine: "n2-standard-4" } } });
  expect(
    config.gpuPools.map(({ name, machine, gpusPerNode }) => [name, machine, gpusPerNode]),
  ).toEqual([
    ["a100", "a2-highgpu-1g", 1],
    ["l4-spot", "g2-standard-8", 1],
    ["l4", "g2-standard-8", 1],
  ]);
});

test("the GPUs that encode are one line of config", () => {
  const machines = (entries: object, standard: string) =>
    load({ ...entries, gpu: { standard } }).gpuPools.map(({ name, machine }) => [name, machine]);
  expect(machines(gkeEntries, "v100")).toEqual([
    ["a100", "a2-highgpu-1g"],
    ["v100-spot", "n1-standard-8"],
    ["v100", "n1-standard-8"],
  ]);
  expect(machines(eksEntries, "l4").map(([, machine]) => machine)).toContain("g6.2xlarge");
  expect(machines(eksEntries, "a10g").map(([, machine]) => machine)).toContain("g5.2xlarge");
  expect(messageOf({ ...eksEntries, gpu: { standard: "v100" } })).toContain(
    'is not offered on eks (it is "v100"): EC2 retired P3',
  );
});

test("pools are in the zones that sell their GPU, or in those that they name", () => {
  const { gpuPools } = load({
    ...gkeEntries,
    gpu: {
      zones: { a100: ["us-central1-a"] },
      pools: [
        { name: "a", gpu: "a100", priority: 50 },
        { name: "b", gpu: "a100", priority: 40, zones: ["us-central1-c"] },
        { name: "c", gpu: "l4", priority: 30 },
      ],
    },
  });
  expect(gpuPools.map(({ zones }) => zones)).toEqual([["us-central1-a"], ["us-central1-c"], []]);
});

test("zones of AWS by their letters are refused: they mean other zones in each account", () => {
  const eks = { ...eksEntries.eks, zones: ["us-east-1a", "us-east-1b"] };
  expect(messageOf({ ...eksEntries, eks })).toContain(
    "letters such as us-east-1a mean other zones in each account",
  );
});

test("a pool of a stack file gets what it does not say from the catalogue", () => {
  const { gpuPools } = load({
    ...eksEntries,
    gpu: { pools: [{ name: "l4", gpu: "l4", machine: "g6.12xlarge" }] },
    models: { stt: { gpuSlices: 1 } },
  });
  expect(gpuPools).toEqual([
    {
      name: "l4",
      gpu: "l4",
      machine: "g6.12xlarge",
      gpusPerNode: 4,
      slicesPerGpu: 1,
      spot: false,
      minNodes: 0,
      maxNodes: 4,
      priority: 10,
      zones: [],
      diskGi: 250,
    },
  ]);
});

test("a local stack has no pools", () => {
  expect(load({}).gpuPools).toEqual([]);
});

test("what deserves a word is handed on", () => {
  const { warnings } = load({ ...eksEntries, eks: { ...eksEntries.eks, publicAccessCidrs: [] } });
  expect(warnings.map(({ path }) => path)).toEqual(["eks.publicAccessCidrs"]);
});

function caFile(text: string): string {
  const file = join(temporaryFolder("ca-file-"), "ca.pem");
  writeFileSync(file, text);
  return file;
}

function withRds(file: string) {
  const managed = {
    machine: "db.m6g.large",
    storageGi: 100,
    highAvailability: true,
    caFile: file,
  };
  return { ...eksEntries, postgres: { managed } };
}

test("the authorities of a managed database are read from their file", () => {
  const pem = readFileSync(join(root, "test/support/rds-ca.pem"), "utf8");
  const { postgres } = load(withRds("test/support/rds-ca.pem"));
  expect(postgres.managed).toEqual({
    machine: "db.m6g.large",
    storageGi: 100,
    highAvailability: true,
    ca: pem,
  });
});

test.each([
  ["nothing", "", "which holds no PEM certificate"],
  [
    "half a certificate",
    "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
    "which holds a broken certificate",
  ],
])("authorities that are %s are refused", (_, text, reason) => {
  expect(messageOf(withRds(caFile(text)))).toContain(reason);
});

test("authorities that are not there are refused, with where to get them", () => {
  const message = messageOf(withRds("nowhere.pem"));
  expect(message).toContain("nowhere.pem, which cannot be read (ENOENT)");
  expect(message).toContain("https://truststore.pki.rds.amazonaws.com");
});

test("a key far from all known ones is answered with the known ones", () => {
  expect(messageOf({ redis: { persistence: true } })).toContain(
    "redis.persistence   is not a key that exists — use one of storage, resources",
  );
});

test("without a node and without an own cluster, the error says how to get one", () => {
  const message = messageOf({ local: { nodeFile: "nowhere/node.json" } });
  expect(message).toContain("local.nodeFile   names");
  expect(message).toContain("nowhere/node.json, which cannot be read (ENOENT)");
  expect(message).toContain("start the node with `npm run demo`");
});

test.each([
  ["{", "is not JSON"],
  ['{"context": "x"}', "is not a node descriptor"],
])("a node file that holds %s is refused", (text, reason) => {
  const nodeFile = join(temporaryFolder("node-file-"), "node.json");
  writeFileSync(nodeFile, text);
  expect(messageOf({ local: { nodeFile } })).toContain(reason);
});

test("rules and a missing node are reported together", () => {
  const message = messageOf({
    local: { nodeFile: "nowhere/node.json" },
    api: { heartbeatSeconds: 30 },
  });
  expect(message).toContain("2 problems");
  expect(message).toContain("api.leaseSeconds");
});

test("an own cluster is read from its kubeconfig, with images from its registry", () => {
  const config = load({
    local: {
      kubeconfig: "test/support/kubeconfig.yaml",
      context: "kind-lab",
      registry: "localhost:5001/framewright",
      imageTag: "v1",
      storageClass: "standard",
      host: "192.0.2.7",
    },
  });
  const target = "target" in config ? config.target : undefined;
  expect(target?.kubeconfig).toContain("kind: Config");
  expect({ ...target, kubeconfig: "" }).toEqual({
    kubeconfig: "",
    context: "kind-lab",
    storageClass: "standard",
    host: "192.0.2.7",
    podCidr: "10.244.0.0/16",
    dns: { labels: { "k8s-app": "kube-dns" }, port: 53 },
    kubernetesApi: { cidr: "172.18.0.0/16", port: 6443 },
    images: { kind: "registry", registry: "localhost:5001/framewright", tag: "v1" },
  });
});

test("an own cluster whose kubeconfig is not there is refused", () => {
  expect(messageOf({ local: { kubeconfig: "nowhere/config", context: "c" } })).toContain(
    "cannot be read (ENOENT)",
  );
});

test("entries are read by the project's name: scalars as text, sections as JSON", () => {
  expect(
    readEntries("framewright", {
      "framewright:cloud": "local",
      "framewright:retainVolumes": "false",
      "framewright:api": '{"replicas":2}',
      "framewright:workers": "oops",
      "kubernetes:context": "elsewhere",
    }),
  ).toEqual({ cloud: "local", retainVolumes: false, api: { replicas: 2 }, workers: "oops" });
});
