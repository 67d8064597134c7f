import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { vi } from "vitest";

type Command = (args: readonly string[]) => Promise<void> | void;

/** Programs that a command finds on its path instead of real ones. */
export class FakePrograms {
  folder = "";

  start(): void {
    this.folder = mkdtempSync(join(tmpdir(), "commands-"));
  }

  stop(): void {
    rmSync(this.folder, { recursive: true });
  }

  /** A program that writes down how it was called; `answers` is what its shell does then. */
  add(name: string, answers = ""): void {
    const file = join(this.folder, name);
    writeFileSync(file, `#!/bin/sh\necho "$*" >> ${file}.log\n${answers}\n`);
    chmodSync(file, 0o755);
  }

  calls(name: string): string[] {
    const log = join(this.folder, `${name}.log`);
    return existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : [];
  }

  /** How a command ends, and what it says; only the fakes and the shell's own tools are on its path. */
  async run(command: Command, ...args: string[]) {
    vi.stubEnv("PATH", `${this.folder}:/usr/bin:/bin`);
    const said = vi.spyOn(console, "log").mockImplementation(() => undefined);
    try {
      await command(args);
      const stdout = said.mock.calls.map(([line]) => `${String(line)}\n`).join("");
      return { status: process.exitCode ?? 0, stdout, stderr: "" };
    } catch (error) {
      return { status: 1, stdout: "", stderr: String(error) };
    } finally {
      process.exitCode = undefined;
      vi.restoreAllMocks();
      vi.unstubAllEnvs();
    }
  }
}
