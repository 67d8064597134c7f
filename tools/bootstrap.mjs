// The first thing that runs on a bare machine, under whatever Node is there: it installs the locked
// packages (among them Node 24, which runs TypeScript as it is) and hands over to cli.ts.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const node = join(root, "node_modules/.bin/node");
const lock = join(root, "package-lock.json");
// npm writes it at the end of an installation, whoever asked for that, with the entries of the lock file.
const installed = join(root, "node_modules/.package-lock.json");

function fail(message) {
  console.error(`framewright: ${message}`);
  process.exit(1);
}

if (process.platform !== "linux") {
  fail(`this runs on Linux, not on ${process.platform}. Use a Linux machine or virtual machine.`);
}

function packagesIn(file) {
  return JSON.parse(readFileSync(file, "utf8")).packages;
}

/** Optional packages are those of other platforms, too. */
function isInstalled() {
  if (!existsSync(node) || !existsSync(installed)) return false;
  const there = packagesIn(installed);
  return Object.entries(packagesIn(lock)).every(([path, { version, integrity, optional }]) => {
    const own = there[path];
    if (own === undefined) return path === "" || optional === true;
    return own.version === version && own.integrity === integrity;
  });
}

if (!isInstalled()) {
  const started = Date.now();
  process.stdout.write("  node packages ...");
  const install = spawnSync("npm", ["ci", "--no-progress"], { cwd: root, encoding: "utf8" });
  if (install.status !== 0) {
    process.stdout.write(" failed\n");
    fail(`npm ci failed:\n${install.error?.message ?? install.stderr}`);
  }
  process.stdout.write(
    `\r  node packages  installed (${((Date.now() - started) / 1000).toFixed(1)} s)\n`,
  );
}

const args = [
  "--disable-warning=ExperimentalWarning",
  join(root, "tools/cli.ts"),
  ...process.argv.slice(2),
];
const env = {
  ...process.env,
  PATH: `${join(root, "node_modules/.bin")}:${process.env.PATH ?? ""}`,
};
const child = spawn(node, args, { stdio: "inherit", env });
// The child gets a terminal's signal itself; this process only waits for it to finish its clean-up.
process.on("SIGINT", () => {});
for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("error", (error) => fail(error.message));
child.on("exit", (status) => process.exit(status ?? 1));
