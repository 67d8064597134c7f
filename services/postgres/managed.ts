import type { Database } from "../../infra/cluster.ts";
import { urlAsAnother, type DatabaseBackend } from "../kit/backends/database.ts";

/** Postgres as a service of the cloud: nothing of it runs here. */
export function managedPostgres(database: Extract<Database, { kind: "managed" }>): DatabaseBackend {
  const { url, ca, network, port } = database;
  return { endpoint: { blocks: [network], port }, url, urlAs: urlAsAnother(url), ca };
}
