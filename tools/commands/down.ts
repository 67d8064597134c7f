import { deleteNode, leftovers, stopNode } from "../node/stop.ts";
import { nodeRuns } from "../node/start.ts";
import { destroy, forgetStack, stackExists } from "../stack.ts";
import { step } from "../steps.ts";

export const usage = `npm run down

Destroys the stack \`local\`, stops the node, deletes its data and looks for what is left. Deletes every video. Built
binaries and images stay in the cache.`;

/** Destroys the stack, ends the node and looks for what is left. Throws when something is. */
export async function run(): Promise<void> {
  if (stackExists()) {
    // Without its node the stack has nothing left to destroy: all of it lived there.
    if (nodeRuns())
      await step(
        "pulumi destroy",
        ({ doing }) => destroy(doing),
        () => "gone",
      );
    await forgetStack();
  }
  await step("node", stopNode, (ran) => (ran ? "stopped" : "did not run"));
  deleteNode();
  const left = leftovers();
  if (left.length > 0) throw new Error(`Something is left behind:\n  ${left.join("\n  ")}`);
  console.log("  Nothing is left. Built binaries and images stay in the cache for the next start.");
}
