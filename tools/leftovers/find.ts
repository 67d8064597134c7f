import { Type } from "typebox";
import { exec, ExecError, succeeds } from "../exec.ts";
import { parseAs } from "../parse.ts";
import { amazonQueries } from "./amazon.ts";
import { googleQueries } from "./google.ts";
import { withoutDoubles, type Leftover, type Query } from "./leftover.ts";
import type { StackPlace } from "./stack-file.ts";

/** Runs a command line tool with these arguments and hands back what it prints. */
export type Ask = (args: readonly string[]) => Promise<string>;

interface Cloud {
  readonly command: string;
  /** Where one gets it. */
  readonly install: string;
  readonly queries: (stack: string, place: StackPlace) => Query[];
  /** Throws when the credentials are of somewhere else. */
  readonly check: (owner: string, ask: Ask) => Promise<void>;
}

const Identity = Type.Object({ Account: Type.String() });

/** Credentials of another account would find nothing, and that would look like good news. */
async function checkAccount(expected: string, ask: Ask): Promise<void> {
  const text = await ask(["sts", "get-caller-identity", "--output=json"]);
  const { Account } = parseAs(Identity, JSON.parse(text), "what aws says of your identity");
  if (Account !== expected) {
    throw new Error(
      `your credentials are of account ${Account}, and the stack is in ${expected}; set AWS_PROFILE`,
    );
  }
}

const clouds: Readonly<Record<StackPlace["cloud"], Cloud>> = {
  gke: {
    command: "gcloud",
    install: "https://cloud.google.com/sdk/docs/install",
    queries: (stack, { owner, ...place }) => googleQueries({ stack, project: owner, ...place }),
    // Each question names the project, and Google refuses who has no part in it.
    check: () => Promise.resolve(),
  },
  eks: {
    command: "aws",
    install: "https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html",
    queries: (stack, place) => amazonQueries({ stack, ...place }),
    check: checkAccount,
  },
};

/** No questions, no pages: nobody sits there. */
const quiet = { CLOUDSDK_CORE_DISABLE_PROMPTS: "1", AWS_PAGER: "" };

const minuteMs = 60_000;

/** The tool of a cloud; throws when it is not there. */
export async function askerOf(cloud: StackPlace["cloud"]): Promise<Ask> {
  const { command, install } = clouds[cloud];
  if (!(await succeeds(command, ["--version"]))) {
    throw new Error(`\`${command}\` does not run; install it (${install}) and log in`);
  }
  return (args) => exec(command, args, { env: quiet, timeoutMs: 2 * minuteMs });
}

/** A service that was never switched on in the project has nothing of ours. */
function isSwitchedOff(error: unknown): boolean {
  return (
    error instanceof ExecError &&
    /SERVICE_DISABLED|has not been used in project|API \[[^\]]+\] not enabled/.test(error.output)
  );
}

async function answer({ args, read }: Query, ask: Ask): Promise<readonly Leftover[]> {
  try {
    const parsed: unknown = JSON.parse(await ask(args));
    return read(parsed);
  } catch (error) {
    if (isSwitchedOff(error)) return [];
    throw error;
  }
}

/** What is left of a stack in its cloud, one question after the other. */
export async function findLeftovers(
  stack: string,
  place: StackPlace,
  ask: Ask,
): Promise<Leftover[]> {
  const { queries, check } = clouds[place.cloud];
  await check(place.owner, ask);
  const found: Leftover[] = [];
  for (const query of queries(stack, place)) found.push(...(await answer(query, ask)));
  return withoutDoubles(found);
}
