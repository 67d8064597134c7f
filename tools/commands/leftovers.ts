import { parseArgs } from "node:util";
import { askerOf, findLeftovers } from "../leftovers/find.ts";
import { report } from "../leftovers/leftover.ts";
import { readStackPlace } from "../leftovers/stack-file.ts";
import { root } from "../paths.ts";

/** Looks in the cloud for what a destroyed stack left behind; the exit code is 1 when something is. */
export async function leftovers(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: { stack: { type: "string" } } });
  const { stack } = values;
  if (stack === undefined) {
    throw new Error("which stack? npm run leftovers -- --stack prod");
  }
  const place = readStackPlace(stack, root);
  const found = await findLeftovers(stack, place, await askerOf(place.cloud));
  console.log(report(stack, found));
  if (found.some(({ kept }) => !kept)) process.exitCode = 1;
}
