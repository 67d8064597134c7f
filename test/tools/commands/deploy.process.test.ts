import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { keepVersionsVariable } from "../../../config/env.ts";
import { run as deploy } from "../../../tools/commands/deploy.ts";
import { run as drift } from "../../../tools/commands/drift.ts";
import {
  GoogleProject,
  type GoogleProjectOptions,
} from "../../standins/accounts/google-project.ts";
import { FakePrograms } from "./fake-programs.ts";

const programs = new FakePrograms();
let project: GoogleProject;

/** The project of Pulumi.dev.yaml, which a deploy asks first. */
async function useProject(options: Partial<GoogleProjectOptions> = {}): Promise<void> {
  const place = { project: "my-framewright-dev", region: "us-central1" };
  project = await GoogleProject.start({ ...place, ...options });
  for (const [name, value] of Object.entries(project.env)) vi.stubEnv(name, value);
}

beforeEach(async () => {
  programs.start();
  await useProject();
});
afterEach(() => {
  programs.stop();
  project.stop();
  vi.unstubAllEnvs();
});

/** A pulumi that ends with a code by its first argument. */
function fakePulumi(codes: Readonly<Record<string, number>> = {}): void {
  const ends = Object.entries(codes).map(([name, code]) => `${name}) exit ${code} ;;`);
  programs.add("pulumi", `case "$1" in ${ends.join(" ")} none) ;; esac`);
}

const onDev = "--stack dev --non-interactive";
const shown = "--diff --suppress-progress";
const pack = "--policy-pack=policy --policy-pack-config=policy/profiles/baseline.json";

it("deploy reads what is there, brings the stack up under the policy pack, and checks what was made", async () => {
  fakePulumi();
  const { status, stdout } = await programs.run(deploy, "--stack", "dev");
  expect(status).toBe(0);
  expect(programs.calls("pulumi")).toEqual([
    `refresh --yes --skip-preview ${shown} ${onDev}`,
    `up --yes ${shown} ${onDev} ${pack}`,
    `policy analyze ${onDev} ${pack}`,
  ]);
  expect(stdout.trim().split("\n").at(-1)).toBe(
    "dev is as this commit says, and keeps the policies.",
  );
});

it.each([
  ["drift keeps", drift, "preview keeps true"],
  ["deploy does not keep", deploy, "up keeps nothing"],
])("%s the versions of add-ons and nodes", async (_, command, said) => {
  const log = `${programs.folder}/pulumi.log`;
  programs.add("pulumi", `echo "$1 keeps \${${keepVersionsVariable}:-nothing}" >> ${log}`);
  await programs.run(command, "--stack", "dev");
  expect(programs.calls("pulumi")).toContain(said);
});

it("deploy runs nothing where the account lacks what the stack needs", async () => {
  fakePulumi();
  project.stop();
  await useProject({ limits: { GPUS_ALL_REGIONS: 0 } });
  const { status, stderr } = await programs.run(deploy, "--stack", "dev");
  expect(status).toBe(1);
  expect(stderr).toContain("the project lacks what dev needs to start");
  expect(programs.calls("pulumi")).toEqual([]);
});

it.each([
  [{ refresh: 4 }, 1, "pulumi refresh ended with 4"],
  [{ up: 1 }, 2, "pulumi up ended with 1"],
  [{ policy: 1 }, 3, "pulumi policy ended with 1"],
])("deploy ends with %j, says so, and does nothing after it", async (codes, calls, said) => {
  fakePulumi(codes);
  const { status, stderr } = await programs.run(deploy, "--stack", "dev");
  expect(status).toBe(1);
  expect(stderr).toContain(said);
  expect(programs.calls("pulumi")).toHaveLength(calls);
});

it.each([
  [{}, 0, "dev has not drifted: the cloud, the state and this commit agree."],
  [{ refresh: 7 }, 1, "dev has drifted. To make it as this commit says: npm run deploy"],
  [{ refresh: 7, preview: 7 }, 1, "dev has drifted."],
  [{ preview: 7 }, 1, "dev has not drifted, but this commit is not deployed: npm run deploy"],
  [{ preview: 1 }, 1, "pulumi refresh ended with 0 and pulumi preview with 1"],
  [{ refresh: 3, preview: 7 }, 1, "pulumi refresh ended with 3 and pulumi preview with 7"],
])("drift asks both questions and changes nothing: %j", async (codes, expected, said) => {
  fakePulumi(codes);
  const { status, stdout, stderr } = await programs.run(drift, "--stack", "dev");
  expect(status).toBe(expected);
  expect(`${stdout}${stderr}`).toContain(said);
  expect(programs.calls("pulumi")).toEqual([
    `refresh --preview-only --expect-no-changes ${shown} ${onDev}`,
    `preview --expect-no-changes ${shown} ${onDev} ${pack}`,
  ]);
});

const commands = [
  ["deploy", deploy],
  ["drift", drift],
] as const;

it.each(commands)("%s shows each command as it can be repeated", async (_, command) => {
  fakePulumi();
  const { stdout } = await programs.run(command, "--stack", "dev");
  const said = [...stdout.matchAll(/^pulumi (.*)$/gm)].map(([, args]) => args);
  expect(said).toEqual(programs.calls("pulumi"));
});

it.each(commands)("%s asks for a stack", async (name, command) => {
  const { status, stderr } = await programs.run(command);
  expect(status).toBe(1);
  expect(stderr).toContain(`which stack? npm run ${name} -- --stack dev`);
});

it.each(commands)("%s says what it needs where there is no pulumi", async (_, command) => {
  // Nowhere else may it look: a pulumi of this machine would really be run.
  vi.stubEnv("PATH", programs.folder);
  vi.spyOn(console, "log").mockImplementation(() => undefined);
  try {
    const run = async () => {
      await command(["--stack", "dev"]);
    };
    await expect(run()).rejects.toThrow("pulumi 3.250 or later must be on the PATH");
  } finally {
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
  }
});
