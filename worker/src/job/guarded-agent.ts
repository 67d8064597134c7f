import { Agent, buildConnector } from "undici";
import { guardedLookup, type Resolve } from "@framewright/runtime/guarded-lookup.ts";
import { checkLiteral, type OutboundPolicy } from "@framewright/runtime/outbound-url.ts";

export interface GuardedAgentArgs {
  readonly policy: OutboundPolicy;
  /** Longest wait for a connection, for the head of an answer, and between two parts of its body, in milliseconds. */
  readonly patienceMs: number;
  /** @default as every program of this machine resolves names */
  readonly resolve?: Resolve;
  /** Certificates of authorities in place of the usual ones. */
  readonly ca?: string;
}

/**
 * An HTTP client for URLs of strangers: it connects to allowed addresses alone, follows no redirect, and decodes nothing.
 * Certificates are checked against the name in the URL. Scheme and port are for `checkUrl`.
 */
export function guardedAgent({ policy, patienceMs, resolve, ca }: GuardedAgentArgs): Agent {
  const open = buildConnector({
    timeout: Math.min(patienceMs, 10_000),
    lookup: guardedLookup(policy, resolve),
    ...(ca !== undefined && { ca }),
  });
  return new Agent({
    connect: (target, callback) => {
      try {
        checkLiteral(target, policy);
      } catch (error) {
        callback(error instanceof Error ? error : new Error(String(error)), null);
        return;
      }
      open(target, callback);
    },
    headersTimeout: patienceMs,
    bodyTimeout: patienceMs,
  });
}
