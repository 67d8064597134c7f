import { parseJson, textAt } from "../../../tools/plugins/kit/json.ts";
import type { Entry } from "../kit/store.ts";

/** How long a token of Google lives, in milliseconds. */
const lifetimeMs = 60 * 60_000;

/** The cluster that a client asks a token for, if it says so; gcloud's plugin takes one token for all of them. */
export function clusterFor(
  execInfo: string | undefined,
  clusters: readonly Entry[],
): Entry | undefined {
  const server =
    execInfo === undefined ? undefined : textAt(parseJson(execInfo), "spec", "cluster", "server");
  const asked = clusters.find(
    ({ outputs }) => server === `https://${textAt(outputs, "endpoint") ?? ""}`,
  );
  return asked ?? clusters[0];
}

export function execCredential(token: string, now: number): string {
  const expires = new Date(now + lifetimeMs).toISOString().replace(/\.\d+Z$/, "Z");
  return JSON.stringify({
    kind: "ExecCredential",
    apiVersion: "client.authentication.k8s.io/v1beta1",
    spec: { interactive: false },
    status: { expirationTimestamp: expires, token },
  });
}
