import { X509Certificate } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { get } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "amqplib";
import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openBroker, type Broker } from "../../../api/backends/broker.ts";
import { imageRoot } from "../../../tools/images/roots.ts";
import { freePort } from "../../../tools/services/free-port.ts";
import { kinds, newPassword } from "../../../tools/services/kinds.ts";
import { Sandbox } from "../../../tools/services/sandbox.ts";
import { until } from "../../api/api-under-test.ts";
import { certifiedAfter, shownAt } from "../../support/inside-certificates.ts";
import { SecretFolder } from "../../support/secret-folder.ts";

const names = ["localhost"];
const confFolder = "etc/rabbitmq/conf.d";
const log = pino({ level: "silent" });
const startMs = 120_000;

let folder: string;
let server: Sandbox;
let secret: SecretFolder;
let ports: Record<"amqp" | "management" | "metrics" | "epmd" | "distribution", number>;
let password: string;

function urlBy(scheme: string): string {
  return `${scheme}://framewright:${password}@localhost:${ports.amqp}/`;
}

/** As the API connects, with these authorities. */
async function connected(authorities: string): Promise<Broker> {
  const caFile = join(folder, "ca.pem");
  writeFileSync(caFile, authorities);
  const broker = await openBroker({ url: urlBy("amqps"), caFile }, log);
  await until("a connection to the broker", () => broker.connected, 30_000);
  return broker;
}

/** What the management API answers to a client with these authorities. */
function managementStatus(authorities: string): Promise<number | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
  const own = { host: "localhost", port: ports.management, ca: authorities };
  get({ ...own, path: "/api/overview", auth: `framewright:${password}` }, (response) => {
    response.resume();
    resolve(response.statusCode);
  }).once("error", reject);
  return promise;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "rabbitmq-tls-"));
  ports = {
    amqp: await freePort(),
    management: await freePort(),
    metrics: await freePort(),
    epmd: await freePort(),
    distribution: await freePort(),
  };
  password = newPassword();
  const conf = join(folder, "conf");
  mkdirSync(conf);
  const lines = [
    `listeners.ssl.default = 127.0.0.1:${ports.amqp}`,
    "management.ssl.ip = 127.0.0.1",
    `management.ssl.port = ${ports.management}`,
    "prometheus.tcp.ip = 127.0.0.1",
    `prometheus.tcp.port = ${ports.metrics}`,
    "",
  ];
  writeFileSync(join(conf, "90-loopback.conf"), lines.join("\n"));
  secret = new SecretFolder(join(conf, "tls"));
  secret.put(certifiedAfter(0, names).files);
  const { command, path, env } = kinds.rabbitmq.run({ ports, password });
  server = new Sandbox({
    ...{ folder, path, command, confAt: confFolder },
    root: await imageRoot("rabbitmq"),
    env: { ...env, TLS_FOLDER: `/${confFolder}/tls`, RENEWAL_SECONDS: "1" },
  });
  server.start();
  const status = async (): Promise<boolean> => {
    if (!server.isRunning) throw new Error(server.lastLogLines());
    return (await managementStatus(certifiedAfter(0, names).trusted)) === 200;
  };
  await until("the broker", status, startMs).catch((cause: unknown) => {
    throw new Error(server.lastLogLines(), { cause });
  });
}, startMs + 30_000);
afterAll(async () => {
  await server.stop(kinds.rabbitmq.stopSignal);
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

test("whoever comes without TLS is refused", async () => {
  await expect(connect(urlBy("amqp"))).rejects.toThrow(/closed|ECONNRESET/);
});

test("a broker that others certify is refused by its clients", async () => {
  const stranger = certifiedAfter(7, names).trusted;
  await expect(connect(urlBy("amqps"), { ca: stranger })).rejects.toThrow(/certificate/);
  await expect(managementStatus(stranger)).rejects.toThrow(/certificate/);
});

test("a rotation takes no connection away, and clients of before and after it connect all the time", async () => {
  const [before, after] = [certifiedAfter(0, names), certifiedAfter(1, names)];
  const staying = await connect(urlBy("amqps"), { ca: before.trusted });
  let closed = false;
  staying.once("close", () => (closed = true));
  const coming = new X509Certificate(after.certificate).fingerprint256;
  secret.put(after.files);
  let isNew = false;
  while (!isNew) {
    // Before it is noticed, and after.
    const shown = await Promise.all([ports.amqp, ports.management].map((each) => shownAt(each)));
    isNew = shown.every((one) => one === coming);
    for (const { trusted } of [before, after]) await (await connected(trusted)).close();
  }
  const channel = await staying.createChannel();
  await channel.close();
  expect(closed).toBe(false);
  await staying.close();
}, 90_000);
