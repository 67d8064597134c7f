import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { exec, ExecError } from "../../tools/exec.ts";
import { own } from "../../tools/paths.ts";
import { schemathesis, schemathesisConfig } from "../../tools/schemathesis/schemathesis.ts";
import { startServices, type Services } from "../support/services.ts";
import { startApiUnderTest, until, type ApiUnderTest } from "./api-under-test.ts";

/** It keeps there what it sent when it found a fault. */
const folder = join(own, "test", "schemathesis");

let services: Services;
let api: ApiUnderTest;

beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  services = await startServices({
    postgres: true,
    rabbitmq: true,
    redis: true,
    objectStore: true,
  });
  api = await startApiUnderTest(services, {
    RATE_LIMIT_PER_MINUTE: "1000000",
    WEBHOOK_KEY: "key of the webhooks' secrets",
  });
  await until("readiness", async () => (await fetch(`${api.opsUrl}/readyz`)).ok);
});
afterAll(async () => {
  await api.stop();
  await services.stop();
});

/** What Schemathesis prints, whether it found faults or not; with the same seed it sends the same requests. */
async function report(): Promise<string> {
  const args = [
    ...[
      "--config-file",
      schemathesisConfig,
      "run",
      `${api.url}/openapi.json`,
      "--header",
      `Authorization: Bearer ${api.key}`,
    ],
    ...["--max-examples", "10", "--seed", "1", "--generation-database", "none"],
    ...["--request-timeout", "10", "--no-color", "--warnings", "off"],
  ];
  try {
    return await exec(schemathesis, args, { cwd: folder, env: { COLUMNS: "120" } });
  } catch (error) {
    if (error instanceof ExecError) return error.output;
    throw error;
  }
}

it("answers as its OpenAPI document says, to requests within it and outside it", async () => {
  expect(await report()).toMatch(/No issues found/);
}, 300_000);
