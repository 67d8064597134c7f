import type { Logger } from "pino";
import { jobClasses, type JobClass } from "@framewright/contracts/job.ts";
import type { Broker } from "../backends/broker.ts";
import type { Session } from "../backends/db.ts";
import { pause } from "@framewright/runtime/clock.ts";
import type { EngineContext } from "./context.ts";
import { failOverdue } from "./deadlines.ts";
import { afterEnds, endLost } from "./end-attempts.ts";
import { wakeLimited } from "./limited.ts";
import { lockedColumns, type LockedJob } from "./rows.ts";
import { deleteUnneeded } from "./retention.ts";
import { moveStranded } from "./stranded.ts";

/** Of pg_try_advisory_lock: any number, as long as it is always this one. */
const lockNumber = 7_201_043;
const tickMs = 1_000;
const standbyMs = 5_000;
const batch = 200;
/** How often the queues are compared with the table, and how old a confirm must be to be doubted. */
const auditMs = 10_000;
const doubtSeconds = 15;
/** How often the sweeper looks for objects that nobody needs any more. */
const deleteMs = 10_000;
const besideMs = 5_000;
/** After an outage: recorders renew their leases every 15 s. */
const besideGraceMs = 20_000;

export interface Sweeper {
  readonly leading: boolean;
  stop(): Promise<void>;
}

export interface SweeperOptions {
  readonly context: EngineContext;
  readonly broker: Pick<Broker, "connected" | "depth">;
  /** Throws while the schema is missing: then there is nothing to sweep. */
  readonly checkSchema: () => Promise<void>;
  /** What else the leader does every few seconds, once recorders had the chance to report. */
  readonly beside?: (() => Promise<void>) | undefined;
}

/** Ends attempts whose lease ran out, by the database's clock. Gives how many. */
async function expireLeases(context: EngineContext): Promise<number> {
  const { db, metrics, leaseSeconds } = context;
  const message = `The worker was silent for longer than its lease of ${leaseSeconds} s`;
  const settlements = await db.tx(async (client) => {
    const { rows } = await client.query<LockedJob>({
      name: "expired-leases",
      text: `SELECT ${lockedColumns} FROM jobs WHERE state = 'running' AND lease_until < now()
             ORDER BY lease_until LIMIT $1 FOR UPDATE SKIP LOCKED`,
      values: [batch],
    });
    return endLost(client, rows, { code: "lease-expired", message });
  });
  metrics.leasesExpired.inc(settlements.length);
  await afterEnds(context, settlements);
  return settlements.length;
}

/**
 * A broker that lost its disk has confirmed messages which are gone. When fewer messages wait in a
 * queue than jobs do, those jobs are published again; a double is refused at its claim.
 */
async function auditQueue(
  context: EngineContext,
  broker: Pick<Broker, "depth">,
  jobClass: JobClass,
): Promise<number> {
  const { db, metrics, log } = context;
  const depth = await broker.depth(jobClass);
  metrics.queueDepth.set({ class: jobClass }, depth);
  const { rows } = await db.query<{ waiting: number }>({
    name: "outbox-waiting",
    text: `SELECT count(*)::int AS waiting FROM outbox
           WHERE class = $1 AND published_at < now() - make_interval(secs => $2)`,
    values: [jobClass, doubtSeconds],
  });
  const waiting = rows[0]?.waiting ?? 0;
  if (depth >= waiting) return 0;
  const { rowCount } = await db.query({
    name: "outbox-doubt",
    text: `UPDATE outbox SET published_at = NULL, next_try_at = now()
           WHERE class = $1 AND published_at < now() - make_interval(secs => $2)`,
    values: [jobClass, doubtSeconds],
  });
  log.warn(
    { jobClass, depth, waiting },
    "the queue has fewer messages than waiting jobs; sending them again",
  );
  return rowCount ?? 0;
}

/** One leader's term: from the lock to its loss. */
class Term {
  readonly #options: SweeperOptions;
  readonly #leaseGraceUntil: number;
  readonly #movesFrom: number;
  #nextAudit = 0;
  #nextDelete = 0;
  #nextBeside = Date.now() + besideGraceMs;
  #deleting: Promise<void> = Promise.resolve();
  readonly #over = new AbortController();

