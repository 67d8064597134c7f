import { join } from "node:path";
import { parseArgs } from "node:util";
import { mediaTools, platform } from "../demo/platform.ts";
import { chosenVideo, sendVideo } from "../demo/send-video.ts";
import { makeTalk } from "../demo/talk.ts";
import type { MediaTools } from "../demo/verify.ts";
import { own } from "../paths.ts";
import { setUpAll } from "../setup.ts";
import { forwardTo } from "../status/forward.ts";
import { history, step } from "../steps.ts";

export const usage = `npm run demo [-- [VIDEO] [--dub LANGUAGE]]

Sets everything up, starts the node and the stack \`local\`, sends a video through it and checks the result: the one
that is named, or a clip that ffmpeg makes. Needs root. Ends with 0 only if the stream was verified.

  --dub LANGUAGE       with the model services, which fetches 700 MB the first time, and dubs the video: into pt what is
                       said in English, or into en; without a VIDEO, a talk in English that the stack speaks`;

/** A talk spoken by the stack's own speech service; made once for all clones. */
async function chosenTalk(given: string | undefined, tools: MediaTools): Promise<string> {
  if (given !== undefined) return chosenVideo(given, tools);
  const speech = await forwardTo({
    ...{ namespace: "ai-models-tts", target: "service/model-tts", port: 8000 },
  });
  try {
    return await step(
      "talk",
      () => makeTalk(tools.ffmpeg, speech.url),
      () => "half a minute of English",
    );
  } finally {
    speech.close();
  }
}

/** Set-up, then one video through the whole platform. Throws unless the result was verified. */
export async function run(args: readonly string[]): Promise<void> {
  const started = performance.now();
  const options = { dub: { type: "string" } } as const;
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  const [given] = positionals;
  const dub = values.dub === undefined ? undefined : { language: values.dub };
  await setUpAll(dub ? ["models"] : []);
  const tools = await mediaTools();
  const file = await (dub ? chosenTalk : chosenVideo)(given, tools);
  const api = await platform();
  const report = await sendVideo({ api, tools, file, folder: join(own, "demo"), dub });
  const total = (performance.now() - started) / 1000;
  const slowest = history.reduce((a, b) => (a.seconds >= b.seconds ? a : b));
  console.log(`${report}
  total      ${total.toFixed(1)} s (longest step: ${slowest.name}, ${slowest.seconds.toFixed(1)} s)

  Next: npm run status, npm run shell, npm run down
`);
}
