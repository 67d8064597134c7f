import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { exec, succeeds } from "./exec.ts";
import { cache, logFolder } from "./paths.ts";
import { hashOf } from "./steps.ts";
import { isRoot } from "./user-namespace.ts";

/** Installed with apt: programs without a service of their own. */
const installed = {
  buildah: "buildah",
  mmdebstrap: "mmdebstrap",
  ipset: "ipset",
  iptables: "iptables",
  conntrack: "conntrack",
  openssl: "openssl",
  ip: "iproute2",
  xz: "xz-utils",
} as const;

/**
 * Only unpacked into the cache: installing them would start a service or push aside the container
 * engine that the machine may have.
 */
const unpacked = ["containerd", "runc", "containernetworking-plugins", "tini", "fonts-dejavu-core"];

async function missingPackages(wanted: Readonly<Record<string, string>>): Promise<string[]> {
  const missing: string[] = [];
  for (const [program, name] of Object.entries(wanted)) {
    if (!(await succeeds("sh", ["-c", `command -v ${program}`]))) missing.push(name);
  }
  return missing;
}

const apt = {
  DEBIAN_FRONTEND: "noninteractive",
};

async function refreshIndex(): Promise<void> {
  await exec("apt-get", ["update"], { env: apt, log: join(logFolder, "apt-update.log") });
}

/** Installs the Debian packages that are missing. Returns their names. */
export async function installPackages(
  wanted: Readonly<Record<string, string>> = installed,
): Promise<string[]> {
  if (!(await succeeds("sh", ["-c", "command -v apt-get"]))) {
    throw new Error(
      "apt-get is not on this machine. The embedded node needs Debian 12 or later; on another " +
        "system bring your own cluster (docs/own-cluster.md).",
    );
  }
  const missing = await missingPackages(wanted);
  if (missing.length === 0) return [];
  if (!isRoot) {
    const command = `sudo apt-get install --no-install-recommends ${missing.join(" ")}`;
    throw new Error(`Only root installs the Debian packages that are missing here: ${command}`);
  }
  await refreshIndex();
  await exec("apt-get", ["install", "-y", "--no-install-recommends", ...missing], {
    env: apt,
    log: join(logFolder, "apt-install.log"),
  });
  return missing;
}

function folderOf(packages: readonly string[]): string {
  return join(cache, "debs", hashOf(...packages));
}

/** The folder that holds containerd, runc, the CNI plugins, tini and a font, laid out as on a root file system. */
export const unpackedFolder = folderOf(unpacked);

/** Prometheus' own checker of rules. The package brings the server too, which must not be started by installing it. */
const prometheus = ["prometheus"];
export const promtoolProgram = join(folderOf(prometheus), "usr/bin/promtool");
export const prometheusProgram = join(folderOf(prometheus), "usr/bin/prometheus");

/** Downloads and unpacks what must not be installed. Returns true when there was something to do. */
export const unpackPackages = (): Promise<boolean> => unpack(unpacked);
export const unpackPromtool = (): Promise<boolean> => unpack(prometheus);

async function unpack(packages: readonly string[]): Promise<boolean> {
  const folder = folderOf(packages);
  if (existsSync(folder)) return false;
  const work = `${folder}.part`;
  rmSync(work, { recursive: true, force: true });
  mkdirSync(join(work, "root"), { recursive: true, mode: 0o755 });
  const download = (): Promise<string> =>
    exec("apt-get", ["download", ...packages], { cwd: work, env: apt });
  try {
    await download();
  } catch {
    await refreshIndex();
    await download();
  }
  for (const file of readdirSync(work).filter((name) => name.endsWith(".deb"))) {
    await exec("dpkg-deb", ["-x", join(work, file), join(work, "root")]);
  }
  renameSync(join(work, "root"), folder);
  rmSync(work, { recursive: true, force: true });
  return true;
}
