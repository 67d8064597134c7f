import { mkdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { mediaTools } from "../demo/platform.ts";
import { makeTalk } from "../demo/talk.ts";
import type { MediaTools } from "../demo/verify.ts";
import { forgetModels, savedModels, startModels } from "../dev/models.ts";
import { chosenVideo, sendVideo } from "../demo/send-video.ts";
import { DevRun } from "../dev/dev-run.ts";
import { apiUrlOf } from "../dev/environment.ts";
import { setUpDev } from "../dev/set-up.ts";
import { devFolder, devPidFile, prepareState, savedState, type DevState } from "../dev/state.ts";
import { interruptCommands } from "../exec.ts";
import { remember, remembered } from "../node/processes.ts";
import { root } from "../paths.ts";
import { step } from "../steps.ts";

export const usage = `npm run dev [-- [--fresh] [--models] | -- --send [VIDEO] [--dub LANGUAGE]]

Runs the API and a worker as plain processes on real Postgres, RabbitMQ, Redis and S3, without Kubernetes. Each program
starts again when one of its sources changes. Needs no root. Ctrl-C ends everything; the data stays in .framewright/dev.

  --fresh              deletes the data of former runs before it starts
  --models             runs the model services as well, which jobs with a dub need; fetches 700 MB the first time
  --send [VIDEO]       sends a video through the \`npm run dev\` of another terminal and checks the result; without a
                       VIDEO, a clip that ffmpeg makes
  --dub LANGUAGE       dubs it: into pt what is said in English, or into en; without a VIDEO, a talk in English`;

function refuseSecond(): void {
  const other = remembered(devPidFile);
  if (other === undefined) return;
  throw new Error(`\`npm run dev\` runs already for this clone (process ${other})`);
}

function refuseForeign(): void {
  const owner = statSync(devFolder, { throwIfNoEntry: false })?.uid;
  if (owner === undefined || owner === process.getuid?.()) return;
  throw new Error(`${devFolder} belongs to another user (${owner}): delete it as that user`);
}

function welcome(state: DevState): string {
  const url = apiUrlOf(state);
  return `
  API        ${url}, its page ${url}/docs
  key        ${state.apiKey}
  try        curl -fsS ${url}/v1/jobs -H "authorization: Bearer ${state.apiKey}"
  send       npm run dev -- --send [VIDEO]     in another terminal: one job from upload to verified HLS
  logs       ${devFolder}/{postgres,rabbitmq,redis,objectStore}/log
  end        Ctrl-C
`;
}

/** What is dubbed is spoken: without a file, a talk that the speech service has read. */
async function chosenTalk(video: string | undefined, tools: MediaTools): Promise<string> {
  const models = savedModels();
  if (!models) throw new Error("A dub needs the model services: start `npm run dev -- --models`");
  if (video !== undefined) return chosenVideo(video, tools);
  return step(
    "talk",
    () => makeTalk(tools.ffmpeg, models.tts),
    () => "half a minute in English",
  );
}

async function send(video: string | undefined, language: string | undefined): Promise<void> {
  const state = savedState(devFolder);
  if (state === undefined || remembered(devPidFile) === undefined) {
    throw new Error("`npm run dev` does not run for this clone: start it in another terminal");
  }
  const tools = await mediaTools();
  const dub = language === undefined ? undefined : { language };
  const file = await (dub ? chosenTalk : chosenVideo)(video, tools);
  const api = { url: apiUrlOf(state), key: state.apiKey };
  console.log(await sendVideo({ api, tools, file, folder: join(devFolder, "sent"), dub }));
}

/** Resolves when the user wants it to end. A second signal ends this process, and the kernel what it started. */
function interruption(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  let count = 0;
  const onSignal = (): void => {
    count += 1;
    if (count > 1) process.exit(130);
    interruptCommands();
    resolve(undefined);
  };
  process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  return promise;
}

/** From set-up to the moment at which the user wants it to end. */
async function runUntil(interrupted: Promise<void>, withModels: boolean): Promise<void> {
  const tools = await setUpDev();
  forgetModels();
  const models = withModels ? await startModels() : undefined;
  const state = await prepareState(devFolder);
  const places = { folder: devFolder, clone: root };
  const dev = new DevRun({ state, tools, ...places, print: console.log, models: models?.urls });
  try {
    const started = dev.start().then(() => {
      console.log(welcome(state));
    });
    await Promise.race([started, interrupted]);
    await interrupted;
  } finally {
    await step(
      "end",
      () => Promise.all([dev.stop(), models?.stop()]),
      () => "API, worker and services have ended",
    );
  }
}

async function runAll(fresh: boolean, withModels: boolean): Promise<void> {
  refuseSecond();
  refuseForeign();
  if (fresh) rmSync(devFolder, { recursive: true, force: true });
  mkdirSync(devFolder, { recursive: true, mode: 0o700 });
  remember(devPidFile, process.pid);
  try {
    await runUntil(interruption(), withModels);
  } finally {
    rmSync(devPidFile, { force: true });
  }
}

/** The loop of whoever changes the API or the worker. */
export async function run(args: readonly string[]): Promise<void> {
  const flag = { type: "boolean" } as const;
  const options = { fresh: flag, send: flag, models: flag, dub: { type: "string" } } as const;
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  if (values.send === true) await send(positionals[0], values.dub);
  else await runAll(values.fresh === true, values.models === true);
}
