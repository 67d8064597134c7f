import { Type } from "typebox";
import { count, flag, memory, resources, section } from "./leaves.ts";

function schedule(value: string, what: string) {
  return Type.String({
    pattern: "^\\S+( \\S+){4}$",
    default: value,
    description: `When ${what}, as cron has it, in UTC`,
  });
}

/** Read by services/postgres and services/object-store. */
export const Backups = section(
  "Backups of the Postgres in the cluster, by pgBackRest: encrypted, verified, to any moment of the retention; a managed one has the cloud's own",
  {
    enabled: flag(false, "Whether backups are made"),
    schedule: schedule("0 2 * * *", "a backup is made"),
    fullWeekday: count(
      0,
      { min: 0, max: 6 },
      "Weekday of the full backup, 0 is Sunday; on the others what changed since the last backup is saved",
    ),
    retentionDays: count(
      30,
      { min: 1, max: 3650 },
      "Days that one can go back to; the full backup before them is kept as well",
    ),
    archiveTimeoutSeconds: count(
      60,
      { min: 10, max: 3600 },
      "Seconds until what was committed is in the repository as well, which is what the loss of the volume may cost",
    ),
    drill: section(
      "A restore of the newest backup onto a volume of its own, to prove that it can be done",
      {
        enabled: flag(true, "Whether it runs by itself"),
        schedule: schedule("0 4 * * 0", "it runs"),
      },
    ),
    storage: memory(
      "50Gi",
      "Size of the backups' volume where the cluster has no bucket; it cannot change later",
    ),
    resources: resources("backups", {
      requests: { cpu: "50m", memory: "128Mi" },
      limits: { cpu: "1", memory: "512Mi" },
    }),
  },
);
