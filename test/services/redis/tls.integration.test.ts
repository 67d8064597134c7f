import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openRedis } from "../../../api/backends/redis.ts";
import { filesIn } from "../../../services/kit/tls/inside-tls.ts";
import { tlsArguments } from "../../../services/redis/redis.ts";
import { exec } from "../../../tools/exec.ts";
import { imageRoot } from "../../../tools/images/roots.ts";
import { forgetCached } from "../../../tools/restore/restore.ts";
import { freePort } from "../../../tools/services/free-port.ts";
import { kinds, newPassword } from "../../../tools/services/kinds.ts";
import { Sandbox } from "../../../tools/services/sandbox.ts";
import { until } from "../../api/api-under-test.ts";
import { certifiedAfter, shownAt } from "../../support/inside-certificates.ts";
import { SecretFolder } from "../../support/secret-folder.ts";

const names = ["localhost"];
const inside = "/mnt/tls";

let folder: string;
let server: Sandbox;
let secret: SecretFolder;
let port: number;
let password: string;

type Redis = ReturnType<typeof openRedis>;

function open(scheme: string, caFile?: string): Redis {
  const url = `${scheme}://:${password}@localhost:${port}`;
  return openRedis({ url, caFile }, pino({ level: "silent" }), "test");
}

/** What the server answers, or why it doesn't. */
async function answerTo(client: Redis): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  client.once("close", () => {
    resolve("the connection was closed");
  });
  client.once("error", (error) => {
    resolve(String(error));
  });
  client.once("ready", () => {
    client.ping().then(resolve, (error: unknown) => {
      resolve(String(error));
    });
  });
  try {
    return await promise;
  } finally {
    client.disconnect();
  }
}

/** As the API connects, with these authorities. */
function trusting(authorities: string): Redis {
  const file = join(folder, "ca.pem");
  writeFileSync(file, authorities);
  return open("rediss", file);
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "redis-tls-"));
  port = await freePort();
  password = newPassword();
  secret = new SecretFolder(join(folder, "conf", "tls"));
  secret.put(certifiedAfter(0, names).files);
  const { command, path, env } = kinds.redis.run({ ports: { redis: port }, password });
  server = new Sandbox({
    ...{ folder, path, confAt: "mnt" },
    root: await imageRoot("redis"),
    command: [...command, ...tlsArguments(filesIn(inside), port)],
    env: { ...env, TLS_FOLDER: inside, RENEWAL_SECONDS: "1" },
  });
  server.start();
  await until("the server", async () => {
    if (!server.isRunning) throw new Error(server.lastLogLines());
    return (await answerTo(trusting(certifiedAfter(0, names).trusted))) === "PONG";
  });
}, 120_000);
afterAll(async () => {
  await server.stop(kinds.redis.stopSignal);
  rmSync(folder, { recursive: true, force: true });
});

test("whoever comes without TLS is refused", async () => {
  expect(await answerTo(open("redis"))).toMatch(/closed|ECONNRESET|EPIPE/);
});

test("a restore has it forget what is cached, by its socket", async () => {
  const client = trusting(certifiedAfter(0, names).trusted);
  await once(client, "ready");
  await client.set("cached", "1");
  const [first = "", ...rest] = server.beside();
  const { path } = kinds.redis.run({ ports: { redis: port }, password });
  const inPod = (auth: string) =>
    exec(first, [
      ...[...rest, "env", "-i", `PATH=${path}`, `REDISCLI_AUTH=${auth}`],
      ...["sh", "-c", forgetCached],
    ]);
  // What Redis answers, not only whether it does, decides how the command ends.
  await expect(inPod("another")).rejects.toThrow(/WRONGPASS|NOAUTH/);
  expect(await client.get("cached")).toBe("1");
  await inPod(password);
  expect(await client.get("cached")).toBeNull();
  client.disconnect();
});

test("a server that others certify is refused by its clients", async () => {
  expect(await answerTo(trusting(certifiedAfter(7, names).trusted))).toMatch(/certificate/);
});

test("a rotation takes no connection away, and clients of before and after it connect all the time", async () => {
  const [before, after] = [certifiedAfter(0, names), certifiedAfter(1, names)];
  const staying = trusting(before.trusted);
  await once(staying, "ready");
  const id = await staying.client("ID");
  const coming = new X509Certificate(after.certificate).fingerprint256;
  secret.put(after.files);
  let isNew = false;
  while (!isNew) {
    // Before it is noticed, and after.
    isNew = (await shownAt(port)) === coming;
    for (const { trusted } of [before, after]) {
      expect(await answerTo(trusting(trusted))).toBe("PONG");
    }
  }
  expect(await staying.client("ID")).toBe(id);
  staying.disconnect();
});
