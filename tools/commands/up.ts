export { setUpAll as run } from "../setup.ts";

export const usage = `npm run up

Sets everything up, starts the node and deploys the stack \`local\`: the demo without its video. Needs root.`;
