import { when, type Rule } from "./rule.ts";

/** Cloud SQL and RDS make backups themselves, and let nobody into the server's files. */
export const backupsAreOfOurPostgres: Rule = ({ backups, postgres }) =>
  when(backups.enabled && postgres.managed !== undefined, () => ({
    path: "backups.enabled",
    problem: "must be false where postgres.managed is set, whose backups the cloud makes",
    remedy:
      "remove it; the managed database is backed up nightly and can be restored to any moment",
  }));
