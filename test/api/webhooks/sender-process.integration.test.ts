import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterAll, beforeAll, expect, it } from "vitest";
import { freePort } from "../../../tools/services/free-port.ts";
import { until } from "../api-under-test.ts";
import { startEngine, type EngineUnderTest } from "../engine-under-test.ts";
import { Receiver } from "./receiver.ts";
import { administratorOf, webhookEnv, type Administrator } from "./senders.ts";

let receiver: Receiver;
let engine: EngineUnderTest;
let admin: Administrator;
let env: Record<string, string>;
beforeAll(async () => {
  receiver = await new Receiver().listen();
  env = webhookEnv([receiver.port]);
  engine = await startEngine({ postgres: true, objectStore: true }, env);
  admin = administratorOf(engine.client);
});
afterAll(async () => {
  await engine.stop();
  receiver.close();
});

/** The sender as its pod runs it. */
async function runSender(extra: Record<string, string> = {}) {
  const metricsPort = await freePort();
  const child = spawn(process.execPath, ["api/send-webhooks.ts"], {
    env: {
      DATABASE_URL: engine.api.databaseUrl,
      METRICS_PORT: String(metricsPort),
      WEBHOOK_TIMEOUT_SECONDS: "1",
      ...env,
      ...extra,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => output.push(chunk.toString()));
  }
  const exited = once(child, "exit").then(([code]: unknown[]) => code);
  const url = `http://127.0.0.1:${metricsPort}`;
  await until("readiness", async () => (await fetch(`${url}/readyz`)).ok);
  return { child, output, exited, url };
}

it("a sender that is killed while it sends loses nothing: another one sends it again", async () => {
  const { id, secret } = await admin.create(receiver.url);
  const hanging: unknown[] = [];
  receiver.answer = (request) => hanging.push(request);
  const first = await runSender({ WEBHOOK_TIMEOUT_SECONDS: "5" });
  const sent = [];
  for (let index = 0; index < 4; index += 1) sent.push(await admin.test(id));
  await until("requests under way", () => hanging.length === 4);
  first.child.kill("SIGKILL");
  await first.exited;

  receiver.answer = (_request, response) => response.writeHead(204).end();
  const second = await runSender();
  const killed = Date.now();
  for (const { id: deliveryId } of sent) {
    const delivered = await until(
      "the delivery",
      async () => {
        const found = await admin.detail(id, deliveryId);
        return found.state === "succeeded" && found;
      },
      40_000,
    );
    expect(delivered.log).toMatchObject([
      { number: 2, status: 204 },
      { number: 1, error: { code: "sender-stopped" } },
    ]);
  }
  console.log(`delivered ${((Date.now() - killed) / 1000).toFixed(1)} s after the kill`);
  expect(receiver.verified(secret)).toHaveLength(8);
  second.child.kill("SIGTERM");
  expect(await second.exited).toBe(0);
  await admin.remove(id);
}, 90_000);

it("on SIGTERM finishes what is under way, takes nothing more and exits 0", async () => {
  const { id } = await admin.create(receiver.url);
  const hanging: { end(): void }[] = [];
  receiver.answer = (_request, response) =>
    hanging.push({ end: () => void response.writeHead(200).end("late") });
  const sender = await runSender({ WEBHOOK_TIMEOUT_SECONDS: "10" });
  const first = await admin.test(id);
  await until("a request", () => hanging.length === 1);
  sender.child.kill("SIGTERM");
  await until("red", async () => (await fetch(`${sender.url}/readyz`)).status === 503);
  const second = await admin.test(id);
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect(hanging).toHaveLength(1);
  hanging[0]?.end();
  expect(await sender.exited).toBe(0);
  expect((await admin.detail(id, first.id)).state).toBe("succeeded");
  expect(await admin.detail(id, second.id)).toMatchObject({ state: "pending", attempts: 0 });
  expect(sender.output.join("")).not.toContain("shutdown phase not finished");
  await admin.remove(id);
});

it("three senders share the work: each event is sent once, and an endpoint gets no more at once than it may", async () => {
  const { id, secret } = await admin.create(receiver.url);
  receiver.received.length = 0;
  let [open, most] = [0, 0];
  receiver.answer = (_request, response) => {
    open += 1;
    most = Math.max(most, open);
    setTimeout(() => {
      open -= 1;
      response.writeHead(204).end();
    }, 20);
  };
  // Two at once: none of them can take all four places of the endpoint.
  const few = { WEBHOOK_PARALLEL: "2" };
  const senders = await Promise.all([runSender(few), runSender(few), runSender(few)]);
  const [row] = await engine.api.query<{ body: string }>(
    "SELECT body FROM webhook_deliveries WHERE id = $1",
    [(await admin.test(id)).id],
  );
  await engine.api.query(
    `INSERT INTO webhook_deliveries (id, endpoint_id, type, body)
     SELECT new_time_ordered_id(), $1, 'webhook.test', $2 FROM generate_series(1, 300)`,
    [id, row?.body],
  );
  const started = Date.now();
  await until("all of them", () => receiver.received.length >= 301, 60_000);
  const seconds = (Date.now() - started) / 1000;
  const ids = receiver.received.map(({ headers }) => headers["webhook-id"]);
  expect(new Set(ids).size).toBe(301);
  expect(ids).toHaveLength(301);
  expect(receiver.verified(secret)).toHaveLength(301);
  expect(most).toBeLessThanOrEqual(4);
  const count = async ({ url }: { readonly url: string }): Promise<number> => {
    const text = await (await fetch(`${url}/metrics`)).text();
    return Number(/attempts_total\{result="delivered"\} (\d+)/.exec(text)?.[1] ?? 0);
  };
  // The receiver has the last one before its sender has the answer.
  const totals = await until("the last one is counted", async () => {
    const counts = await Promise.all(senders.map(count));
    return counts.reduce((sum, one) => sum + one, 0) >= 301 && counts;
  });
  console.log(`301 events by ${totals.join(" + ")} in ${seconds.toFixed(1)} s, ${most} at once`);
  expect(totals.reduce((sum, total) => sum + total, 0)).toBe(301);
  expect(totals.filter((total) => total > 0).length).toBeGreaterThan(1);
  for (const { child } of senders) child.kill("SIGTERM");
  await Promise.all(senders.map(({ exited }) => exited));
  await admin.remove(id);
}, 90_000);

it("goes on by itself when the database was away", async () => {
  const { id } = await admin.create(receiver.url);
  receiver.answer = (_request, response) => response.writeHead(204).end();
  const sender = await runSender();
  await engine.services.restart("postgres", { downMs: 3_000 });
  const sent = await until("the API", () => admin.test(id));
  expect((await admin.attempted(id, sent.id, 1)).state).toBe("succeeded");
  expect(sender.output.join("")).toContain("no deliveries could be claimed; trying again");
  sender.child.kill("SIGTERM");
  expect(await sender.exited).toBe(0);
  await admin.remove(id);
}, 60_000);

it("costs next to nothing while it has nothing to do", async () => {
  const sender = await runSender();
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  const figures = async () => {
    const text = await (await fetch(`${sender.url}/metrics`)).text();
    const read = (name: string) => Number(new RegExp(`^${name} (\\S+)`, "m").exec(text)?.[1]);
    return {
      cpu: read("process_cpu_seconds_total"),
      memory: read("process_resident_memory_bytes"),
    };
  };
  const before = await figures();
  await new Promise((resolve) => setTimeout(resolve, 10_000));
  const after = await figures();
  const millicores = (after.cpu - before.cpu) * 100;
  console.log(`${millicores.toFixed(1)}m CPU, ${(after.memory / 2 ** 20).toFixed(0)} MiB`);
  // config/load-figures.ts says 10m: at 60m the autoscaler would add pods for ever.
  expect(millicores).toBeLessThan(30);
  sender.child.kill("SIGTERM");
  expect(await sender.exited).toBe(0);
}, 60_000);

it("says all that is wrong with its environment, shows no value, and ends", async () => {
  const child = spawn(process.execPath, ["api/send-webhooks.ts"], {
    env: { DATABASE_URL: "mysql://u:hunter2@h/x", METRICS_PORT: "9090", WEBHOOK_KEY: "short" },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let text = "";
  child.stderr.on("data", (chunk: Buffer) => (text += chunk.toString()));
  expect((await once(child, "exit"))[0]).toBe(1);
  expect(text).toMatch(/^2 problems in the environment/);
  expect(text).not.toContain("hunter2");
});
