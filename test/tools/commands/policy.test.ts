import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { run as policy } from "../../../tools/commands/policy.ts";

beforeEach(() => {
  vi.spyOn(console, "log").mockReturnValue();
  vi.spyOn(console, "error").mockReturnValue();
});

afterEach(() => {
  process.exitCode = undefined;
  vi.restoreAllMocks();
});

it.each([
  [["--stacks", "local"], "--stacks"],
  [["local"], "local"],
  [["--stack", "nowhere"], 'There is no stack "nowhere"'],
  [["--profile", "lax"], 'There is no profile "lax"'],
])("%j ends with 2, what is wrong and where to look", async (args, problem) => {
  await policy(args);
  expect(process.exitCode).toBe(2);
  const said = vi.mocked(console.error).mock.calls.join("\n");
  expect(said).toContain(problem);
  expect(said).toContain("npm run policy -- --help");
});
