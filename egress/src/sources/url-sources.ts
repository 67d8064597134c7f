import { isIP } from "node:net";
import type { EgressSource } from "@framewright/contracts/egress.ts";
import type { EgressSourceKind } from "@framewright/contracts/egress-kinds.ts";
import { guardedLookup, type Resolve } from "@framewright/runtime/guarded-lookup.ts";
import { TargetRefused } from "@framewright/runtime/outbound-url.ts";
import type { SourcePolicy } from "../../env.ts";

/** Longest wait for a connection or for more of a stream, in seconds; the recorder watches beside it. */
const patienceSeconds = 8;
const patienceUs = String(patienceSeconds * 1_000_000);

/** Where a URL leads: checked once, so that another answer of the DNS a moment later has no effect. */
export interface Target {
  readonly url: URL;
  /** The address that was checked, as it stands in a URL; the name itself where a proxy resolves it. */
  readonly host: string;
  readonly port: number;
}

export interface UrlSource {
  readonly defaultPort: number;
  /** A proxy that checks each address is the only way: what the stream names is opened as well. */
  readonly byProxy: boolean;
  readonly argumentsFor: (target: Target) => readonly string[];
}

/** Parameters of SRT that a client may set: no other mode than caller, no address of ours. */
const srtParameters = ["streamid", "passphrase", "pbkeylen", "latency"];

function srtUrl({ url, host, port }: Target): string {
  const query = srtParameters.flatMap((name) => {
    const value = url.searchParams.get(name);
    return value === null ? [] : [`${name}=${encodeURIComponent(value)}`];
  });
  return `srt://${host}:${port}?${["mode=caller", ...query].join("&")}`;
}

function pinnedUrl({ url, host, port }: Target): string {
  const { username, password, protocol, pathname, search } = url;
  const user = username === "" ? "" : `${username}${password === "" ? "" : `:${password}`}@`;
  return `${protocol}//${user}${host}:${port}${pathname}${search}`;
}

/** Without it ffmpeg finds the picture alone in a live FLV, and says nothing. */
const look = ["-analyzeduration", "5M", "-probesize", "5M"];

/** What ffmpeg is told of each kind; it opens the protocols that are named, and no file. */
export const urlSources = {
  rtmp: {
    defaultPort: 1935,
    byProxy: false,
    argumentsFor: (target) => {
      const app = target.url.pathname.split("/")[1] ?? "";
      return [
        ...["-protocol_whitelist", "rtmp,tcp", "-rw_timeout", patienceUs, ...look],
        // Servers tell their hosts apart by the name that a client states.
        ...["-rtmp_tcurl", `rtmp://${target.url.host}/${app}`],
        ...["-i", pinnedUrl(target)],
      ];
    },
  },
  rtsp: {
    defaultPort: 554,
    byProxy: false,
    argumentsFor: (target) => [
      ...["-protocol_whitelist", "rtsp,rtp,tcp", "-rtsp_transport", "tcp"],
      ...["-timeout", patienceUs, ...look, "-i", pinnedUrl(target)],
    ],
  },
  srt: {
    defaultPort: 8890,
    byProxy: false,
    argumentsFor: (target) => [
      ...["-protocol_whitelist", "srt", "-timeout", patienceUs],
      ...["-connect_timeout", String(patienceSeconds * 1000), ...look, "-i", srtUrl(target)],
    ],
  },
  hls: {
    defaultPort: 443,
    byProxy: true,
    argumentsFor: ({ url }) => [
      ...["-protocol_whitelist", "http,https,httpproxy,tcp,tls,crypto", "-rw_timeout", patienceUs],
      // An option that no protocol takes is an error. ffmpeg hands it to the playlist alone, and not to what that names.
      ...(url.protocol === "https:" ? ["-tls_verify", "1"] : []),
      ...[...look, "-f", "hls", "-i", url.href],
    ],
  },
} as const satisfies Record<Exclude<EgressSourceKind, "whep" | "livekit" | "web">, UrlSource>;

function lookUp(host: string, policy: SourcePolicy, resolve?: Resolve): Promise<string> {
  return new Promise((done, fail) => {
    guardedLookup(policy, resolve)(host, {}, (error, address) => {
      if (error) fail(error);
      else if (typeof address === "string") done(address);
      else fail(new Error(`${host} has several addresses`));
    });
  });
}

/** Refuses what is not allowed, and resolves the name. */
export async function targetOf(
  { defaultPort, byProxy }: UrlSource,
  { url: text }: Pick<EgressSource, "url">,
  { policy, resolve }: { readonly policy: SourcePolicy; readonly resolve?: Resolve },
): Promise<Target> {
  const url = URL.parse(text);
  if (url === null || url.hostname === "") throw new TargetRefused("The source is not a URL");
  const ofScheme = url.protocol === "http:" ? 80 : defaultPort;
  const port = url.port === "" ? ofScheme : Number(url.port);
  if (byProxy) return { url, host: url.hostname, port };
  if (!policy.ports.includes(port)) {
    throw new TargetRefused(`The source's port is ${port}; allowed: ${policy.ports.join(", ")}`);
  }
  const address = await lookUp(url.hostname.replace(/^\[(.*)\]$/, "$1"), policy, resolve);
  return { url, host: isIP(address) === 6 ? `[${address}]` : address, port };
}

/** ffmpeg's http goes by the proxy that these name. */
function environmentOf(
  { byProxy }: UrlSource,
  { proxy }: SourcePolicy,
): Readonly<Record<string, string>> {
  if (!byProxy) return {};
  if (proxy === undefined) {
    throw new TargetRefused("This recorder has no proxy for sources by http");
  }
  return { http_proxy: proxy, https_proxy: proxy };
}

export async function openUrl(
  kind: UrlSource,
  source: EgressSource,
  { policy }: { readonly policy: SourcePolicy },
) {
  const environment = environmentOf(kind, policy);
  const target = await targetOf(kind, source, { policy });
  return {
    inputArguments: kind.argumentsFor(target),
    environment,
    ended: new Promise<never>(() => undefined),
    close: () => Promise.resolve(),
  };
}
