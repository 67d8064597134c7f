import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { WorkerEnv } from "../../worker/env.ts";
import { renderWorkerPage } from "../golden/worker-variables.ts";

const docs = join(import.meta.dirname, "../../docs");
const page = readFileSync(join(docs, "remote-workers.md"), "utf8");
const unit = readFileSync(join(docs, "samples/framewright-worker.service"), "utf8");
const flags = (command: string) => command.match(/--[a-z-]+(?: (?!-)[^\s\\]+)?/g) ?? [];

test("docs/remote-workers.md has every variable of the worker (else: npm run golden:update)", async () => {
  expect(await renderWorkerPage(page)).toBe(page);
});

test("its environment file has variables of the worker alone, each with a value that fits", () => {
  const [, file = ""] = /```ini\n(.*?)```/s.exec(page) ?? [];
  const names = [...file.matchAll(/^(\w+)=\S/gm)].map(([, name = ""]) => name);
  expect(names.length).toBeGreaterThan(5);
  expect(names.filter((name) => !(name in WorkerEnv.properties))).toEqual([]);
});

test("the unit of systemd runs the command that the page shows, in the background", () => {
  const [, command = ""] = /(podman run .*?)```/s.exec(page) ?? [];
  const [, inUnit = ""] = /ExecStart=\S*(podman run .*?[^\\]\n)/s.exec(unit) ?? [];
  const further = ["--detach", "--sdnotify", "--cgroups"];
  const own = flags(inUnit).filter((flag) => !further.includes(flag));
  expect(own).toEqual(flags(command));
  expect(own.length).toBeGreaterThan(8);
});

test("the unit leaves the worker its time to drain, and stays down when the API refuses it", () => {
  const valueOf = (key: string) => new RegExp(`^${key}=(.*)$`, "m").exec(unit)?.[1];
  const [, stopSeconds = ""] = /podman stop .*--time (\d+)/.exec(unit) ?? [];
  const [, drainSeconds = ""] = /^DRAIN_SECONDS=(\d+)$/m.exec(page) ?? [];
  expect(Number(stopSeconds)).toBeGreaterThan(Number(drainSeconds) + 10);
  expect(Number(valueOf("TimeoutStopSec"))).toBeGreaterThan(Number(stopSeconds));
  expect(valueOf("RestartPreventExitStatus")).toBe("77");
  const main = readFileSync(join(docs, "../worker/main.ts"), "utf8");
  expect(main).toContain("const refusedExit = 77;");
});
