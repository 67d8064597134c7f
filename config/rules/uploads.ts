import { maxObjectBytes, scratchPerSource } from "@framewright/contracts/job-limits.ts";
import { parseQuantity } from "../units.ts";
import { when, type Rule } from "./rule.ts";

/** What clients send. */

export const uploadsFitTheStore: Rule = ({ limits: { maxUploadBytes } }) =>
  when(parseQuantity(maxUploadBytes) > maxObjectBytes, () => ({
    path: "limits.maxUploadBytes",
    problem: `must be at most 5Ti, the largest object of S3 (it is ${maxUploadBytes})`,
    remedy: "lower it",
  }));

/** A worker whose scratch space is too small ends a job as source-too-large, after the client has sent the file. */
export const uploadsFitTheWorkers: Rule = ({ workers, limits: { maxUploadBytes } }) =>
  Object.entries(workers)
    .filter(([, { replicas }]) => replicas.max > 0)
    .filter(
      ([, { workDirectory }]) =>
        parseQuantity(workDirectory) < scratchPerSource * parseQuantity(maxUploadBytes),
    )
    .map(([flavour, { workDirectory }]) => ({
      path: "limits.maxUploadBytes",
      problem: `is ${maxUploadBytes}, and workers.${flavour}.workDirectory of ${workDirectory} holds sources of half its size: larger ones end as source-too-large there`,
      remedy: `lower it, or make workers.${flavour}.workDirectory twice as large as the largest upload`,
    }));
