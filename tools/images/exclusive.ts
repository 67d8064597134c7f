import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";

/** Seconds that another set-up may hold the lock: a cold build of everything takes far less. */
const patienceSeconds = 3600;

/**
 * Runs `work` while no other process that asks for the same lock file does. The kernel holds the lock for a
 * child that ends with us, so a killed set-up never leaves it locked.
 */
export async function exclusively<T>(
  lockFile: string,
  work: () => Promise<T>,
  onWait: () => void,
): Promise<T> {
  mkdirSync(dirname(lockFile), { recursive: true });
  const holder = spawn(
    "flock",
    ["--timeout", String(patienceSeconds), lockFile, "sh", "-c", "echo held; exec cat >/dev/null"],
    { stdio: ["pipe", "pipe", "ignore"] },
  );
  const waiting = setTimeout(onWait, 500);
  try {
    await new Promise<void>((resolve, reject) => {
      holder.once("error", (cause) => {
        reject(new Error("flock (util-linux) could not be run", { cause }));
      });
      holder.stdout.once("data", () => {
        resolve();
      });
      holder.once("exit", () => {
        reject(new Error(`${lockFile} is still held by another process after an hour`));
      });
    });
    clearTimeout(waiting);
    return await work();
  } finally {
    clearTimeout(waiting);
    holder.stdin.end();
  }
}
