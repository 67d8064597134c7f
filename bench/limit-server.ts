import fastify from "fastify";
import pg from "pg";

/** What Fastify and Postgres give on this machine, with nothing around: the limit that the API is measured against. */
const [port = "0", connectionString = ""] = process.argv.slice(2);
const pool = new pg.Pool({ connectionString, max: 10 });
const app = fastify();
app.get("/healthz", () => ({ status: "ok" }));
app.get<{ Params: { id: string } }>("/v1/jobs/:id", async ({ params }) => {
  const text = "SELECT * FROM jobs WHERE id = $1";
  const { rows } = await pool.query<object>({ name: "job", text, values: [params.id] });
  return rows[0];
});
app.get("/v1/jobs", async () => {
  const text = "SELECT * FROM jobs ORDER BY id DESC LIMIT 20";
  const { rows } = await pool.query<object>({ name: "jobs", text });
  return rows;
});
await app.listen({ host: "127.0.0.1", port: Number(port) });