  constructor(options: SweeperOptions) {
    this.#options = options;
    // After an outage the workers first get the chance to report.
    const { heartbeatSeconds, leaseSeconds } = options.context;
    this.#leaseGraceUntil = Date.now() + 2 * heartbeatSeconds * 1000;
    this.#movesFrom = Date.now() + leaseSeconds * 1000;
  }

  async tick(session: Session): Promise<void> {
    const { context, broker } = this.#options;
    // Fails when the session, and with it the lock, is gone.
    await session.query("SELECT 1");
    if (Date.now() >= this.#leaseGraceUntil) await expireLeases(context);
    while ((await failOverdue(context, batch)) === batch);
    while ((await context.outbox.publishDue(batch)) === batch);
    this.#deleteBeside();
    await this.#sweepBeside();
    if (!broker.connected || Date.now() < this.#nextAudit) return;
    this.#nextAudit = Date.now() + auditMs;
    for (const jobClass of jobClasses) await auditQueue(context, broker, jobClass);
    await wakeLimited(context);
    if (Date.now() >= this.#movesFrom) await moveStranded(context);
  }

  async end(): Promise<void> {
    this.#over.abort();
    await this.#deleting;
  }

  async #sweepBeside(): Promise<void> {
    if (Date.now() < this.#nextBeside) return;
    this.#nextBeside = Date.now() + besideMs;
    const { beside, context } = this.#options;
    // What is wrong with recordings must hold up no job.
    await beside?.().catch((error: unknown) => {
      context.log.warn({ err: error }, "recordings could not be looked after");
    });
  }

  /** Beside the term: a store that is slow must hold up no lease. */
  #deleteBeside(): void {
    if (Date.now() < this.#nextDelete) return;
    this.#nextDelete = Infinity;
    const { context } = this.#options;
    this.#deleting = deleteUnneeded(context, this.#over.signal)
      .catch((error: unknown) => {
        if (!this.#over.signal.aborted) context.log.warn({ err: error }, "deleting objects failed");
        return false;
      })
      .then((isMore) => {
        this.#nextDelete = isMore ? 0 : Date.now() + deleteMs;
      });
  }
}

async function tryLead(session: Session): Promise<boolean> {
  const { rows } = await session.query<{ locked: boolean }>(
    "SELECT pg_try_advisory_lock($1) AS locked",
    [lockNumber],
  );
  return rows[0]?.locked ?? false;
}

class SweeperLoop implements Sweeper {
  readonly #options: SweeperOptions;
  readonly #log: Logger;
  readonly #stop = new AbortController();
  readonly #done: Promise<void>;
  #leading = false;

  constructor(options: SweeperOptions) {
    this.#options = options;
    this.#log = options.context.log.child({ part: "sweeper" });
    this.#done = this.#run();
  }

  get leading(): boolean {
    return this.#leading;
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#done;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        await this.#options.checkSchema();
        await this.#session();
      } catch (error) {
        this.#log.warn({ err: error }, "sweeper interrupted; starting over");
      }
      this.#setLeading(false);
      await pause(tickMs, signal);
    }
  }

  async #session(): Promise<void> {
    const { signal } = this.#stop;
    const stopped = () => signal.aborted;
    const session = await this.#options.context.db.connectAlone();
    let term: Term | undefined;
    try {
      while (!stopped() && !(await tryLead(session))) await pause(standbyMs, signal);
      if (stopped()) return;
      this.#setLeading(true);
      this.#log.info("leading");
      term = new Term(this.#options);
      while (!stopped()) {
        await term.tick(session);
        await pause(tickMs, signal);
      }
    } finally {
      await term?.end();
      await session.end().catch((error: unknown) => {
        this.#log.debug({ err: error }, "sweeper session did not end cleanly");
      });
    }
  }

  #setLeading(leading: boolean): void {
    this.#leading = leading;
    this.#options.context.metrics.sweeperLeading.set(leading ? 1 : 0);
  }
}

/** Runs on every replica; one of them leads, the others wait for its lock. */
export function startSweeper(options: SweeperOptions): Sweeper {
  return new SweeperLoop(options);
}
