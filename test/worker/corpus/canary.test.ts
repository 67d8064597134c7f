import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { startCanaries } from "./canary.ts";

async function canaries() {
  const folder = mkdtempSync(join(tmpdir(), "framewright-canary-"));
  const canary = await startCanaries(folder);
  onTestFinished(() => {
    canary.close();
    rmSync(folder, { recursive: true });
  });
  return canary;
}

it("a canary that nothing touches is silent", async () => {
  const canary = await canaries();
  expect([canary.hits(), canary.wasRead()]).toEqual([0, false]);
});

it("a connection is a hit, also without a request", async () => {
  const canary = await canaries();
  const socket = connect(canary.port, "127.0.0.1");
  await new Promise((resolve) => socket.once("connect", resolve));
  await expect.poll(canary.hits).toBe(1);
  socket.destroy();
});

it("a read of the file is noticed", async () => {
  const canary = await canaries();
  readFileSync(canary.path);
  expect(canary.wasRead()).toBe(true);
});
