import { join } from "node:path";
import { mediaTools, platform } from "../demo/platform.ts";
import { chosenVideo, sendVideo } from "../demo/send-video.ts";
import { own } from "../paths.ts";
import { setUpAll } from "../setup.ts";
import { history } from "../steps.ts";

export const usage = `npm run demo [-- VIDEO]

Sets everything up, starts the node and the stack \`local\`, sends a video through it and checks the result: the one
that is named, or a clip that ffmpeg makes. Needs root. Ends with 0 only if the stream was verified.`;

/** Set-up, then one video through the whole platform. Throws unless the result was verified. */
export async function run([given]: readonly string[]): Promise<void> {
  const started = performance.now();
  await setUpAll();
  const tools = await mediaTools();
  const file = await chosenVideo(given, tools);
  const api = await platform();
  const report = await sendVideo({ api, tools, file, folder: join(own, "demo") });
  const total = (performance.now() - started) / 1000;
  const slowest = history.reduce((a, b) => (a.seconds >= b.seconds ? a : b));
  console.log(`${report}
  total      ${total.toFixed(1)} s (longest step: ${slowest.name}, ${slowest.seconds.toFixed(1)} s)

  Next: npm run status, npm run shell, npm run down
`);
}
