import { check, type Finding } from "../check.ts";
import { conditionOf, nameOf, type Item } from "../kubernetes.ts";

function judgeDeployment(deployment: Item<"deployments">): Finding[] {
  const refused = conditionOf(deployment.status, "ReplicaFailure");
  if (refused?.status === "True") {
    return [
      {
        level: "problem",
        what: `${nameOf(deployment)} may not have the pods that it asks for: ${refused.message ?? ""}`,
        meaning: "A quota, an admission policy or the namespace's security level refuses them.",
        remedy: "the message names what refuses; a quota follows from the stack's file",
        runbook: "quota-full",
      },
    ];
  }
  const progress = conditionOf(deployment.status, "Progressing");
  if (progress?.reason !== "ProgressDeadlineExceeded") return [];
  return [
    {
      level: "problem",
      what: `the rollout of ${nameOf(deployment)} does not get on`,
      meaning: "Pods of the new version do not become ready; those of the one before serve on.",
      remedy: `mend what the pods report, or go back: kubectl rollout undo -n ${deployment.metadata.namespace ?? "default"} deployment/${deployment.metadata.name}`,
      runbook: "pods-fail",
    },
  ];
}

export const deployments = check("deployments", "rollouts, refused pods", {
  look: (stack) => stack.list("deployments"),
  judge: (found) => found.flatMap(judgeDeployment),
});

export function judgeJobs(jobs: readonly Item<"jobs">[]): Finding[] {
  return jobs.flatMap((job) => {
    const failed = conditionOf(job.status, "Failed");
    if (failed?.status !== "True") return [];
    const isMigration = job.metadata.name.includes("migrate");
    return [
      {
        level: "problem",
        what: `the Job ${nameOf(job)} failed: ${failed.message ?? failed.reason ?? ""}`,
        meaning: isMigration
          ? "The schema of the database is older than the program, which does not become ready."
          : "What it should have done is not done.",
        remedy: `kubectl logs -n ${job.metadata.namespace ?? "default"} job/${job.metadata.name}, then deploy again`,
        runbook: isMigration ? "schema-behind" : "pods-fail",
      },
    ];
  });
}

export const finishedJobs = check("jobs of Kubernetes", "migrations and other Jobs", {
  look: (stack) => stack.list("jobs"),
  judge: judgeJobs,
});
