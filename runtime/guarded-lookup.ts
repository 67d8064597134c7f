import { lookup as systemLookup, type LookupAddress } from "node:dns";
import type { LookupFunction } from "node:net";
import { promisify } from "node:util";
import { TargetRefused, type OutboundPolicy } from "./outbound-url.ts";
import { mayConnectTo } from "./public-address.ts";

/** All addresses of a name. */
export type Resolve = (host: string) => Promise<readonly LookupAddress[]>;

const lookupAll = promisify(systemLookup);

/** As every program of this machine resolves names. */
const resolveBySystem: Resolve = (host) => lookupAll(host, { all: true, order: "verbatim" });

function firstOf(found: readonly LookupAddress[], host: string): LookupAddress {
  const [first] = found;
  if (first) return first;
  throw Object.assign(new Error(`${host} has no address`), { code: "ENOTFOUND" });
}

/**
 * Resolves a name for one connection and refuses it unless all of its addresses are allowed. The socket connects to what
 * this returns, so that another answer of the DNS a moment later has no effect. A socket does not look up an address that
 * stands in a URL: `checkUrl` refuses those.
 */
export function guardedLookup(
  policy: Pick<OutboundPolicy, "ranges">,
  resolve: Resolve = resolveBySystem,
): LookupFunction {
  const find = async (host: string): Promise<readonly LookupAddress[]> => {
    const found = await resolve(host);
    firstOf(found, host);
    const refused = found.filter(({ address }) => !mayConnectTo(address, policy.ranges));
    if (refused.length === 0) return found;
    // The addresses of private names are nothing for strangers.
    const internal = `${host} is ${refused.map(({ address }) => address).join(", ")}`;
    throw new TargetRefused(`${host} has an address that is not public`, internal);
  };
  return (host, options, callback) => {
    find(host).then(
      (found) => {
        if (options.all === true) {
          callback(null, [...found]);
          return;
        }
        const { address, family } = firstOf(found, host);
        callback(null, address, family);
      },
      (error: unknown) => {
        callback(error instanceof Error ? error : new Error(String(error)), "");
      },
    );
  };
}
