import { namespaces } from "../../infra/cluster.ts";
import type { App } from "../kit/app.ts";

export const port = 5432;
/** Where the program beside the server hands out its files. */
export const handoutPort = 8432;
/** Where a member of a database of three tells how it is. */
export const memberPort = 8008;
export const user = "framewright";
export const database = "framewright";
export const volume = "/data";
export const dataFolder = `${volume}/pgdata`;

export const app: App = {
  name: "postgres",
  namespace: namespaces.data,
  component: "database",
};

/** Of several servers, clients are sent to the one that writes. */
export const writerService = `${app.name}-writer`;

function job(name: string): App {
  return { name, namespace: namespaces.data, component: "backup" };
}

/** The alert BackupMissing knows it by this name. */
export const backupApp: App = job("postgres-backup");
/** The alert RestoreUnproven knows it by this name. */
export const drillApp: App = job("postgres-restore-drill");
/** `npm run restore` finds it by this name. */
export const restoreApp: App = job("postgres-restore");
