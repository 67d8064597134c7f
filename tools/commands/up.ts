import { chosenParts, fullParts, parts } from "../parts.ts";
import { setUpAll } from "../setup.ts";

export const usage = `npm run up [-- --full | --with PART,...]

Sets everything up, starts the node and deploys the stack \`local\`: the demo without its video. Needs root.

  --full            with all parts of operations: ${fullParts.join(", ")}
  --with PART,...   with some of ${parts.join(", ")}

A part is built when it is first asked for, which takes minutes; its pods go with the next \`npm run up\` that does not ask
for it. The stack file that has them on is .framewright/Pulumi.local.yaml, for \`pulumi --config-file\`: it is written anew from
Pulumi.local.yaml each time, and what that says of a part stays.`;

/** Sets up and deploys; throws on a part that is none before anything begins. */
export async function run(args: readonly string[]): Promise<void> {
  await setUpAll(chosenParts(args));
}
