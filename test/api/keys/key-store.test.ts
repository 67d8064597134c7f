import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { clientKeyKind, completeKey } from "@framewright/contracts/api-key.ts";
import type { Db } from "../../../api/backends/db.ts";
import { AppError } from "../../../api/errors.ts";
import { FailureLimit } from "../../../api/keys/failure-limit.ts";
import { createKeyStore } from "../../../api/keys/key-store.ts";
import { digestOf, generateKey } from "../../../api/keys/keys.ts";

const address = "192.0.2.1";
const minute = 60_000;

/** A store whose database knows some keys; counts what it is asked for. */
function storeOf(...keys: string[]) {
  const asked: string[] = [];
  const rows = keys.map((key) => ({
    id: "k",
    project_id: "p",
    scopes: ["read"],
    digest: digestOf(key),
  }));
  const db = {
    query: ({ name = "" }: { name?: string }) => {
      asked.push(name);
      return Promise.resolve({ rows, rowCount: rows.length });
    },
  } as unknown as Db;
  const failures = new FailureLimit(pino({ level: "silent" }));
  const store = createKeyStore({
    db,
    failures,
    notifier: { keyRevoked: () => undefined },
    onLook: () => undefined,
  });
  const lookUps = () => asked.filter((name) => name === "key-by-prefix").length;
  /** The answer to a key from an address: whose it is, nobody's, or that it came too often. */
  const ask = (key: string, from = address) =>
    store.authenticate(key, from).then(
      (caller) => caller?.keyId ?? "nobody",
      (error: unknown) => (error instanceof AppError ? error.code : String(error)),
    );
  const guess = (from = address) => ask(generateKey(clientKeyKind), from);
  return { ask, guess, asked, lookUps, db };
}

let now = 1_000;
/** The cache looks at the clock at most once in a millisecond. */
const pass = (ms: number) => {
  now += ms;
  return new Promise((resolve) => setTimeout(resolve, 5));
};

beforeEach(() => {
  vi.spyOn(performance, "now").mockImplementation(() => now);
});
afterEach(() => {
  vi.restoreAllMocks();
});

describe("the key store", () => {
  it("refuses a wrong checksum without asking the database", async () => {
    const { ask, asked } = storeOf();
    const damaged = `${completeKey(clientKeyKind, "a".repeat(30)).slice(0, -1)}!`;
    expect([await ask(damaged), asked]).toEqual(["nobody", []]);
  });

  it("refuses a genuine-looking key that it does not know, and asks once for it", async () => {
    const { ask, lookUps } = storeOf("another");
    const key = generateKey(clientKeyKind);
    expect([await ask(key), await ask(key), lookUps()]).toEqual(["nobody", "nobody", 1]);
    await pass(3_001);
    expect([await ask(key), lookUps()]).toEqual(["nobody", 2]);
  });

  it("asks once for a good key that comes again at once", async () => {
    const key = generateKey(clientKeyKind);
    const { ask, asked } = storeOf(key);
    expect([await ask(key), await ask(key)]).toEqual(["k", "k"]);
    expect(asked).toEqual(["key-by-prefix", "key-used"]);
  });
});

describe("an address that guesses", () => {
  it("costs a hundred look-ups a minute, also when all come at once", async () => {
    const { guess, lookUps } = storeOf();
    const answers = await Promise.all(Array.from({ length: 1_500 }, () => guess()));
    expect(answers.filter((answer) => answer === "rate-limited")).toHaveLength(1_400);
    expect(lookUps()).toBe(100);
    await pass(minute + 1);
    expect([await guess(), lookUps()]).toEqual(["nobody", 101]);
  });

  it("does not lock out a key that was good before, from there or elsewhere", async () => {
    const key = generateKey(clientKeyKind);
    const { ask, guess } = storeOf(key);
    expect(await ask(key)).toBe("k");
    for (let i = 0; i <= 100; i++) await guess();
    await pass(4_000);
    expect([await ask(key), await guess(), await guess("192.0.2.2")]).toEqual([
      ...["k", "rate-limited", "nobody"],
    ]);
  });

  it("is not one that sends many good keys", async () => {
    const keys = Array.from({ length: 300 }, () => generateKey(clientKeyKind));
    const { ask } = storeOf(...keys);
    for (const key of keys) expect(await ask(key)).toBe("k");
  });

  it("is not one whose keys could not be looked up", async () => {
    const key = generateKey(clientKeyKind);
    const { ask, db } = storeOf(key);
    const query = vi.spyOn(db, "query").mockRejectedValue(new Error("the database is away"));
    for (let i = 0; i < 150; i++) expect(await ask(key)).toBe("Error: the database is away");
    query.mockRestore();
    expect(await ask(key)).toBe("k");
  });

  it.each([
    ["of one IPv6 network", (i: number) => `2001:db8::${i.toString(16)}`, "rate-limited"],
    ["of many IPv6 networks", (i: number) => `2001:db8:0:${i.toString(16)}::1`, "nobody"],
    ["written as IPv6", () => `::ffff:${address}`, "rate-limited"],
  ])("may have many addresses, %s", async (_of, nth, answer) => {
    const { guess } = storeOf();
    for (let i = 0; i < 100; i++) await guess(nth(i));
    expect(await guess(nth(100))).toBe(answer);
  });

  it("is told when to come back", async () => {
    const failures = new FailureLimit(pino({ level: "silent" }));
    for (let i = 0; i < 100; i++) failures.expectFailure(address);
    await pass(20_000);
    expect(() => failures.expectFailure(address)).toThrow(
      expect.objectContaining({ status: 429, retryAfterSeconds: 40 }),
    );
  });
});
