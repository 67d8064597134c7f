import { Value } from "typebox/value";
import { expect, it, onTestFinished } from "vitest";
import { JobLimits } from "@framewright/contracts/job-limits.ts";
import { clientKey, fakeClientApp } from "../fakes.ts";

it("what a job may cost is told in advance to those who have a key", async () => {
  const { app } = await fakeClientApp();
  onTestFinished(() => app.close());
  expect((await app.inject({ method: "GET", url: "/v1/limits" })).statusCode).toBe(401);
  const headers = { authorization: `Bearer ${clientKey}` };
  const answer = await app.inject({ method: "GET", url: "/v1/limits", headers });
  expect(answer.statusCode).toBe(200);
  expect(Value.Parse(JobLimits, answer.json())).toEqual({
    maxUploadBytes: 5 * 1024 ** 3,
    maxSourceSeconds: 14_400,
    encode: {
      freeSeconds: 1200,
      secondsPerMegabyte: 120,
      maxSeconds: { "720p": 28_800, "1080p": 43_200, "2160p": 86_400 },
    },
  });
});
