import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startServices, type Services } from "./services.ts";

let services: Services;
beforeAll(async () => {
  services = await startServices({
    postgres: true,
    rabbitmq: true,
    redis: true,
    objectStore: true,
  });
}, 180_000);
afterAll(() => services.stop());

function managementUrl(path: string): { url: string; headers: { authorization: string } } {
  const { username, password, origin } = new URL(services.amqpManagementUrl);
  const basic = Buffer.from(`${username}:${password}`).toString("base64");
  return { url: `${origin}${path}`, headers: { authorization: `Basic ${basic}` } };
}

async function nodeFacts(): Promise<Record<string, unknown>> {
  const { url, headers } = managementUrl("/api/overview");
  return (await (await fetch(url, { headers })).json()) as Record<string, unknown>;
}

const loopback = [
  "0100007F",
  "00000000000000000000000001000000",
  "0000000000000000FFFF00000100007F",
];

/** Addresses (hexadecimal) that a process of the services' user listens on in the ports of tests. */
function listeners(): string[] {
  const files = ["/proc/net/tcp", "/proc/net/tcp6"];
  const lines = files.flatMap((file) => readFileSync(file, "utf8").split("\n"));
  return lines.flatMap((line) => {
    const [, local = "", , state, , , , uid] = line.trim().split(/\s+/);
    const [address = "", port = ""] = local.split(":");
    const isOurs = uid === "10001" && Math.floor(parseInt(port, 16) / 10_000) === 2;
    return state === "0A" && isOurs ? [address] : [];
  });
}

describe("the services for tests", () => {
  it("are RabbitMQ 4 and an S3 gateway that answer", async () => {
    expect((await nodeFacts())["rabbitmq_version"]).toMatch(/^4\./);
    expect((await fetch(`${services.s3.endpoint}/health`)).status).toBe(200);
  });

  it("listen on loopback only", () => {
    const addresses = listeners();
    expect(addresses.length).toBeGreaterThanOrEqual(5);
    expect(addresses.filter((address) => !loopback.includes(address))).toEqual([]);
  });

  it("come back on the same ports after a restart and after being killed", async () => {
    await services.restart("rabbitmq");
    await services.kill("redis");
    await services.restart("redis", { downMs: 100 });
    await services.wipe("postgres");
    expect((await nodeFacts())["rabbitmq_version"]).toMatch(/^4\./);
  });

  it("mount nothing that this machine sees", () => {
    expect(readFileSync("/proc/mounts", "utf8")).not.toContain("framewright-services");
  });

  it("a service that was not asked for is refused by name", async () => {
    const one = await startServices({});
    await expect(one.restart("postgres")).rejects.toThrow("postgres was not asked for");
    await one.stop();
  });
});

function connects(url: URL): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(Number(url.port), url.hostname);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => {
      resolve(false);
    });
  });
}

it("services end with the process that started them, even if it is killed", async () => {
  const program = `
    import { startServices } from ${JSON.stringify(import.meta.resolve("./services.ts"))};
    const services = await startServices({ redis: true });
    process.stdout.write(services.redisUrl, () => process.kill(process.pid, "SIGKILL"));
  `;
  const args = ["--input-type=module-typescript", "-e", program];
  const run = spawnSync(process.execPath, args, { encoding: "utf8" });
  expect(run.signal).toBe("SIGKILL");
  const redis = new URL(run.stdout);
  await expect.poll(() => connects(redis), { timeout: 10_000 }).toBe(false);
});
