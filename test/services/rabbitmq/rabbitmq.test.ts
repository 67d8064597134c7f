import { beforeAll, describe, expect, test } from "vitest";
import { jobClasses } from "@framewright/contracts/job.ts";
import { queueOf, jobExchange, deadLetterQueue } from "@framewright/contracts/queue.ts";
import { admin, api, definitions, workerUser } from "../../../services/rabbitmq/definitions.ts";
import { hashPassword } from "../../../services/rabbitmq/password-hash.ts";
import { InsideAuthority } from "../../../services/kit/tls/inside-tls.ts";
import { clusterSettings } from "../../../services/rabbitmq/members.ts";
import { shownText } from "../../../services/kit/secrets/secret-text.ts";
import { memorySettings, Rabbitmq } from "../../../services/rabbitmq/rabbitmq.ts";
import { maskSecrets, type Registration } from "../../support/mocks.ts";
import { inputsOf, leaves, registeredOn, testConfig } from "../../support/under-mocks.ts";

const cpu = { name: "cpu", classes: ["cpu.720p", "cpu.1080p"] } as const;
const nvenc = { name: "nvenc-t4", classes: ["nvenc.2160p"] } as const;

let resources: Registration[];
let rabbitmq: Rabbitmq;
beforeAll(async () => {
  const config = testConfig();
  resources = await registeredOn(config, (cluster, on) => {
    const args = { cluster, ...config.rabbitmq, workers: [cpu, nvenc], rotation: 0 };
    rabbitmq = new Rabbitmq("rabbitmq", args, on);
  });
});

test("RabbitMQ is exactly these resources", () => {
  expect(leaves(resources)).toEqual([
    "RandomBytes rabbitmq-admin-salt",
    "RandomBytes rabbitmq-api-salt",
    "RandomBytes rabbitmq-worker-cpu-salt",
    "RandomBytes rabbitmq-worker-nvenc-t4-salt",
    "RandomPassword rabbitmq-admin-password",
    "RandomPassword rabbitmq-api-password",
    "RandomPassword rabbitmq-cookie",
    "RandomPassword rabbitmq-worker-cpu-password",
    "RandomPassword rabbitmq-worker-nvenc-t4-password",
    "Secret rabbitmq-server-secrets",
    "Service rabbitmq-server-nodes",
    "Service rabbitmq-server-service",
    "ServiceAccount rabbitmq-server-account",
    "StatefulSet rabbitmq-server-set",
  ]);
});

test("cookie, definitions and settings are secret, and mounted read-only", () => {
  expect(maskSecrets(inputsOf(resources, "rabbitmq-server-secrets").data)).toEqual({
    RABBITMQ_ERLANG_COOKIE: "<secret>",
    "definitions.json": "<secret>",
    "memory.conf": "<secret>",
  });
  const set = JSON.stringify(inputsOf(resources, "rabbitmq-server-set"));
  for (const path of ["/etc/rabbitmq/definitions.json", "/etc/rabbitmq/conf.d/memory.conf"]) {
    expect(set).toContain(`{"mountPath":"${path}","name":"files","readOnly":true`);
  }
});

// https://www.rabbitmq.com/docs/passwords: "test12" with the salt 90 8D C6 0A.
test("the password hash of RabbitMQ's own documentation comes out", () => {
  expect(hashPassword("test12", Buffer.from("908DC60A", "hex"))).toBe(
    "kI3GCqW5JLMJa4iX1lo7X4D6XbYqlLgxIs30+P6tENUV2POR",
  );
});

test("a salt of another length is refused", () => {
  expect(() => hashPassword("p", Buffer.alloc(5))).toThrow("have 4 bytes, this one has 5");
});

test("workers of a flavour that the broker does not know have no address of it", () => {
  expect(() => rabbitmq.workerUrl("vaapi")).toThrow("workers vaapi have no user of the broker");
});

const credential = { password: "p", salt: Buffer.from("salt").toString("base64") };
const users = [admin, api, workerUser(cpu), workerUser(nvenc)];
const file = JSON.parse(definitions(users.map((user) => ({ ...user, credential })))) as {
  users: { name: string; password_hash: string; tags: string[] }[];
  permissions: object[];
};

test("the definitions hold the users with hashes, and no password", () => {
  expect(file.users.map(({ name, tags }) => [name, tags])).toEqual([
    ["admin", ["administrator"]],
    ["api", []],
    ["worker-cpu", []],
    ["worker-nvenc-t4", []],
  ]);
  expect(file.users.every((user) => !("password" in user))).toBe(true);
  expect(file.permissions).toContainEqual({
    user: "worker-nvenc-t4",
    vhost: "/",
    configure: "",
    write: "",
    read: "^(framewright\\.jobs\\.nvenc\\.2160p)$",
  });
});

const names = [jobExchange, deadLetterQueue, ...jobClasses.map(queueOf)];

