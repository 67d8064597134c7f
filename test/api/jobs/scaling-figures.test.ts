import { describe, expect, test } from "vitest";
import { answerScaling, scalingQueryOf } from "../../../api/jobs/scaling-figures.ts";
import { FakeDb } from "../fake-engine.ts";

const of = (text: string) => new URLSearchParams(text);

describe("what is asked for", () => {
  test("classes and how the names of workers begin", () => {
    expect(scalingQueryOf(of("classes=cpu.720p+cpu.1080p&workers=worker-cpu-"))).toEqual({
      classes: ["cpu.720p", "cpu.1080p"],
      workers: "worker-cpu-",
    });
  });

  test.each([
    ["no classes", "workers=worker-cpu-"],
    ["an unknown class", "classes=cpu.720p+cpu.8k&workers=worker-cpu-"],
    ["no workers, which would be all of them", "classes=cpu.720p"],
  ])("%s is refused, with what there is", async (_, query) => {
    const answer = await answerScaling(new FakeDb({}), of(query));
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ code: "invalid-query" });
    expect(JSON.stringify(answer.body)).toContain("nvenc.720p");
  });
});

test("jobs are those that wait and those that run", async () => {
  const db = new FakeDb({ "scaling-figures": [{ waiting: 7, running: 2 }] });
  expect(await answerScaling(db, of("classes=cpu.720p&workers=worker-cpu-"))).toEqual({
    status: 200,
    body: { jobs: 9, running: 2 },
  });
});

test("a database that is away is a failure: no number is right then", async () => {
  const db = new FakeDb({ "scaling-figures": new Error("away") });
  await expect(answerScaling(db, of("classes=cpu.720p&workers=w"))).rejects.toThrow("away");
});
