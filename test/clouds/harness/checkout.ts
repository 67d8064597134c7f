import { accessSync, constants, copyFileSync, cpSync, symlinkSync } from "node:fs";
import { delimiter, join, relative, sep } from "node:path";
import { root } from "../../../tools/paths.ts";
import { startCommand } from "./command.ts";

/** What a job has that checked the clone out, ran `npm ci`, and was given a backend and credentials. */
export interface CheckoutOptions {
  readonly folder: string;
  /** The file of the stack as its owner has committed it. */
  readonly stackFile: string;
  readonly stack: string;
  readonly env: Readonly<Record<string, string>>;
}

/** How an npm script ended, and everything that it said. */
export interface ScriptRun {
  /** Null when it was killed. */
  readonly code: number | null;
  readonly said: string;
  readonly seconds: number;
}

/** What no checkout has: the packages, which are linked instead, and the clone's own state. */
const left = new Set(["node_modules", ".git", ".framewright"]);
const packages = ["node_modules", "worker/node_modules"];

/** The folder of the machine's npm, which needs not be where its other programs are. */
function npmFolder(): string {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const found = folders.find((folder) => {
    try {
      accessSync(join(folder, "npm"), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
  if (found === undefined) throw new Error("there is no npm on the PATH");
  return found;
}

/** A copy of the clone, so that commands that write into their checkout leave this one alone. */
export class Checkout {
  readonly #options: CheckoutOptions;

  constructor(options: CheckoutOptions) {
    this.#options = options;
    const { folder, stackFile, stack } = options;
    cpSync(root, folder, {
      recursive: true,
      filter: (source) =>
        !relative(root, source)
          .split(sep)
          .some((part) => left.has(part)),
    });
    for (const name of packages) symlinkSync(join(root, name), join(folder, name));
    copyFileSync(stackFile, join(folder, `Pulumi.${stack}.yaml`));
  }

  /** `npm run NAME -- --stack STACK`, as a workflow has it. */
  async run(name: "deploy" | "drift"): Promise<ScriptRun> {
    const { folder, stack, env } = this.#options;
    const { code, stdout, stderr, seconds } = await startCommand({
      program: "npm",
      args: ["run", name, "--", "--stack", stack],
      cwd: folder,
      env: { ...env, PATH: [env["PATH"] ?? "", npmFolder()].join(delimiter) },
    }).finished;
    return { code, said: `${stdout}${stderr}`, seconds };
  }
}
