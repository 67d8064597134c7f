import pg from "pg";

/** Reads figures of the server (`pg_monitor`), and no table of ours. */
const metricsRole = "framewright_metrics";

/** Any number, the same in each run: two that make the role at once would fail. */
const lockKey = 7_309_453;

/**
 * Makes the role that the exporter of metrics uses and sets its password; without one takes the right to log in away, if there is such
 * a role. Running again changes nothing.
 */
export async function setMetricsRole(
  client: pg.Client,
  password: string | undefined,
): Promise<void> {
  await client.query("BEGIN");
  try {
    await client.query("SELECT pg_advisory_xact_lock($1)", [lockKey]);
    const { rowCount } = await client.query("SELECT 1 FROM pg_roles WHERE rolname = $1", [
      metricsRole,
    ]);
    if (password === undefined) {
      if (rowCount === 1) await client.query(`ALTER ROLE ${metricsRole} NOLOGIN PASSWORD NULL`);
    } else {
      if (rowCount === 0) await client.query(`CREATE ROLE ${metricsRole}`);
      // Statements of this kind take no parameters.
      const secret = pg.escapeLiteral(password);
      await client.query(
        `ALTER ROLE ${metricsRole} LOGIN CONNECTION LIMIT 5 PASSWORD ${secret};
         GRANT pg_monitor TO ${metricsRole}`,
      );
    }
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK");
    throw error;
  }
}
