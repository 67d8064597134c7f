import { maxPutBytes } from "@framewright/contracts/job-limits.ts";
import { tusPath } from "@framewright/contracts/upload.ts";

/** What clients know by a name of its own: applications, and workers outside the cluster. */
export const sites = ["api", "workerApi"] as const;
export type Site = (typeof sites)[number];

/** Who answers. */
export type Target = "api" | "workerApi" | "objectStore";

/** What goes where, and what is let through on the way. */
export interface Route {
  readonly name: string;
  readonly site: Site;
  /** Beginnings of paths; unset: all that no other route of the site has. */
  readonly paths?: readonly string[];
  readonly to: Target;
  /** Of a body whose length is announced. The programs behind know more exactly, and measure those that are not. */
  readonly maxBodyBytes: number;
  /** Seconds without a byte from behind. Event streams say something every 15. */
  readonly silenceSeconds: number;
}

const megabyte = 1024 * 1024;
/** Above the 60 s after which the API closes a silent connection, so that it is the API that decides. */
const silenceSeconds = 75;

/** The bucket's name begins the path of each presigned URL where the store is ours. */
const mediaPath = "/framewright/";

/** Every way from outside to a program of the stack: the proxy's rules and the HTTPRoutes are both made of it. */
export const routes: readonly Route[] = [
  {
    name: "uploads",
    site: "api",
    paths: [tusPath],
    to: "api",
    maxBodyBytes: Number.MAX_SAFE_INTEGER,
    silenceSeconds,
  },
  {
    name: "playback",
    site: "api",
    paths: ["/v1/playback/", "/v1/recordings/"],
    to: "api",
    maxBodyBytes: megabyte,
    silenceSeconds,
  },
  {
    name: "media",
    site: "api",
    paths: [mediaPath],
    to: "objectStore",
    maxBodyBytes: maxPutBytes,
    // It answers a large file when it has all of it and has written it out.
    silenceSeconds: 600,
  },
  { name: "api", site: "api", to: "api", maxBodyBytes: megabyte, silenceSeconds },
  // A result of a long dub has some megabytes.
  {
    name: "worker-api",
    site: "workerApi",
    to: "workerApi",
    maxBodyBytes: 8 * megabyte,
    silenceSeconds,
  },
];

/** Those that lead somewhere in this stack. */
export function openRoutes(targets: Readonly<Partial<Record<Target, unknown>>>): readonly Route[] {
  return routes.filter(({ to }) => targets[to] !== undefined);
}

/** Paths of which a part is a bearer secret: logs keep what comes before and after it. */
export const secretPaths = ["/v1/playback/", "/v1/recordings/"] as const;
