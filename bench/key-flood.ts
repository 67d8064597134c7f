import { spawn } from "node:child_process";
import { Agent } from "node:http";
import { parseArgs } from "node:util";
import { clientKeyKind } from "@framewright/contracts/api-key.ts";
import { generateKey } from "../api/keys/keys.ts";
import { ask, counted, line, measure, sendSteadily, withApi } from "./api-load.ts";
import { aboutMachine, loadNow, median, writeFigures } from "./figures.ts";

/**
 * What guessing keys costs others: the time that a client with a good key waits while another address
 * sends unknown keys, over its time without them, in alternating order. 1 means nothing.
 */
const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "3" },
    seconds: { type: "string", default: "10" },
    /** Unknown keys a second. */
    rate: { type: "string", default: "1500" },
    /** Of the process that attacks: where to. */
    attack: { type: "string" },
  },
});
const rounds = Number(values.rounds);
const seconds = Number(values.seconds);
const rate = Number(values.rate);

/** The attack, as a process of its own and from an address of its own. */
async function attack(url: string): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 200, localAddress: "127.0.0.66" });
  const guess = () => ask(url, generateKey(clientKeyKind), agent);
  const replies = await sendSteadily({ perSecond: rate, seconds }, guess);
  agent.destroy();
  process.stdout.write(JSON.stringify(counted(replies)));
}

function startAttack(url: string): Promise<string> {
  const args = [import.meta.filename, "--attack", url, "--rate", values.rate];
  const child = spawn(process.execPath, [...args, "--seconds", values.seconds], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  child.stdout.on("data", (chunk: Buffer) => (text += chunk.toString()));
  return new Promise((resolve) => {
    child.once("close", () => {
      resolve(text);
    });
  });
}

async function round(url: string, key: string) {
  const quiet = await measure(url, key, seconds);
  const attacking = startAttack(url);
  const flooded = await measure(url, key, seconds);
  return { quiet, flooded, attack: await attacking };
}

async function main(url: string, key: string): Promise<void> {
  const about = { ...aboutMachine(), rate, seconds };
  console.log(JSON.stringify(about));
  const samples: Awaited<ReturnType<typeof round>>[] = [];
  for (let index = 0; index < rounds; index += 1) {
    const sample = await round(url, key);
    samples.push(sample);
    console.log(`round ${index + 1}, load ${loadNow()}`);
    console.log(line("quiet  ", sample.quiet));
    console.log(line("flooded", sample.flooded));
    console.log(`  attack  ${sample.attack}`);
  }
  const ratio = median(samples.map(({ quiet, flooded }) => flooded.p50 / quiet.p50));
  console.log(`ratio of p50 (flooded / quiet), median: ${ratio.toFixed(2)}`);
  writeFigures("keys", { about, samples });
}

await (values.attack === undefined ? withApi(main) : attack(values.attack));
