import { beforeAll, expect, test } from "vitest";
import { jobClasses } from "@framewright/contracts/job.ts";
import { queueOf, jobExchange, deadLetterQueue } from "@framewright/contracts/queue.ts";
import { admin, api, definitions, workerUser } from "../../../services/rabbitmq/definitions.ts";
import { hashPassword } from "../../../services/rabbitmq/password-hash.ts";
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
