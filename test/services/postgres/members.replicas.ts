import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { until } from "../../api/api-under-test.ts";
import { startControlPlane, type ControlPlane } from "../../support/control-plane.ts";
import {
  isReady,
  startMembers,
  told,
  type Member,
  type MembersUnderTest,
} from "./members-under-test.ts";

const startMs = 240_000;

let plane: ControlPlane;
let database: MembersUnderTest;

beforeAll(async () => {
  plane = await startControlPlane();
}, startMs);
afterEach(() => database.stop());
afterAll(() => plane.stop());

async function ask<T extends pg.QueryResultRow>(member: Member, sql: string): Promise<T[]> {
  const client = new pg.Client({
    connectionString: database.url(member),
    connectionTimeoutMillis: 2000,
    query_timeout: 5000,
  });
  client.on("error", () => undefined);
  await client.connect();
  try {
    return (await client.query<T>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Whom the Service of the database sends clients to: pods with the label, without those that are not ready. */
async function writer(): Promise<Member | undefined> {
  const labelled = database.labelled();
  const pods = database.members.filter(({ name }) => labelled.includes(name));
  const ready = await Promise.all(pods.map((pod) => isReady(pod)));
  const [first, ...more] = pods.filter((_, at) => ready[at]);
  if (more.length > 0) throw new Error(`several write: ${labelled.join(", ")}`);
  return first;
}

interface Seen {
  readonly members: readonly { readonly role: string; readonly state: string }[];
}

/** With one that writes, one that has every row that was acknowledged, and one more. */
async function wholeAt(): Promise<Member> {
  const isWhole = async (member: Member): Promise<boolean> => {
    const { members } = await told<Seen>(member, "/cluster");
    const roles = members.filter(({ state }) => state === "running" || state === "streaming");
    return ["leader", "replica", "sync_standby"].every((role) =>
      roles.some((one) => one.role === role),
    );
  };
  return until(
    "a writer with two followers",
    async () => {
      const now = await writer();
      return now && (await isWhole(now)) && now;
    },
    startMs,
  );
}

/** Those that the alert DatabaseMemberMissing counts, by their own figures. */
async function counted(): Promise<number> {
  const pages = await Promise.all(
    database.members.map(async ({ ports }) => {
      const url = `http://127.0.0.1:${ports.patroni}/metrics`;
      const answer = await fetch(url).catch(() => undefined);
      return (await answer?.text()) ?? "";
    }),
  );
  const is = (page: string, name: string) => new RegExp(`^${name}\\{[^}]*\\} 1$`, "m").test(page);
  const follows = (page: string) =>
    is(page, "patroni_primary") || is(page, "patroni_postgres_streaming");
  return pages.filter((page) => is(page, "patroni_postgres_running") && follows(page)).length;
}

test(
  "the first server makes the database of the platform",
  async () => {
    database = await startMembers({ plane, count: 1 });
    const [only] = database.members;
    if (!only) throw new Error("there are no members");
    const rows = await until(
      "the database",
      async () => (await writer()) && ask(only, "SHOW max_connections"),
      startMs,
    );
    expect(rows).toEqual([{ max_connections: "60" }]);
  },
  startMs,
);

/** Inserts one row after another into whoever writes, until told to stop. */
function insertRows(first: number) {
  let stopped = false;
  const rows: number[] = [];
  let longestMs = 0;
  const run = async (): Promise<void> => {
    let last = performance.now();
    let target = await writer();
    for (let n = first; !stopped; n += 1) {
      try {
        if (target === undefined) throw new Error("nobody writes");
        await ask(target, `INSERT INTO acknowledged VALUES (${n})`);
      } catch {
        // Whether it is there or not: nobody was told so.
        target = await writer();
        continue;
      }
      rows.push(n);
      longestMs = Math.max(longestMs, performance.now() - last);
      last = performance.now();
    }
  };
  const running = run();
  return {
    rows,
    async stop() {
      stopped = true;
      await running;
      return longestMs;
    },
  };
}

async function missing(member: Member, rows: readonly number[]): Promise<number[]> {
  const kept = await ask<{ n: string }>(member, "SELECT n FROM acknowledged");
  const there = new Set(kept.map(({ n }) => Number(n)));
  return rows.filter((n) => !there.has(n));
}

async function anotherThan({ name }: Member): Promise<Member> {
  const another = async (): Promise<Member | false | undefined> => {
    const now = await writer();
    return now?.name !== name && now;
  };
  return until("another that writes", another, startMs);
}

/** Ends the one that writes under load; says which one writes then, and what is not there of what was acknowledged. */
async function failOver(first: number, end: (member: Member) => Promise<void>) {
  const leaving = await wholeAt();
  const load = insertRows(first);
  await until("the first rows", () => load.rows.length > 20, startMs);
  await end(leaving);
  const next = await anotherThan(leaving);
  const before = load.rows.length;
  await until("rows in the other", () => load.rows.length > before + 20, startMs);
  const gapSeconds = (await load.stop()) / 1000;
  console.log(`${load.rows.length} rows, the longest gap ${gapSeconds.toFixed(1)} s`);
  return { leaving, next, lost: await missing(next, load.rows) };
}

test(
  "three that grew from one keep its rows, and lose none when the one that writes is killed or told to end",
  async () => {
    const before =
      "CREATE TABLE acknowledged (n bigint PRIMARY KEY); INSERT INTO acknowledged VALUES (0)";
    database = await startMembers({ plane, count: 3, before });
    expect(await missing(await wholeAt(), [0])).toEqual([]);
    await until("three by their figures", async () => (await counted()) === 3, startMs);

    const killed = await failOver(1, (member) => member.sandbox.kill());
    expect(killed.lost).toEqual([]);
    await until("two by their figures", async () => (await counted()) === 2, startMs);
    killed.leaving.sandbox.start();
    // It follows, though it may have had more than the others.
    expect((await wholeAt()).name).toBe(killed.next.name);

    const left = await failOver(1_000_000, (member) => member.sandbox.stop("SIGTERM"));
    expect(left.lost).toEqual([]);
    left.leaving.sandbox.start();
    await wholeAt();
  },
  2 * startMs,
);

test(
  "one that was three goes on, and what the others had does not come back",
  async () => {
    database = await startMembers({ plane, count: 3 });
    const [first, ...others] = database.members;
    if (!first) throw new Error("there are no members");
    const [other] = others;
    await ask(await wholeAt(), "CREATE TABLE acknowledged (n bigint PRIMARY KEY)");
    await other?.run("patroni-members", "lead");
    expect((await anotherThan(first)).name).toBe(other?.name);
    // The first may have less than the others: it is not to go on like that.
    await expect(first.run("patroni-members", "alone")).rejects.toThrow("patroni-members lead");
    await wholeAt();
    await first.run("patroni-members", "lead");
    await until("the first writes", async () => (await wholeAt()).name === first.name, startMs);
    for (const member of [...others, first]) await member.run("patroni-members", "alone");
    for (const { sandbox } of [...others, first]) await sandbox.stop("SIGTERM");
    await database.alone("INSERT INTO acknowledged VALUES (1)");

    // Who starts first could write what is older.
    for (const { sandbox } of others) sandbox.start();
    await sleep(3000);
    first.sandbox.start();
    expect((await wholeAt()).name).toBe(first.name);
    for (const member of database.members) expect(await missing(member, [1])).toEqual([]);
  },
  2 * startMs,
);
