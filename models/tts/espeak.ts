import { spawn } from "node:child_process";
import { text as textOf } from "node:stream/consumers";

/** A clause takes a hundredth of this. */
const limitMs = 10_000;

/** What espeak-ng would say, in IPA. It is GPL, so it is a program of its own here and no library. */
export async function ipaOf(program: string, voice: string, text: string): Promise<string> {
  const child = spawn(program, ["-q", "--ipa", "-b", "1", "-v", voice, "--stdin"], {
    stdio: ["pipe", "pipe", "pipe"],
    timeout: limitMs,
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  child.stdin.on("error", () => undefined); // a program that ends early closes its input: its status tells
  child.stdin.end(`${text}\n`);
  const [status, ipa, complaint] = await Promise.all([
    ended,
    textOf(child.stdout),
    textOf(child.stderr),
  ]);
  if (status === 0) return ipa;
  throw new Error(
    `${program} -v ${voice} ended with ${String(status)}: ${complaint.slice(0, 500)}`,
  );
}
