import { check } from "./commands/check.ts";
import { comment, commentUsage } from "./commands/comment.ts";
import { demo } from "./commands/demo.ts";
import { deploy, deployUsage, drift, driftUsage } from "./commands/deploy.ts";
import { down } from "./commands/down.ts";
import { images, imagesUsage } from "./commands/images.ts";
import { leftovers } from "./commands/leftovers.ts";
import { policy } from "./commands/policy.ts";
import { sign, signUsage } from "./commands/sign.ts";
import { shell } from "./commands/shell.ts";
import { status } from "./commands/status.ts";
import { test } from "./commands/test.ts";
import { verify, verifyUsage } from "./commands/verify.ts";
import { policyUsage } from "./policy/options.ts";
import { commandsRun, interruptCommands } from "./exec.ts";
import { setUpAll } from "./setup.ts";

interface Command {
  readonly help: string;
  /** What `--help` says instead of the list of all commands. */
  readonly usage?: string;
  readonly run: (args: readonly string[]) => Promise<void> | void;
}

const commands: Readonly<Record<string, Command>> = {
  demo: {
    help: "[VIDEO]  set up everything, send a video through it, check the result",
    run: demo,
  },
  up: { help: "set up everything, without the video", run: setUpAll },
  status: { help: "the node, the stack, the workloads, the endpoints", run: status },
  shell: {
    help: "[COMMAND...]  a shell (or one command) in which pulumi and kubectl work",
    run: shell,
  },
  check: { help: "[PART...]  format, lint, types, imports, unused code, unit tests", run: check },
  policy: {
    help: "[--stack NAME] [--help]  judge every stack by the policy pack, without a cloud",
    run: policy,
    usage: policyUsage,
  },
  images: {
    help: "[NAME...] [--push REGISTRY --tag VERSION]  build with buildah what a cloud's stacks pull",
    run: images,
    usage: imagesUsage,
  },
  sign: {
    help: "--pushed FILE --sboms FOLDER [--key KEY]  sign pushed images, with what is in them",
    run: sign,
    usage: signUsage,
  },
  verify: {
    help: "--registry REGISTRY --tag VERSION --identity URL  whether images are what was released",
    run: verify,
    usage: verifyUsage,
  },
  deploy: {
    help: "--stack NAME  pulumi up under the policy pack, with the environment's backend",
    run: deploy,
    usage: deployUsage,
  },
  drift: {
    help: "--stack NAME  whether cloud, state and program still agree; changes nothing",
    run: drift,
    usage: driftUsage,
  },
  comment: {
    help: "--head OWNER:BRANCH --file FILE  the policy report as a comment on GitHub",
    run: comment,
    usage: commentUsage,
  },
  test: { help: "[--only GROUP,...]  set up everything and run all tests", run: test },
  leftovers: {
    help: "--stack NAME  what a destroyed stack on gke or eks has left in its cloud",
    run: leftovers,
  },
  down: { help: "destroy the stack, stop the node, leave nothing", run: down },
};

function usage(): string {
  const lines = Object.entries(commands).map(
    ([name, { help }]) => `  npm run ${name.padEnd(9)} ${help}`,
  );
  return `Framewright on one machine\n\n${lines.join("\n")}\n\nArguments follow a double dash: npm run demo -- holiday.mp4`;
}

/** Ctrl-C reaches the commands that we run by itself; a signal to this process alone does not. */
function onSignal(signal: "SIGINT" | "SIGTERM"): void {
  const busy = signal === "SIGTERM" ? interruptCommands() : commandsRun();
  process.exitCode = 130;
  if (!busy) process.exit();
}

const [name = "--help", ...args] = process.argv.slice(2);
const command = commands[name];
if (command === undefined || args[0] === "--help") {
  console.log(command?.usage ?? usage());
  process.exitCode = name === "--help" || command !== undefined ? 0 : 2;
} else {
  if (name !== "test") process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  try {
    await command.run(args);
  } catch (error) {
    console.error(`\nframewright: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
