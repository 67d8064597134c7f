import { tmpdir } from "node:os";
import { dirname } from "node:path";
import { exec } from "../exec.ts";
import { isRoot } from "../user-namespace.ts";

/**
 * Raise it to take up Debian's newer packages: every image then has another hash and is built anew.
 */
const packagesAsOf = "2026-11";

const excluded = ["doc", "man", "info", "locale", "lintian", "bash-completion"];

/** Arguments of mmdebstrap: Debian's essential packages and apt, as small as debian:trixie-slim or smaller. */
export const debianArgs: readonly string[] = [
  "--mode=root",
  "--variant=apt",
  "--format=tar",
  ...excluded.map((folder) => `--dpkgopt=path-exclude=/usr/share/${folder}/*`),
  "--dpkgopt=path-include=/usr/share/doc/*/copyright",
  '--aptopt=Acquire::Retries "3"',
  // What mmdebstrap copies from this machine is nobody else's business.
  `--customize-hook=: > "$1/etc/resolv.conf"`,
  `--customize-hook=echo localhost > "$1/etc/hostname"`,
  `--customize-hook=printf '127.0.0.1 localhost\\n::1 localhost\\n' > "$1/etc/hosts"`,
  `--setup-hook=: packages as of ${packagesAsOf}`,
  "trixie",
];

/** As root or, among the ids that /etc/subuid grants him, as a user. */
function modeFor(arg: string): string {
  return arg === "--mode=root" && !isRoot ? "--mode=unshare" : arg;
}

/** Makes the root file system that stands in for debian:trixie-slim, from the mirrors mmdebstrap knows. */
export async function makeDebianRoot(to: string, log: string): Promise<void> {
  // Beside the result, so that whoever removes what is left of a killed build removes both. Not for a user: the ids
  // that he is granted may not enter his home.
  const env = { TMPDIR: isRoot ? dirname(to) : tmpdir() };
  await exec("mmdebstrap", [...debianArgs.map(modeFor), to], { log, env });
}
