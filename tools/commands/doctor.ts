import { parseArgs } from "node:util";
import { accessBy, accessOptions, accessUsage } from "../doctor/access.ts";
import { checks } from "../doctor/checks/index.ts";
import { examineAll, needsSomebody } from "../doctor/examine.ts";
import { beginning, ending, summary } from "../doctor/report.ts";
import { Stack } from "../doctor/stack.ts";

export const usage = `npm run doctor [-- --kubeconfig FILE] [--context NAME] [--json]

Looks at a running stack and says what is wrong, what that means and what to do. Changes nothing. Without options it is the
stack of this clone. Ends with 0 when nothing is wrong, with 1 when somebody has to look.

${accessUsage}
  --json               the results as one JSON document

It needs to read all objects of the cluster, and to run commands in pods of the API, of RabbitMQ and of a worker.`;

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { ...accessOptions, json: { type: "boolean", default: false } },
  });
  const { json, ...access } = values;
  const stack = new Stack(accessBy(access));
  const write = (text: string): void => {
    if (!json) process.stdout.write(text);
  };
  const results = await examineAll(checks, stack, {
    begins: (check) => {
      write(beginning(check));
    },
    ends: (result) => {
      write(`${ending(result)}\n`);
    },
  });
  if (json) console.log(JSON.stringify({ fine: !needsSomebody(results), results }, undefined, 2));
  write(`\n${summary(results)}\n`);
  if (needsSomebody(results)) process.exitCode = 1;
}
