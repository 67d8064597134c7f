import type { Cases } from "./case.ts";

const backup = { namespace: "framewright-data", cronjob: "postgres-backup" };
const drill = { namespace: "framewright-data", cronjob: "postgres-restore-drill" };
const exporter = { instance: "10.0.0.7:9187" };

function series(name: string, labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}="${value}"`);
  return `${name}{${pairs.join(",")}}`;
}

const succeeded = (of: typeof backup) => series("kube_cronjob_status_last_successful_time", of);
const created = (of: typeof backup) => series("kube_cronjob_created", of);
const suspended = (of: typeof backup) => series("kube_cronjob_spec_suspend", of);

const archiver = (failed: string, archived: string) => ({
  [series("pg_stat_archiver_failed_count", exporter)]: failed,
  [series("pg_stat_archiver_archived_count", exporter)]: archived,
});

export const backupCases = {
  BackupMissing: {
    firing: [
      {
        series: { [succeeded(backup)]: "0x30", [created(backup)]: "0x30" },
        interval: "1h",
        at: "28h",
        fires: [
          {
            labels: backup,
            summary: "The last good backup of postgres-backup was 1d 4h 0m 0s ago.",
          },
        ],
      },
      // None was ever good.
      {
        series: { [created(backup)]: "0x30" },
        interval: "1h",
        at: "28h",
        fires: [
          {
            labels: backup,
            summary: "The last good backup of postgres-backup was 1d 4h 0m 0s ago.",
          },
        ],
      },
    ],
    quiet: [
      {
        series: { [succeeded(backup)]: "0x23 86400x10", [created(backup)]: "0x40" },
        interval: "1h",
        at: "30h",
      },
      // Another job of every day.
      {
        series: { [succeeded({ ...backup, cronjob: "report" })]: "0x30" },
        interval: "1h",
        at: "28h",
      },
    ],
  },
  RestoreUnproven: {
    firing: [
      {
        series: { [succeeded(drill)]: "0x12", [suspended(drill)]: "0x12" },
        interval: "1d",
        at: "10d",
        fires: [
          {
            labels: drill,
            summary:
              "The last restore by postgres-restore-drill that went well was 10d 0h 0m 0s ago.",
          },
        ],
      },
    ],
    quiet: [
      { series: { [succeeded(drill)]: "0x6 604800x10" }, interval: "1d", at: "10d" },
      // Somebody has turned it off.
      {
        series: { [created(drill)]: "0x12", [suspended(drill)]: "1x12" },
        interval: "1d",
        at: "10d",
      },
    ],
  },
  LogNotArchived: {
    firing: [
      {
        series: archiver("0+3x60", "7x60"),
        at: "40m",
        fires: [
          {
            labels: exporter,
            summary:
              "The database could not archive its log in the last 15 minutes: 45 tries failed.",
          },
        ],
      },
    ],
    quiet: [
      // One try failed, and the next ones did not.
      { series: archiver("0x20 3x40", "0+1x60"), at: "40m" },
      { series: archiver("0x60", "7x60"), at: "40m" },
    ],
  },
} as const satisfies Cases;
