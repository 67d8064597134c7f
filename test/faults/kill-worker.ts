/** `node test/faults/kill-worker.ts --times 10`: kills the worker of the running stack in the middle of jobs. */
import { parseArgs } from "node:util";
import { platform } from "../support/e2e/platform.ts";
import { killWorkerMidJob, type Kill } from "../support/e2e/faults.ts";

const { values } = parseArgs({ options: { times: { type: "string", default: "10" } } });
const times = Number(values.times);
if (!Number.isInteger(times) || times < 1) {
  throw new Error(`--times is "${values.times}", and must be a whole number from 1`);
}

function isRight({ job, published, outcomes, orphans }: Kill): boolean {
  return (
    job.state === "succeeded" &&
    published === 1 &&
    orphans === 0 &&
    outcomes.join() === "lost,succeeded"
  );
}

const api = await platform();
const all: Kill[] = [];
for (let count = 1; count <= times; count += 1) {
  const kill = await killWorkerMidJob(api);
  all.push(kill);
  console.log(
    `${count}/${times} job ${kill.job.id} ${kill.job.state}; attempts ${kill.outcomes.join(", ")}; ` +
      `published ${kill.published}; ${kill.checks.length} checks; orphans ${kill.orphans}; ` +
      `taken over after ${kill.takenOverAfter.toFixed(1)} s`,
  );
}
const right = all.filter(isRight).length;
const waits = all.map(({ takenOverAfter }) => takenOverAfter).toSorted((a, b) => a - b);
console.log(
  `${times} kills: ${right} jobs succeeded, verified and published once; ` +
    `taken over after ${waits.at(0)?.toFixed(1) ?? ""} to ${waits.at(-1)?.toFixed(1) ?? ""} s`,
);
process.exitCode = right === times ? 0 : 1;
