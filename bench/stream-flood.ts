import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { Agent, request } from "node:http";
import { parseArgs } from "node:util";
import { clientOf } from "../test/api/api-under-test.ts";
import { counted, line, measure, withApi } from "./api-load.ts";
import { aboutMachine, writeFigures } from "./figures.ts";

/**
 * What open event streams cost others: another process opens many with a few keys and keeps those that it
 * gets. Shows how they were answered, and what a client with a good key waits before and meanwhile.
 */
const { values } = parseArgs({
  options: {
    streams: { type: "string", default: "3000" },
    keys: { type: "string", default: "15" },
    seconds: { type: "string", default: "10" },
    /** Of the process that opens them: their address, and the keys. */
    open: { type: "string" },
    with: { type: "string", default: "" },
  },
});
const seconds = Number(values.seconds);

/** Resolves with the answer's status; the stream stays open, and its end is counted as the server's. */
function openStream(address: string, key: string, agent: Agent, onEnd: () => void) {
  return new Promise<{ status: number | string }>((resolve) => {
    const headers = { authorization: `Bearer ${key}` };
    request(address, { agent, headers }, (response) => {
      resolve({ status: response.statusCode ?? 0 });
      response.resume().on("error", () => undefined);
      if (response.statusCode === 200) response.on("close", onEnd);
    })
      .on("error", (error: NodeJS.ErrnoException) => {
        resolve({ status: error.code ?? error.message });
      })
      .end();
  });
}

/** Opens them all at once, says how they were answered, and later how many of them the server has ended. */
async function flood(address: string, keys: readonly string[]): Promise<void> {
  const agent = new Agent({ maxSockets: Number.POSITIVE_INFINITY, localAddress: "127.0.0.66" });
  let ended = 0;
  const onEnd = (): void => {
    ended += 1;
  };
  const answers = await Promise.all(
    Array.from({ length: Number(values.streams) }, (_, index) =>
      openStream(address, keys[index % keys.length] ?? "", agent, onEnd),
    ),
  );
  process.send?.(counted(answers));
  await once(process, "message");
  process.send?.({ ended });
  process.disconnect();
  agent.destroy();
}

function reply(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve) => {
    child.once("message", resolve);
  });
}

async function main(url: string, key: string): Promise<void> {
  const client = clientOf({ url, key });
  const uploadId = await client.upload();
  const { id } = await client.submit({ uploadId, profile: "hls-720p" });
  const keys: string[] = [];
  for (let index = 0; index < Number(values.keys); index += 1) {
    const name = `flood ${index}`;
    const { body } = await client.send<{ key: string }>("POST", "/v1/api-keys", { name });
    // A key that was good lately; guesses have a limit of their own.
    await clientOf({ url, key: body.key }).job(id);
    keys.push(body.key);
  }
  const about = { ...aboutMachine(), ...values };
  console.log(JSON.stringify(about));
  const before = await measure(url, key, seconds);
  console.log(line("before   ", before));
  const address = `${url}/v1/jobs/${id}/events`;
  const args = ["--open", address, "--with", keys.join(","), "--streams", values.streams];
  const child = fork(import.meta.filename, args);
  const answered = reply(child);
  const opening = await measure(url, key, seconds);
  console.log(line("opening  ", opening));
  console.log(`  streams   ${JSON.stringify(await answered)}`);
  const withOpen = await measure(url, key, seconds);
  console.log(line("with open", withOpen));
  writeFigures("streams", { about, before, opening, withOpen });
  child.send("end");
  console.log(`  streams   ${JSON.stringify(await reply(child))}`);
}

await (values.open === undefined ? withApi(main) : flood(values.open, values.with.split(",")));
