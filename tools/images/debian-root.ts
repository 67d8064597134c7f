import { exec } from "../exec.ts";
import { imagePaths } from "./image-paths.ts";

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

/** Makes the root file system that stands in for debian:trixie-slim, from the mirrors mmdebstrap knows. */
export async function makeDebianRoot(to: string, log: string): Promise<void> {
  const args = [...debianArgs, to];
  await exec("mmdebstrap", args, { log, env: { TMPDIR: imagePaths.temporary } });
}
