import { mkdirSync } from "node:fs";
import { exec } from "../exec.ts";
import { asNamespaceRoot } from "../user-namespace.ts";
import { imagePaths } from "./image-paths.ts";

/** Where buildah sees the layout: it makes a name of this path, which must look like one. */
export const layoutInside = "/var/lib/layout";

const prepare = [
  "mount -t tmpfs tmpfs /var/lib",
  `mkdir ${layoutInside} /var/lib/containers /var/lib/etc /var/lib/etc-work`,
  // buildah makes /etc/cni/net.d; the machine's own /etc stays as it was.
  "mount -t overlay overlay -o lowerdir=/etc,upperdir=/var/lib/etc,workdir=/var/lib/etc-work /etc",
  `mount --bind "$0" ${layoutInside}`,
  // Which compressed blob holds which layer: without it every push compresses the parents' layers again.
  'mount --bind "$1" /var/lib/containers && shift',
  'exec buildah "$@"',
].join(" && ");

/**
 * buildah runs in namespaces of its own: its mounts and processes go with it however it ends, and a
 * memory file system over /var/lib keeps it from the machine's own container storage.
 */
const sealed = [
  ...["setpriv", "--pdeathsig", "KILL"],
  ...["unshare", ...asNamespaceRoot, "--mount", "--propagation", "private"],
  ...["--pid", "--fork", "--kill-child=KILL", "--mount-proc"],
  ...["sh", "-c", prepare, imagePaths.layout, imagePaths.blobs],
] as const;

const storageArgs = [
  ...["--root", imagePaths.storage, "--runroot", imagePaths.run],
  ...["--storage-driver", "overlay"],
] as const;

/** Runs one buildah command on our own storage. */
export function buildah(args: readonly string[], log?: string): Promise<string> {
  for (const folder of [imagePaths.temporary, imagePaths.layout, imagePaths.blobs]) {
    mkdirSync(folder, { recursive: true });
  }
  const [command, ...first] = sealed;
  return exec(command, [...first, ...storageArgs, ...args], {
    env: { TMPDIR: imagePaths.temporary, BUILDAH_ISOLATION: "chroot" },
    log,
  });
}
