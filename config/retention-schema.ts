import { count, section } from "./leaves.ts";

export const Retention = section(
  "When the API deletes what nobody needs; jobs with their results stay until somebody deletes them, unless jobDays is set",
  {
    attemptDays: count(
      7,
      { min: 0, max: 3650 },
      "Days until the files of an attempt that published nothing are deleted; 0 keeps them",
    ),
    uploadDays: count(
      90,
      { min: 0, max: 3650 },
      "Days without a job after which an upload is deleted; 0 keeps uploads",
    ),
    unfinishedDays: count(
      7,
      { min: 1, max: 7 },
      "Days after which an upload in parts that nobody completed is deleted; buckets of the clouds delete its parts after 7 in any case",
    ),
    jobDays: count(
      0,
      { min: 0, max: 3650 },
      "Days after its end until a job is deleted with its result; 0 keeps jobs",
    ),
    eventDays: count(
      30,
      { min: 0, max: 3650 },
      "Days after a job's end until its events are deleted; 0 keeps them",
    ),
    auditDays: count(
      365,
      { min: 0, max: 3650 },
      "Days until entries of the audit log, and revoked API keys, are deleted; 0 keeps them",
    ),
    webhookDays: count(
      30,
      { min: 0, max: 3650 },
      "Days until a webhook delivery is deleted with its log; 0 keeps them",
    ),
  },
);
