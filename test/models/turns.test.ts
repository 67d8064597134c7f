import { expect, it } from "vitest";
import { Turns } from "../../models/http/turns.ts";

const there = { isGone: () => false };

it("works on one request at a time, in the order in which they came", async () => {
  const turns = new Turns(2);
  const seen: string[] = [];
  const gate = Promise.withResolvers<undefined>();
  const work = (name: string, until?: Promise<unknown>) => async () => {
    seen.push(`${name} begins`);
    await until;
    seen.push(`${name} ends`);
    return name;
  };
  const all = [
    turns.take(there, work("first", gate.promise)),
    turns.take(there, work("second")),
    turns.take(there, work("third")),
  ];
  expect([turns.isBusy, turns.depth]).toEqual([true, 2]);
  gate.resolve(undefined);
  expect(await Promise.all(all)).toEqual(["first", "second", "third"]);
  expect(seen.map((line) => line.split(" ")[0])).toEqual([
    "first",
    "first",
    "second",
    "second",
    "third",
    "third",
  ]);
  expect([turns.isBusy, turns.depth]).toEqual([false, 0]);
});

it("refuses what would wait beyond the limit, at once and with what to do", async () => {
  const turns = new Turns(0);
  const gate = Promise.withResolvers<undefined>();
  const first = turns.take(there, () => gate.promise);
  await expect(turns.take(there, () => Promise.resolve())).rejects.toMatchObject({
    status: 503,
    code: "busy",
    message: "0 requests wait already; try again later",
  });
  gate.resolve(undefined);
  await first;
});

it("begins no work for who has gone", async () => {
  const turns = new Turns(1);
  const work = (): Promise<string> => Promise.reject(new Error("was begun"));
  expect(await turns.take({ isGone: () => true }, work)).toBeUndefined();
});

it("goes on after work that failed", async () => {
  const turns = new Turns(1);
  await expect(turns.take(there, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(await turns.take(there, () => Promise.resolve("yes"))).toBe("yes");
});
