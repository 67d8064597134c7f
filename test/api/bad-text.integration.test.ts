import { afterAll, beforeAll, expect, it } from "vitest";
import { sampleResult } from "./api-under-test.ts";
import { badTexts } from "./bad-texts.ts";
import { startEngine, type EngineUnderTest } from "./engine-under-test.ts";

let engine: EngineUnderTest;
beforeAll(async () => {
  engine = await startEngine({ postgres: true, objectStore: true });
});
afterAll(() => engine.stop());

it.each(Object.entries(badTexts))(
  "a text with %s is refused before it reaches Postgres, and the attempt goes on",
  async (_title, text) => {
    const lease = await engine.claimed();
    const attempt = `/v1/jobs/${lease.jobId}/attempts/${lease.attempt}`;
    const failed = { kind: "input", code: "no-video", message: text };
    const result = { ...sampleResult(), checks: [text] };
    const answers = await Promise.all([
      engine.client.send("POST", "/v1/api-keys", { name: text }),
      engine.client.send("GET", `/v1/jobs?cursor=${encodeURIComponent(text.toWellFormed())}`),
      engine.worker.send(`${attempt}/fail`, failed),
      engine.worker.send(`${attempt}/complete`, result),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([400, 400, 400, 400]);
    expect((await engine.worker.fail(lease, "input")).status).toBe(200);
  },
);
