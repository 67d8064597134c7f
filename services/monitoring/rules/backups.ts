import { group } from "./rule.ts";
import { ours } from "./series.ts";

const day = 24 * 3600;

/** Seconds since such a CronJob last succeeded, or since it is there without having succeeded. */
function sinceSuccess(cronjob: string): string {
  const of = `{${ours},cronjob=~"${cronjob}"}`;
  return `(time() - max by (namespace, cronjob)
    (kube_cronjob_status_last_successful_time${of} or on (namespace, cronjob) kube_cronjob_created${of}))`;
}

/** Whether what is written today can be had back. */
export const backups = group("backups", {
  alerts: {
    BackupMissing: {
      expr: `${sinceSuccess(".*backup.*")} > ${day + 2 * 3600}`,
      for: "15m",
      severity: "critical",
      summary:
        "The last good backup of {{ $labels.cronjob }} was {{ $value | humanizeDuration }} ago.",
      description:
        "Backups are made daily. What was written since the last one would be lost with the disk, unless the archived log has it.",
      dashboard: "storage-and-database",
    },
    RestoreUnproven: {
      expr: `${sinceSuccess(".*restore-drill.*")} > ${8 * day}
        unless on (namespace, cronjob) kube_cronjob_spec_suspend{${ours}} == 1`,
      for: "1h",
      severity: "warning",
      summary:
        "The last restore by {{ $labels.cronjob }} that went well was {{ $value | humanizeDuration }} ago.",
      description:
        "Each week a backup is restored beside the database. Backups that nobody has restored may not be any.",
      dashboard: "storage-and-database",
    },
    LogNotArchived: {
      expr: `max by (instance) (increase(pg_stat_archiver_failed_count[15m])) > 0
        unless max by (instance) (increase(pg_stat_archiver_archived_count[15m])) > 0`,
      for: "15m",
      severity: "critical",
      summary:
        "The database could not archive its log in the last 15 minutes: {{ $value | humanize }} tries failed.",
      description:
        "What is written now would be lost with the disk, and the log that waits fills the database's volume.",
      dashboard: "storage-and-database",
    },
  },
});
