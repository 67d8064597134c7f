import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, it } from "vitest";
import { exclusively } from "../../../tools/images/exclusive.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "exclusive-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

it("work under the same lock never overlaps, and whoever waits long gets a message", async () => {
  const lock = join(folder, "lock");
  const seen: string[] = [];
  const work = (name: string) => async (): Promise<void> => {
    seen.push(`${name} begins`);
    await sleep(800);
    seen.push(`${name} ends`);
  };
  let messages = 0;
  const onWait = (): void => {
    messages += 1;
  };
  await Promise.all([exclusively(lock, work("a"), onWait), exclusively(lock, work("b"), onWait)]);
  const [first] = seen[0]?.split(" ") ?? [];
  expect(seen[1]).toBe(`${first ?? ""} ends`);
  expect(seen).toHaveLength(4);
  expect(messages).toBeGreaterThanOrEqual(1);
});

it("failed work frees the lock and keeps its error", async () => {
  const lock = join(folder, "lock");
  const failing = exclusively(
    lock,
    () => Promise.reject(new Error("broken")),
    () => undefined,
  );
  await expect(failing).rejects.toThrow("broken");
  expect(
    await exclusively(
      lock,
      () => Promise.resolve(7),
      () => undefined,
    ),
  ).toBe(7);
});
