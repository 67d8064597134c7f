import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { deploy, drift } from "../../../tools/commands/deploy.ts";
import { FakePrograms } from "./fake-programs.ts";

const programs = new FakePrograms();
beforeEach(() => {
  programs.start();
});
afterEach(() => {
  programs.stop();
});

function called(): string[] {
  return programs.calls("pulumi").map((call) => call.split(" ")[0] ?? "");
}

/** A pulumi that ends with a code by its first argument, and logs one change where it is asked for a log. */
function fakePulumi(codes: Readonly<Record<string, number>> = {}): void {
  const event = {
    resOutputsEvent: {
      metadata: {
        op: "update",
        urn: "urn:pulumi:dev::framewright::aws:s3/bucket:Bucket::media",
        type: "aws:s3/bucket:Bucket",
        old: { id: "media-1" },
        detailedDiff: { acl: { diffKind: "update" } },
      },
    },
  };
  const events = join(programs.folder, "events.json");
  writeFileSync(events, `${JSON.stringify(event)}\n`);
  const ends = Object.entries(codes).map(([name, code]) => `${name}) code=${code.toString()} ;;`);
  programs.add(
    "pulumi",
    [
      "code=0",
      `case "$1" in ${ends.join(" ")} none) ;; esac`,
      'for word in "$@"; do',
      `  if [ "$before" = --event-log ] && [ $code = 7 ]; then cat ${events} > "$word"; fi`,
      '  before="$word"',
      "done",
      "exit $code",
    ].join("\n"),
  );
}

it("drift ends with 0 when both commands find nothing, and says so last", async () => {
  fakePulumi();
  const { status, stdout } = await programs.run(drift, "--stack", "dev");
  expect(status).toBe(0);
  expect(stdout.trim().split("\n").at(-1)).toContain("dev has not drifted");
});

it("drift asks its second question whatever the first one found, and tells of each its own changes", async () => {
  fakePulumi({ refresh: 7 });
  const { status, stdout } = await programs.run(drift, "--stack", "dev");
  expect(status).toBe(1);
  expect(called()).toEqual(["refresh", "preview"]);
  expect(stdout).toContain(
    "(pulumi refresh)\n     No. 1 resource:\n     changed: aws:s3/bucket:Bucket media-1\n       acl\n",
  );
  expect(stdout).toContain("(pulumi preview)\n     Yes.\n");
});

it.each([
  ["drift", drift, { refresh: 1 }],
  ["drift", drift, { preview: 7 }],
  ["deploy", deploy, { up: 4 }],
  ["deploy", deploy, { policy: 1 }],
])("%s fails when a command does: %#", async (_, command, codes) => {
  fakePulumi(codes);
  expect((await programs.run(command, "--stack", "dev")).status).toBe(1);
});

it("deploy judges what was made, and says last that it is as it should be", async () => {
  fakePulumi();
  const { status, stdout } = await programs.run(deploy, "--stack", "dev");
  expect({ status, called: called() }).toEqual({ status: 0, called: ["refresh", "up", "policy"] });
  expect(stdout.trim().split("\n").at(-1)).toBe(
    "dev is as this commit says, and keeps the policies.",
  );
});

it("deploy tells a refusal of what was made from an error", async () => {
  programs.add(
    "pulumi",
    'if [ "$1" = policy ]; then echo "error: one or more mandatory policy violations were found" >&2; exit 1; fi',
  );
  const { status, stdout } = await programs.run(deploy, "--stack", "dev");
  expect(status).toBe(1);
  expect(stdout).toContain("(pulumi policy analyze)\n     No, a mandatory policy refuses it.\n");
});

it("deploy judges nothing after an update that failed", async () => {
  fakePulumi({ up: 1 });
  const { stdout } = await programs.run(deploy, "--stack", "dev");
  expect(called()).toEqual(["refresh", "up"]);
  expect(stdout).toContain("Not asked");
});

it.each([deploy, drift])("%o shows each command as it can be repeated", async (command) => {
  fakePulumi();
  const { stdout } = await programs.run(command, "--stack", "dev");
  const shown = [...stdout.matchAll(/^pulumi (.*)$/gm)].map(([, args]) => args);
  const real = programs.calls("pulumi").map((call) => call.replace(/ --event-log \S+$/, ""));
  expect(shown).toEqual(real);
});

it.each([deploy, drift])("%o asks for a stack", async (command) => {
  const { status, stderr } = await programs.run(command);
  expect(status).toBe(1);
  expect(stderr).toContain(`which stack? npm run ${command.name} -- --stack dev`);
});

it.each([deploy, drift])("%o says what it needs where there is no pulumi", (command) => {
  // Nowhere else may it look: a pulumi of this machine would really be run.
  vi.stubEnv("PATH", programs.folder);
  vi.spyOn(console, "log").mockImplementation(() => undefined);
  try {
    expect(() => {
      command(["--stack", "dev"]);
    }).toThrow("pulumi 3.250 or later must be on the PATH");
  } finally {
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
  }
});
