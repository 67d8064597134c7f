import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { isStored, storedText } from "../../services/kit/secrets/secret-text.ts";
import { templateOf } from "../../services/kit/secrets/stored-secret.ts";
import {
  admin,
  api,
  definitions,
  plainDefinitions,
  workerUser,
} from "../../services/rabbitmq/definitions.ts";
import { exec } from "../../tools/exec.ts";
import { buildImages } from "../../tools/images/build.ts";
import { environmentOf, storedImages } from "../../tools/images/layout.ts";
import { imageRoot } from "../../tools/images/roots.ts";
import { kinds } from "../../tools/services/kinds.ts";
import { Sandbox } from "../../tools/services/sandbox.ts";
import { newPlace } from "../../tools/services/service.ts";
import { until } from "../api/api-under-test.ts";
import { renderTemplate } from "../support/stored-secrets.ts";

const credential = { password: "a-password-of-the-test", salt: "c2FsdA==" };
const userOf = (name: string) => ({ ...workerUser({ name, classes: ["cpu.720p"] }), credential });
const staying = [admin, api].map((user) => ({ ...user, credential }));

let folder: string;
let broker: Sandbox;
let conf: string;
/** What `kubectl exec` gives to a command: the variables of the image and of the pod. */
let environment: string[];

/** The users of the broker, by the command-line tool as an operator calls it. */
async function rabbitmqctl(...args: string[]): Promise<string> {
  const [command = "", ...first] = broker.beside();
  return exec(command, [...first, "env", "-i", ...environment, "rabbitmqctl", ...args]);
}

async function users(): Promise<string[]> {
  const rows = await rabbitmqctl("--quiet", "list_users", "--formatter=json");
  return (JSON.parse(rows) as { user: string }[]).map(({ user }) => user).toSorted();
}

function define(...names: string[]): void {
  writeFileSync(join(conf, "definitions.json"), definitions([...staying, ...names.map(userOf)]));
}

const stored = {
  store: { name: "store", prefix: "", revision: 0 },
  form: { pattern: "[a-z]+", words: "letters" },
};

/** As the External Secrets Operator writes them: with the password itself. */
function definePlainly(password: string): void {
  const text = storedText(stored.store, "password", stored.form);
  const all = [admin, api, userOf("cpu")].map((user) => ({ ...user, password: text }));
  const made = plainDefinitions(all);
  if (!isStored(made)) throw new Error("the definitions have no value of a store");
  writeFileSync(join(conf, "definitions.json"), renderTemplate(templateOf(made), { password }));
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "rabbitmq-image-"));
  const place = await newPlace("rabbitmq");
  const { command, path, env, files = {} } = kinds.rabbitmq.run(place);
  const root = await imageRoot("rabbitmq");
  conf = join(folder, "conf");
  mkdirSync(join(conf, "conf.d"), { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(conf, "conf.d", name), text);
  writeFileSync(join(conf, "enabled_plugins"), "[rabbitmq_management,rabbitmq_prometheus].\n");
  define("cpu", "old");
  broker = new Sandbox({ folder, root, command, path, env, confAt: "etc/rabbitmq" });
  const { rabbitmq = "" } = await buildImages({ only: ["rabbitmq"], log: console.warn });
  const image = storedImages().get(rabbitmq);
  if (image === undefined) throw new Error(`image ${rabbitmq} is not there`);
  const { ERL_EPMD_PORT = "", RABBITMQ_ERLANG_COOKIE = "" } = env;
  environment = [
    ...environmentOf(image),
    `ERL_EPMD_PORT=${ERL_EPMD_PORT}`,
    `RABBITMQ_ERLANG_COOKIE=${RABBITMQ_ERLANG_COOKIE}`,
  ];
  broker.start();
});
afterAll(async () => {
  await broker.kill();
  rmSync(folder, { recursive: true, force: true });
});

test("an operator's rabbitmqctl finds the cookie and the broker without further settings", async () => {
  const status = await until("the broker", () => rabbitmqctl("status"), 90_000);
  expect(status).toContain("RabbitMQ version: 4.");
  expect(await users()).toEqual(["admin", "api", "worker-cpu", "worker-old"]);
});

test("a broker that starts again deletes users that are gone, and takes passwords that a template wrote", async () => {
  const password = "another";
  await expect(rabbitmqctl("authenticate_user", "worker-cpu", password)).rejects.toThrow();
  definePlainly(password);
  await broker.stop("SIGTERM");
  broker.start();
  const left = await until(
    "the deletion",
    async () => {
      const now = await users();
      return !now.includes("worker-old") && now;
    },
    90_000,
  );
  expect(left).toEqual(["admin", "api", "worker-cpu"]);
  for (const name of left) await rabbitmqctl("authenticate_user", name, password);
  const permissions = await rabbitmqctl("--quiet", "list_user_permissions", "worker-cpu");
  expect(permissions).toContain("framewright");
});
