import { Readable } from "node:stream";
import { pino } from "pino";
import type pg from "pg";
import type { QueueMessage } from "../../api/backends/broker.ts";
import type { Db, Queryable, Session } from "../../api/backends/db.ts";
import type {
  ObjectStore,
  OutputTicket,
  PutTicket,
  StoredPart,
} from "../../api/backends/object-store.ts";
import type { Actor } from "../../api/audit-log.ts";
import type { EngineContext, Retention } from "../../api/jobs/context.ts";
import type { LockedJob } from "../../api/jobs/rows.ts";
import { createMetrics } from "../../api/metrics.ts";
import { builtIn } from "../support/profiles.ts";

type Answer = readonly object[] | number | Error;
/** The rows that a statement returns, the number that it changes, or its error; several answers are given in turn. */
export type Reply = Answer | ((values: readonly unknown[]) => Answer | Promise<Answer>);
/** By the name of the statement; by a part of its text, where it has no name. */
export type Script = Record<string, Reply>;

interface Statement {
  readonly name: string;
  readonly values: readonly unknown[];
}

/** `WITH` may lead to a write, which gives rows only where it says so. */
function givesRows(text: string): boolean {
  if (text.includes("RETURNING")) return true;
  return (
    /^\s*(SELECT|WITH)/.test(text) && !/\b(INSERT INTO|UPDATE \w+ SET|DELETE FROM)\b/.test(text)
  );
}

const unnamed = (text: string): pg.QueryConfig => ({ text });

/**
 * Answers statements as the test says; the SQL itself is tested on a real Postgres. A write that returns no rows and
 * has no answer changes one row. The trail has the statements in order, among what else happened.
 */
export class FakeDb implements Db {
  readonly script: Script;
  readonly trail: string[];
  readonly statements: Statement[] = [];

  constructor(script: Script = {}, trail: string[] = []) {
    this.script = script;
    this.trail = trail;
  }

  query: Queryable["query"] = async (asked, given = []) => {
    const { name: own, text, values = given } = typeof asked === "string" ? unnamed(asked) : asked;
    const name = own ?? Object.keys(this.script).find((part) => text.includes(part)) ?? text;
    this.statements.push({ name, values });
    this.trail.push(name);
    const answer = await this.#answer(name, text, values);
    if (answer instanceof Error) throw answer;
    if (typeof answer === "number") return { rows: [], rowCount: answer };
    return { rows: [...answer] as never[], rowCount: answer.length };
  };

  #answer(name: string, text: string, values: readonly unknown[]): Answer | Promise<Answer> {
    const reply = this.script[name];
    if (typeof reply === "function") return reply(values);
    if (reply === undefined && givesRows(text)) {
      throw new Error(`the test has no answer to ${name}`);
    }
    return reply ?? 1;
  }

  tx: Db["tx"] = async (work) => {
    this.trail.push("begin");
    try {
      const result = await work(this);
      this.trail.push("commit");
      return result;
    } catch (error) {
      this.trail.push("rollback");
      throw error;
    }
  };

  connectAlone = (): Promise<Session> =>
    Promise.resolve({
      query: this.query,
      end: () => {
        this.trail.push("session ended");
        return Promise.resolve();
      },
    });

  close = () => Promise.resolve();

  /** The values of every execution of the statement. */
  executions(name: string): (readonly unknown[])[] {
    return this.statements.filter((one) => one.name === name).map(({ values }) => values);
  }

  /** The values of the only execution of the statement. */
  values(name: string): readonly unknown[] {
    const [only, ...others] = this.executions(name);
    if (only === undefined || others.length > 0) {
      throw new Error(`${name} was executed ${only ? others.length + 1 : 0} times`);
    }
    return only;
  }
}

/** A running job as the statements that lock it return it. */
export function lockedJob(change: Partial<LockedJob> = {}): LockedJob {
  return {
    id: "job-1",
    attempt: 2,
    class: "cpu.720p",
    priority: "normal",
    failures: {},
    cancel_requested: false,
    limited_project: null,
    age_seconds: 90,
    run_seconds: 60,
    ...change,
  };
}

/** Who asks for what the tests write. */
export const actor: Actor = {
  keyId: "key-1",
  keyName: "tests",
  projectId: "project-1",
  requestId: "request-1",
  address: "192.0.2.1",
};

/** The row of use of a project without quotas. */
export const unlimited = {
  max_queued: null,
  max_minutes_per_month: null,
  max_bytes_stored: null,
  queued: 1,
  seconds: 0,
  bytes_stored: "0",
  resets_at: new Date(0),
  exceeded: null,
};

export const keepAll: Retention = {
  attemptDays: 0,
  uploadDays: 0,
  unfinishedDays: 0,
  jobDays: 0,
  eventDays: 0,
  auditDays: 0,
  webhookDays: 0,
};

const unexpected = () => Promise.reject(new Error("the test expects no such call"));

