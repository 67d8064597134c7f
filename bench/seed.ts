import pg from "pg";
import { sampleResult } from "../test/api/api-under-test.ts";

const worker = "01939d2e-6a54-7c11-a4b1-0d9c5f0c3f10";

/** Numbers of jobs, both included; a higher one is newer. */
interface Range {
  readonly from: number;
  readonly to: number;
}

/** Makes finished jobs with one attempt each. Gives the id of the oldest in the database. */
export async function seedFinished(
  databaseUrl: string,
  uploadId: string,
  { from, to }: Range,
): Promise<string> {
  const db = new pg.Client(databaseUrl);
  await db.connect();
  // Without triggers: one row that is written a million times in one transaction is not what is measured.
  await db.query("SET session_replication_role = replica");
  await db.query(
    `INSERT INTO workers (id, name, key_prefix, key_digest, accel, classes, encoders, version)
     VALUES ($1, 'bench', 'bench', decode(repeat('00', 32), 'hex'), 'cpu', '{}', '{}', '0')
     ON CONFLICT DO NOTHING`,
    [worker],
  );
  await db.query(
    `INSERT INTO jobs (id, project_id, upload_id, profile, priority, class, state, attempt, result,
                       published_attempt, request_id, started_at, finished_at)
     SELECT ('01939d2e-6a54-7c11-a4b1-' || lpad(to_hex(i), 12, '0'))::uuid, u.project_id, u.id, 'hls-720p', 'normal',
            'cpu.720p', 'succeeded', 1, $2, 1, 'bench', now(), now()
     FROM uploads u, generate_series($3::int, $4::int) i WHERE u.id = $1`,
    [uploadId, JSON.stringify(sampleResult()), from, to],
  );
  await db.query(
    `INSERT INTO attempts (job_id, number, worker_id, worker_name, outcome, finished_at)
     SELECT id, 1, $1, 'bench', 'succeeded', now() FROM jobs
     WHERE state = 'succeeded' AND id >= ('01939d2e-6a54-7c11-a4b1-' || lpad(to_hex($2::int), 12, '0'))::uuid
     ON CONFLICT DO NOTHING`,
    [worker, from],
  );
  await db.query("VACUUM ANALYZE");
  const { rows } = await db.query<{ id: string }>("SELECT id FROM jobs ORDER BY id LIMIT 1");
  await db.end();
  return rows[0]?.id ?? "";
}
