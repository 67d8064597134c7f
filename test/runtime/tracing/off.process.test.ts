import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";

const script = join(import.meta.dirname, "../../support/programs/traces-loaded.ts");

function loaded(...args: string[]): unknown {
  return JSON.parse(execFileSync(process.execPath, [script, ...args], { encoding: "utf8" }));
}

it("programs without traces load nothing of OpenTelemetry, and with traces only what they use", () => {
  expect(loaded()).toEqual([]);
  const on = loaded("http://127.0.0.1:1/v1/traces");
  expect(on).toContain("@opentelemetry/instrumentation-amqplib");
  expect(on).not.toContain("@opentelemetry/instrumentation-undici");
});
