import { isIP } from "node:net";
import { mayConnectTo } from "./public-address.ts";

export const urlSchemes = ["https", "http"] as const;
export type UrlScheme = (typeof urlSchemes)[number];

const defaultPorts = { https: 443, http: 80 } as const satisfies Record<UrlScheme, number>;

/** Where a program connects on behalf of a stranger. */
export interface OutboundPolicy {
  readonly schemes: readonly UrlScheme[];
  readonly ports: readonly number[];
  /** Ranges of addresses that are allowed beside the public ones. */
  readonly ranges: readonly string[];
}

/** The target is not allowed. The message is for the stranger, `internal` for our log alone. */
export class TargetRefused extends Error {
  readonly internal: string | undefined;

  constructor(message: string, internal?: string) {
    super(message);
    this.name = "TargetRefused";
    this.internal = internal;
  }
}

/** Refuses an address that stands in a URL itself and is not allowed; names pass. */
export function checkLiteral(
  { hostname }: Pick<URL, "hostname">,
  { ranges }: Pick<OutboundPolicy, "ranges">,
): void {
  const host = hostname.replace(/^\[(.*)\]$/, "$1");
  if (isIP(host) !== 0 && !mayConnectTo(host, ranges)) {
    throw new TargetRefused(`Its address, ${host}, is not public`);
  }
}

/** Refuses what can be seen of a URL; a name's addresses are checked when it is connected to. */
export function checkUrl(text: string, policy: OutboundPolicy): URL {
  const url = URL.parse(text);
  if (url === null) throw new TargetRefused("It is not a URL");
  const scheme = policy.schemes.find((one) => url.protocol === `${one}:`);
  if (scheme === undefined) {
    throw new TargetRefused(
      `Its scheme is ${url.protocol.slice(0, -1)}; allowed: ${policy.schemes.join(", ")}`,
    );
  }
  if (url.username !== "" || url.password !== "") {
    throw new TargetRefused("It has a user name or a password; sign the URL instead");
  }
  const port = url.port === "" ? defaultPorts[scheme] : Number(url.port);
  if (!policy.ports.includes(port)) {
    throw new TargetRefused(`Its port is ${port}; allowed: ${policy.ports.join(", ")}`);
  }
  checkLiteral(url, policy);
  return url;
}