/** Parts by the store's id of their upload; joining puts so many letters into the file. */
function fakeMultipart(files: Map<string, string>, parts: Map<string, StoredPart[]>) {
  return {
    begin: (key) => {
      const storeUploadId = `parts of ${key}`;
      parts.set(storeUploadId, []);
      return Promise.resolve(storeUploadId);
    },
    presignPart: ({ storeUploadId, number, sizeBytes, md5 }) =>
      Promise.resolve({
        url: `put:${storeUploadId}:${number}`,
        headers: { "content-length": String(sizeBytes), "content-md5": md5 },
        expiresAt: new Date(0),
      }),
    putPart: ({ storeUploadId }, number, bytes) => {
      const kept = (parts.get(storeUploadId) ?? []).filter((part) => part.number !== number);
      const part = { number, sizeBytes: bytes.length, etag: `etag-${number}` };
      parts.set(
        storeUploadId,
        [...kept, part].toSorted((a, b) => a.number - b.number),
      );
      return Promise.resolve();
    },
    parts: ({ storeUploadId }) => Promise.resolve(parts.get(storeUploadId)),
    join: ({ key, storeUploadId }, joined) => {
      files.set(key, "x".repeat(joined.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)));
      return Promise.resolve(parts.delete(storeUploadId));
    },
    abortAll: (prefix) => {
      const aborted = [...parts.keys()].filter((id) => id.startsWith(`parts of ${prefix}`));
      for (const id of aborted) parts.delete(id);
      return Promise.resolve(aborted.length);
    },
  } satisfies ObjectStore["multipart"];
}

interface StoreContents {
  readonly files: Map<string, string>;
  readonly parts: Map<string, StoredPart[]>;
  readonly tickets: PutTicket[];
}

/** Texts of files by key, and what URLs were asked for. */
function fakeStore({ files, parts, tickets }: StoreContents): ObjectStore {
  return {
    multipart: fakeMultipart(files, parts),
    sizeOf: (key) => Promise.resolve(files.get(key)?.length),
    sizes: (prefix) =>
      Promise.resolve(
        new Map(
          [...files]
            .filter(([key]) => key.startsWith(prefix))
            .map(([key, text]) => [key.slice(prefix.length), text.length]),
        ),
      ),
    presignGet: (side, key, seconds) => Promise.resolve(`${side}:${key}:${seconds}`),
    presignPut: (ticket) => {
      tickets.push(ticket);
      const headers = { "content-type": ticket.contentType };
      return Promise.resolve({ url: `put:${ticket.key}`, headers, expiresAt: new Date(0) });
    },
    presignOutput: (ticket: OutputTicket) => {
      tickets.push(ticket);
      const headers = { "content-type": ticket.contentType };
      return Promise.resolve({ url: `put:${ticket.key}`, headers, expiresAt: new Date(0) });
    },
    presignHead: (side, key, seconds) => Promise.resolve(`${side}:head:${key}:${seconds}`),
    ensureBucket: unexpected,
    read: (key) => {
      const text = files.get(key);
      if (text === undefined) return Promise.resolve(undefined);
      const body = Readable.from([Buffer.from(text)]);
      const unknown = { etag: undefined, lastModified: undefined, contentRange: undefined };
      return Promise.resolve({ status: 200, body, sizeBytes: text.length, ...unknown });
    },
    stat: unexpected,
    put: (key, bytes) => {
      files.set(key, Buffer.from(bytes).toString("latin1"));
      return Promise.resolve();
    },
    remove: (key) => {
      files.delete(key);
      return Promise.resolve();
    },
    close: () => undefined,
  };
}

/** What an operation of the engine works with; the trail shows what happened, in order. */
export function fakeEngine(script: Script = {}, change: Partial<EngineContext> = {}) {
  const trail: string[] = [];
  const db = new FakeDb(script, trail);
  const metrics = createMetrics();
  const messages: QueueMessage[] = [];
  const files = new Map<string, string>();
  const parts = new Map<string, StoredPart[]>();
  const tickets: PutTicket[] = [];
  const context: EngineContext = {
    db,
    profiles: builtIn,
    store: fakeStore({ files, parts, tickets }),
    notifier: {
      live: true,
      jobChanged: (jobId) => trail.push(`changed ${jobId}`),
      queueGrew: () => trail.push("queue grew"),
      egressGrew: () => trail.push("egress grew"),
      onEgress: () => () => undefined,
      onJob: () => () => undefined,
      onQueue: () => () => undefined,
      keyRevoked: (keyId) => trail.push(`revoked ${keyId}`),
      onKeyRevoked: () => () => undefined,
      workersChanged: () => trail.push("workers changed"),
      onWorkers: () => () => undefined,
      close: () => undefined,
    },
    outbox: {
      publishSoon: (message) => {
        trail.push("publish soon");
        messages.push(message);
      },
      publishDue: () => Promise.resolve(0),
      settled: () => Promise.resolve(),
    },
    router: {
      route: () => Promise.resolve("nvenc.720p"),
      look: () => Promise.resolve("nvenc.720p"),
    },
    metrics,
    log: pino({ level: "silent" }),
    urlInput: undefined,
    dubbing: false,
    lipSync: false,
    ...{ inputBuckets: new Map(), prices: undefined },
    leaseSeconds: 30,
    retention: keepAll,
    heartbeatSeconds: 5,
    gpuWaitSeconds: 300,
    wakeable: [],
    ...change,
  };
  return { context, db, trail, messages, files, parts, tickets, metrics };
}

interface Measured {
  get(): Promise<{ values: { value: number; labels: Record<string, unknown> }[] }>;
}

/** The figures of a metric, each under its labels: `{ "queued": 2 }`, or `{ "": 1 }` without labels. */
export async function figures(metric: Measured): Promise<Record<string, number>> {
  const { values } = await metric.get();
  return Object.fromEntries(
    values.map(({ labels, value }) => [Object.values(labels).join(" "), value]),
  );
}
