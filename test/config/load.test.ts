import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checkConfig, readEntries } from "../../config/load.ts";

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
  expect(config.api.replicas).toBe(3);
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
    api: { replicas: 0, replikas: 2 },
    workers: { cpu: { tiers: ["1080p", "1440p"], slots: 1.5 } },
    postgres: { storage: "5 GB" },
  });
  expect(message.split("\n").map((line) => line.replace(/ {2,}/g, "  "))).toEqual([
    "8 problems in Pulumi.test.yaml:",
    '  apy  is not a key that exists — did you mean "api"? If not, remove it',
    '  logLevel  must be one of fatal, error, warn, info, debug, trace (it is "loud") — Least severe log line that the API and the workers write (default "info")',
    '  retainVolumes  must be of type boolean (it is "yes") — Whether volumes outlive `pulumi destroy`; false deletes the data with the stack (default true)',
    '  api.replikas  is not a key that exists — did you mean "replicas"? If not, remove it',
    "  api.replicas  must be at least 1 (it is 0) — Pods of the API (default 3)",
    '  workers.cpu.tiers[1]  must be one of 720p, 1080p, 2160p (it is "1440p") — A size class, by the height of its largest rendition',
    "  workers.cpu.slots  must be of type integer (it is 1.5) — Jobs that one pod works on at once (default 1)",
    '  postgres.storage  is not written as expected (it is "5 GB") — Size of the volume, fixed once it is made, in bytes with Ki, Mi, Gi or Ti (default "20Gi")',
  ]);
});

test("a quantity without quotes is explained", () => {
  expect(messageOf({ api: { resources: { limits: { cpu: 2 } } } })).toContain(
    'api.resources.limits.cpu   must be of type string (it is 2) — write "2" in quotes; CPU at most',
  );
});

test.each(["gke", "eks"])("cloud %s is refused as not available yet", (cloud) => {
  expect(messageOf({ cloud })).toBe(
    `1 problem in Pulumi.test.yaml:\n  cloud   "${cloud}" is not available yet — this version provisions only "local"`,
  );
});

test("a cloud nobody knows is refused with the ones that are", () => {
  expect(messageOf({ cloud: "azure" })).toContain('must be one of local (it is "azure")');
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
  const nodeFile = join(mkdtempSync(join(tmpdir(), "node-file-")), "node.json");
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
  const { target } = load({
    local: {
      kubeconfig: "test/support/kubeconfig.yaml",
      context: "kind-lab",
      registry: "localhost:5001/framewright",
      imageTag: "v1",
      storageClass: "standard",
      host: "192.0.2.7",
    },
  });
  expect(target.kubeconfig).toContain("kind: Config");
  expect({ ...target, kubeconfig: "" }).toEqual({
    kubeconfig: "",
    context: "kind-lab",
    storageClass: "standard",
    host: "192.0.2.7",
    podCidr: "10.244.0.0/16",
    dns: { labels: { "k8s-app": "kube-dns" }, port: 53 },
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
