import { connect } from "amqplib";
import { randomUUID } from "node:crypto";
import pg from "pg";
import { PgBoss } from "pg-boss";

/**
 * What the parts of a submit give on this machine with nothing around, 20 at a time, as the API is asked: prints how
 * many a second. As a process of its own: `submit-limits.ts <insert|publish|pg-boss> <URL> <seconds>`.
 */
const [what = "", url = "", seconds = "5"] = process.argv.slice(2);
const atOnce = 20;
const warmUpMs = 1_000;

type Step = () => Promise<unknown>;

/** One row for each job, each committed by itself. */
async function insert(): Promise<Step> {
  const pool = new pg.Pool({ connectionString: url, max: atOnce });
  await pool.query(
    `CREATE TABLE IF NOT EXISTS bench_jobs (id uuid PRIMARY KEY, upload_id uuid NOT NULL, profile text NOT NULL,
       state text NOT NULL DEFAULT 'queued', created_at timestamptz NOT NULL DEFAULT now())`,
  );
  const text = "INSERT INTO bench_jobs (id, upload_id, profile) VALUES ($1, $2, $3)";
  return () =>
    pool.query({ name: "insert", text, values: [randomUUID(), randomUUID(), "hls-720p"] });
}

/** One message for each job into a quorum queue, each confirmed. */
async function publish(): Promise<Step> {
  const connection = await connect(url);
  const channel = await connection.createConfirmChannel();
  const queue = "framewright.bench";
  await channel.assertQueue(queue, { durable: true, arguments: { "x-queue-type": "quorum" } });
  return () =>
    new Promise<void>((resolve, reject) => {
      const body = Buffer.from(JSON.stringify({ v: 1, jobId: randomUUID() }));
      const options = { mandatory: true, persistent: true };
      channel.publish("", queue, body, options, (error: unknown) => {
        if (error === null || error === undefined) resolve();
        else reject(new Error("refused by the broker", { cause: error }));
      });
    });
}

/** A queue in Postgres that others use, with its defaults. */
async function sendByPgBoss(): Promise<Step> {
  const boss = new PgBoss({ connectionString: url, max: atOnce, supervise: false });
  boss.on("error", (error) => {
    throw error;
  });
  await boss.start();
  await boss.createQueue("bench");
  return () => boss.send("bench", { uploadId: randomUUID(), profile: "hls-720p" });
}

const limits: Readonly<Record<string, () => Promise<Step>>> = {
  insert,
  publish,
  "pg-boss": sendByPgBoss,
};
const prepare = limits[what];
if (prepare === undefined) throw new Error(`${what} is none of ${Object.keys(limits).join(", ")}`);
const step = await prepare();

let done = 0;
async function keepGoing(): Promise<void> {
  for (;;) {
    await step();
    done += 1;
  }
}
for (let i = 0; i < atOnce; i++) void keepGoing();
await new Promise((resolve) => setTimeout(resolve, warmUpMs));
done = 0;
const started = performance.now();
await new Promise((resolve) => setTimeout(resolve, Number(seconds) * 1000));
console.log(JSON.stringify(done / ((performance.now() - started) / 1000)));
process.exit(0);