test("the API may declare, publish to and read everything that the contracts name", () => {
  const { configure, write, read } = api.permissions;
  for (const pattern of [configure, write, read]) {
    expect(names.filter((name) => !new RegExp(pattern).test(name))).toEqual([]);
  }
});

test.each([cpu, nvenc])(
  "workers $name may read the queues of their classes, and do nothing else",
  (worker) => {
    const { configure, write, read } = workerUser(worker).permissions;
    const others = names.map((name) => name.replaceAll(".", "x"));
    const readable = [...names, ...others].filter((name) => new RegExp(read).test(name));
    expect(readable.toSorted()).toEqual(worker.classes.map(queueOf).toSorted());
    // RabbitMQ takes an empty expression as "nothing".
    expect([configure, write]).toEqual(["", ""]);
  },
);

test("workers without classes may read nothing", () => {
  expect(workerUser({ name: "cpu", classes: [] }).permissions.read).toBe("");
});

test("RabbitMQ gets the pod's memory, in bytes", () => {
  expect(memorySettings("1Gi")).toBe(
    "total_memory_available_override_value = 1073741824\nvm_memory_high_watermark.relative = 0.6\n",
  );
});

describe("a broker of three nodes", () => {
  let three: Registration[];
  beforeAll(async () => {
    const config = testConfig();
    three = await registeredOn(config, (cluster, on) => {
      const own = { ...config.rabbitmq, replicas: 3, workers: [cpu], rotation: 0 };
      new Rabbitmq("rabbitmq", { cluster, ...own }, on);
    });
  });

  test("has a budget, and edges from node to node on two ports", () => {
    const alone = new Set(leaves(resources));
    expect(leaves(three).filter((one) => !alone.has(one))).toEqual([
      "NetworkPolicy rabbitmq-to-epmd-egress",
      "NetworkPolicy rabbitmq-to-epmd-ingress",
      "NetworkPolicy rabbitmq-to-members-egress",
      "NetworkPolicy rabbitmq-to-members-ingress",
      "PodDisruptionBudget rabbitmq-server-budget",
    ]);
    const inputs = inputsOf(three, "rabbitmq-to-members-ingress") as {
      spec: { ingress: { ports: object[] }[]; podSelector: object };
    };
    expect(inputs.spec.ingress[0]?.ports).toEqual([{ protocol: "TCP", port: 25672 }]);
  });

  test("names each node by its pod, and the others in its settings", () => {
    const set = inputsOf(three, "rabbitmq-server-set") as {
      spec: { replicas: number; template: { spec: { containers: { env: unknown[] }[] } } };
    };
    expect(set.spec.replicas).toBe(3);
    const domain = "rabbitmq-nodes.framewright-data.svc.cluster.local";
    expect(set.spec.template.spec.containers[0]?.env).toEqual(
      expect.arrayContaining([
        { name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
        { name: "RABBITMQ_NODENAME", value: `rabbit@$(POD_NAME).${domain}` },
        { name: "RABBITMQ_USE_LONGNAME", value: "true" },
      ]),
    );
    const { data } = inputsOf(three, "rabbitmq-server-secrets");
    expect(maskSecrets(data)).toMatchObject({ "cluster.conf": "<secret>" });
  });

  test("begins with another node or not at all, and the smaller side of a cut stops", () => {
    const lines = clusterSettings(["rabbit@a.test", "rabbit@b.test", "rabbit@c.test"]).split("\n");
    expect(lines).toEqual(
      expect.arrayContaining([
        "cluster_formation.classic_config.nodes.3 = rabbit@c.test",
        "cluster_formation.target_cluster_size_hint = 3",
        "cluster_formation.discovery_retry_limit = 600",
        "cluster_partition_handling = pause_minority",
      ]),
    );
  });
});

test("with TLS it shows the certificate in its Secret, at other ports and in other addresses", async () => {
  const config = testConfig();
  const urls: string[] = [];
  const all = await registeredOn(config, (cluster, on) => {
    const authority = new InsideAuthority("inside", 0, on);
    const own = {
      workers: [cpu],
      rotation: 0,
      isScaledBy: true,
      tls: "required",
      authority,
    } as const;
    const broker = new Rabbitmq("rabbitmq", { cluster, ...config.rabbitmq, ...own }, on);
    expect([broker.endpoint.port, broker.management.port]).toEqual([5671, 15671]);
    for (const url of [broker.apiUrl, broker.workerUrl("cpu"), broker.scalerUrl]) {
      shownText(url)?.apply((text) => urls.push(new URL(text).protocol));
    }
  });
  expect(urls.toSorted()).toEqual(["amqps:", "amqps:", "https:"]);
  const set = JSON.stringify(inputsOf(all, "rabbitmq-server-set"));
  expect(set).toContain('{"name":"TLS_FOLDER","value":"/etc/framewright-tls"}');
  expect(set).toContain('"secret":{"defaultMode":288,"secretName":"rabbitmq-tls"}');
});
