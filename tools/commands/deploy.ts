import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { readEngineLog } from "../deploy/engine-log.ts";
import { deploySteps, driftSteps, type Step } from "../deploy/steps.ts";
import { answerOf, deployVerdict, driftVerdict, findings, type Ended } from "../deploy/verdict.ts";
import { environmentWith } from "../env.ts";
import { root } from "../paths.ts";
import { stackOf, type StackSource } from "../policy/stacks.ts";

const environment = `The environment, as for any command of pulumi:
  PULUMI_BACKEND_URL   where the state is: gs://BUCKET, s3://BUCKET
  credentials of the cloud, and of the key that the stack's secrets are sealed with
  pulumi 3.250 or later on the PATH`;

export const deployUsage = `npm run deploy -- --stack NAME

Brings a stack to what this commit says, under the policy pack, and judges what was made. What was changed behind
Pulumi's back is put right as well. Asks nobody. Ends with 0 only if all of it was done and keeps the policies.

  --stack NAME         a stack that has a file here, such as dev

${environment}`;

export const driftUsage = `npm run drift -- --stack NAME

Compares the cloud and the cluster with the state, and the state with this commit. Changes nothing. Ends with 0 only if
all of them agree; the last lines say what differs, and what to do.

  --stack NAME         a stack that has a file here, such as dev

${environment}`;

/** The engine's log is for us: the flag is one that the Automation API uses, shown by this variable alone. */
const logged = { PULUMI_DEBUG_COMMANDS: "true" };

/** How `pulumi policy analyze` ends over a mandatory violation; it has no log, and no exit code for that. */
const refusal = "mandatory policy violations were found";

function run(step: Step, folder: string): Ended {
  const { args, isLogged } = step;
  const log = join(folder, "events.json");
  rmSync(log, { force: true });
  const { status, error, stdout, stderr } = spawnSync(
    "pulumi",
    [...args, ...(isLogged ? ["--event-log", log] : [])],
    {
      cwd: root,
      stdio: isLogged ? "inherit" : ["inherit", "pipe", "pipe"],
      encoding: "utf8",
      maxBuffer: 64 * 2 ** 20,
      env: environmentWith(logged),
    },
  );
  if (error !== undefined) {
    const remedy = "pulumi 3.250 or later must be on the PATH: https://www.pulumi.com/docs/install";
    throw new Error(`${error.message}; ${remedy}`, { cause: error });
  }
  const told = readEngineLog(log);
  if (isLogged) return { step, status, ...told };
  process.stdout.write(stdout);
  process.stderr.write(stderr);
  return { step, status, ...told, isRefused: stderr.includes(refusal) };
}

interface Plan {
  readonly steps: readonly Step[];
  /** Whether a step makes no sense after one that failed. */
  readonly isChain: boolean;
}

function runAll({ steps, isChain }: Plan): readonly Ended[] {
  const folder = mkdtempSync(join(tmpdir(), "framewright-deploy-"));
  const ended: Ended[] = [];
  try {
    for (const [index, step] of steps.entries()) {
      console.log(
        `\n${index + 1} of ${steps.length}: ${step.question}\npulumi ${step.args.join(" ")}\n`,
      );
      const end = run(step, folder);
      ended.push(end);
      if (isChain && answerOf(end) !== "yes") break;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  console.log(`\n${findings(steps, ended)}\n`);
  if (ended.length < steps.length || ended.some((end) => answerOf(end) !== "yes"))
    process.exitCode = 1;
  return ended;
}

function sourceOf(command: string, args: readonly string[]): StackSource {
  const { values } = parseArgs({ args: [...args], options: { stack: { type: "string" } } });
  if (values.stack === undefined) {
    throw new Error(`which stack? npm run ${command} -- --stack dev`);
  }
  return stackOf(values.stack);
}

/** Brings a stack up with the pulumi and the backend of the environment, as CI does. */
export function deploy(args: readonly string[]): void {
  const source = sourceOf("deploy", args);
  console.log(`Deploys ${source.stack} of ${source.file}, under the profile ${source.profile}`);
  const ended = runAll({ steps: deploySteps(source), isChain: true });
  console.log(deployVerdict(source.stack, ended));
}

/** Looks for differences between cloud, state and program; the exit code is 1 when there is one. */
export function drift(args: readonly string[]): void {
  const source = sourceOf("drift", args);
  console.log(`Compares ${source.stack} with the cloud and with ${source.file}; changes nothing`);
  const ended = runAll({ steps: driftSteps(source), isChain: false });
  console.log(driftVerdict(source.stack, ended));
}
