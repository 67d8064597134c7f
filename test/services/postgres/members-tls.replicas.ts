import { X509Certificate } from "node:crypto";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "../../api/api-under-test.ts";
import { startControlPlane, type ControlPlane } from "../../support/control-plane.ts";
import { certifiedAfter, shownAt } from "../../support/inside-certificates.ts";
import { startMembers, type Member, type MembersUnderTest } from "./members-under-test.ts";

const startMs = 240_000;
const names = ["127.0.0.1"];

let plane: ControlPlane;
let database: MembersUnderTest;

beforeAll(async () => {
  plane = await startControlPlane();
  database = await startMembers({ plane, count: 3, certified: certifiedAfter(0, names).files });
}, startMs);
afterAll(async () => {
  await database.stop();
  await plane.stop();
});

async function connected(member: Member, trusted: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: database.url(member), ssl: { ca: trusted } });
  await client.connect();
  return client;
}

interface Listed {
  readonly Member: string;
  readonly Role: string;
  readonly State: string;
}

/** What Patroni's own command sees of all members, whom it asks by TLS. */
async function list(member: Member): Promise<Listed[]> {
  return JSON.parse(
    await member.run("patronictl", "-c", "/work/patroni.json", "list", "-f", "json"),
  ) as Listed[];
}

async function writerOfThree(): Promise<Member> {
  return until(
    "a writer with two followers",
    async () => {
      const rows = await list(database.members[0]!);
      const follow = rows.filter(({ State }) => State === "streaming");
      const leader = rows.find(({ Role, State }) => Role === "Leader" && State === "running");
      return follow.length === 2 && database.members.find(({ name }) => name === leader?.Member);
    },
    startMs,
  );
}

/** Backends that serve followers, all of them by TLS. */
async function followers(client: pg.Client): Promise<number[]> {
  const { rows } = await client.query<{ pid: number; ssl: boolean }>(
    "SELECT pid, ssl FROM pg_stat_replication JOIN pg_stat_ssl USING (pid) ORDER BY pid",
  );
  expect(rows.map(({ ssl }) => ssl)).toEqual([true, true]);
  return rows.map(({ pid }) => pid);
}

test(
  "members follow and ask each other by TLS alone, through a renewed certificate and a change of who writes",
  async () => {
    const [before, after] = [certifiedAfter(0, names), certifiedAfter(1, names)];
    const writer = await writerOfThree();
    const client = await connected(writer, before.trusted);
    const pids = await followers(client);
    const plain = new pg.Client(database.url(writer));
    await expect(plain.connect()).rejects.toThrow(/no encryption/);

    const coming = new X509Certificate(after.certificate).fingerprint256;
    for (const { secret } of database.members) secret.put(after.files);
    await until(
      "the new certificate on all three",
      async () => {
        // By the API by which members talk.
        const all = await Promise.all(database.members.map(({ ports }) => shownAt(ports.patroni)));
        return all.every((shown) => shown === coming);
      },
      60_000,
    );
    expect(await followers(client)).toEqual(pids);
    await client.end();

    const other = database.members.find((member) => member !== writer)!;
    await other.run("patroni-members", "lead");
    const next = await connected(await writerOfThree(), after.trusted);
    await followers(next);
    await next.end();
  },
  2 * startMs,
);
