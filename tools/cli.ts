import { commandsRun, interruptCommands } from "./exec.ts";

interface Command {
  /** Its line in the list of all commands. */
  readonly help: string;
  /** Loaded when it is asked for: together the commands would take longer than most of them alone. */
  readonly load: () => Promise<CommandModule>;
  /** Whether it ends by itself what it started, when it is interrupted. */
  readonly handlesSignals?: boolean;
}

interface CommandModule {
  /** What `--help` says. */
  readonly usage: string;
  readonly run: (args: readonly string[]) => Promise<void> | void;
}

const commands: Readonly<Record<string, Command>> = {
  demo: {
    help: "[VIDEO]  set up everything, send a video through it, check the result",
    load: () => import("./commands/demo.ts"),
  },
  dev: {
    help: "[--fresh]  the API and a worker as plain processes that restart on change",
    load: () => import("./commands/dev.ts"),
    handlesSignals: true,
  },
  up: {
    help: "[--full | --with PART,...]  set up everything, without the video",
    load: () => import("./commands/up.ts"),
  },
  status: {
    help: "[--watch]  the node, the stack, the workloads, the endpoints; or the main figures",
    load: () => import("./commands/status.ts"),
    handlesSignals: true,
  },
  doctor: {
    help: "[--json]  look at a running stack and say what is wrong, in words",
    load: () => import("./commands/doctor.ts"),
  },
  ui: {
    help: "opens the pages of Prometheus and others that are deployed",
    load: () => import("./commands/ui.ts"),
    handlesSignals: true,
  },
  logs: {
    help: "--job ID  lines of all programs about a job, a request, a trace, in the order of time",
    load: () => import("./commands/logs.ts"),
  },
  trace: {
    help: "JOB [--html FILE]  where a job's time went, over all programs",
    load: () => import("./commands/trace.ts"),
  },
  restore: {
    help: "--to TIME [--dry-run]  bring the database back to a moment, from its backups",
    load: () => import("./commands/restore.ts"),
  },
  shell: {
    help: "[COMMAND...]  a shell (or one command) in which pulumi and kubectl work",
    load: () => import("./commands/shell.ts"),
  },
  check: {
    help: "[PART...]  format, lint, types, imports, unused code, unit tests",
    load: () => import("./commands/check.ts"),
  },
  policy: {
    help: "[--stack NAME]  check every stack against the policy pack, without a cloud",
    load: () => import("./commands/policy.ts"),
  },
  images: {
    help: "[NAME...] [--push REGISTRY --tag VERSION]  build with buildah what a cloud's stacks pull",
    load: () => import("./commands/images.ts"),
  },
  sign: {
    help: "--pushed FILE --sboms FOLDER [--key KEY]  sign pushed images, with what is in them",
    load: () => import("./commands/sign.ts"),
  },
  verify: {
    help: "--registry REGISTRY --tag VERSION --identity URL  whether images are what was released",
    load: () => import("./commands/verify.ts"),
  },
  preflight: {
    help: "--stack NAME  whether the account has what a stack needs; changes nothing",
    load: () => import("./commands/preflight.ts"),
  },
  "new-key": {
    help: "prints a key of a client, for a store of secrets of yours",
    load: () => import("./commands/new-key.ts"),
  },
  deploy: {
    help: "--stack NAME  pulumi up under the policy pack, with the environment's backend",
    load: () => import("./commands/deploy.ts"),
  },
  drift: {
    help: "--stack NAME  whether cloud, state and program still agree; changes nothing",
    load: () => import("./commands/drift.ts"),
  },
  test: {
    help: "[--only GROUP,...]  set up everything and run all tests",
    load: () => import("./commands/test.ts"),
    handlesSignals: true,
  },
  bench: {
    help: "[NAME...]  measure, each figure as a share of a limit taken in the same run",
    load: () => import("./commands/bench.ts"),
  },
  models: {
    help: "serve | fetch | weights  speech to text, translation and speech from text on this machine",
    load: () => import("./commands/models.ts"),
    handlesSignals: true,
  },
  down: {
    help: "destroy the stack, stop the node, leave nothing",
    load: () => import("./commands/down.ts"),
  },
};

function list(): string {
  const lines = Object.entries(commands).map(
    ([name, { help }]) => `  npm run ${name.padEnd(9)} ${help}`,
  );
  return `Framewright on one machine\n\n${lines.join("\n")}\n\nArguments follow a double dash: npm run demo -- holiday.mp4. Each command has a --help.`;
}

/** Ctrl-C reaches the commands that we run by itself; a signal to this process alone does not. */
function onSignal(signal: "SIGINT" | "SIGTERM"): void {
  const busy = signal === "SIGTERM" ? interruptCommands() : commandsRun();
  process.exitCode = 130;
  if (!busy) process.exit();
}

async function runCommand(command: Command, args: readonly string[]): Promise<void> {
  const { usage, run } = await command.load();
  if (args[0] === "--help" || args[0] === "-h") {
    console.log(usage);
    return;
  }
  if (command.handlesSignals !== true) process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  try {
    await run(args);
  } catch (error) {
    console.error(`\nframewright: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}

const [name = "--help", ...args] = process.argv.slice(2);
const command = commands[name];
if (command === undefined) {
  console.log(list());
  process.exitCode = name === "--help" ? 0 : 2;
} else {
  await runCommand(command, args);
}
