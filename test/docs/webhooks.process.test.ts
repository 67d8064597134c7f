import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, onTestFinished, test } from "vitest";
import { generateSecret } from "../../api/webhooks/secret.ts";
import { signedHeaders } from "../../api/webhooks/sign.ts";
import { freePort } from "../../tools/services/free-port.ts";

const root = join(import.meta.dirname, "../..");

/** The only block of JavaScript on the page. */
function receiverOf(page: string): string {
  const text = readFileSync(join(root, "docs", page), "utf8");
  const [code, ...more] = [...text.matchAll(/^```js\n([\s\S]*?)^```/gm)].map(([, block]) => block);
  if (code === undefined || more.length > 0) throw new Error(`${page} has not one block of js`);
  return code;
}

test("the receiver on the page verifies what is signed, and refuses everything else", async () => {
  const [secret, port] = [generateSecret(), await freePort()];
  const child = spawn(process.execPath, ["--input-type=module", "-e", receiverOf("webhooks.md")], {
    cwd: root,
    env: { WEBHOOK_SECRET: secret, PORT: String(port) },
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill());
  const line = once(createInterface({ input: child.stdout }), "line");

  const body = JSON.stringify({ type: "job.succeeded", data: { jobId: "job-1" } });
  const message = { id: "msg_1", timestampSeconds: Math.floor(Date.now() / 1000), body };
  const send = (key: string) =>
    fetch(`http://127.0.0.1:${port}/`, {
      method: "POST",
      headers: signedHeaders(message, [key]),
      body,
    });
  await expect.poll(() => send(generateSecret()).then(({ status }) => status, String)).toBe(400);
  expect((await send(secret)).status).toBe(204);
  expect(await line).toEqual(["msg_1 job.succeeded job-1"]);
});
