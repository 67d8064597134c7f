import type { EgressReason, EgressSource } from "@framewright/contracts/egress.ts";
import type { RTCPeerConnection } from "werift";
import { fetch, ProxyAgent, type Dispatcher } from "undici";
import { TargetRefused } from "@framewright/runtime/outbound-url.ts";
import { mayConnectTo } from "@framewright/runtime/public-address.ts";
import type { OpenOptions } from "../sources/opened-source.ts";
import { createPeer, type PeerArgs } from "../rtp/peer.ts";
import { openLiveSource, SourceRefused, type Link, type LiveSource } from "../rtp/live-source.ts";

export interface WhepArgs extends PeerArgs {
  readonly url: string;
  readonly token?: string;
  /** How to reach the server: through the guard. */
  readonly dispatcher: Dispatcher;
  readonly signal: AbortSignal;
}

/** The server's answer to an offer is small. */
const mostAnswerBytes = 256 * 1024;
const answerSeconds = 10;

/** Statuses that another try may change: the stream does not run yet, or the server is busy. */
const passing: readonly number[] = [404, 408, 409, 425, 429, 500, 502, 503, 504];

interface Answer {
  readonly sdp: string;
  /** Where the session is ended by DELETE. */
  readonly resource: string | undefined;
}

function headersOf(token: string | undefined): Record<string, string> {
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
}

/** Whether the proxy said that the target is not allowed: its client has that in the text of an error alone. */
function isForbidden(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return /Proxy response \(403\)/.test(error.message) || isForbidden(error.cause);
}

async function offer(args: WhepArgs, sdp: string): Promise<Answer> {
  const { url, token, dispatcher } = args;
  const response = await fetch(url, {
    method: "POST",
    body: sdp,
    dispatcher,
    redirect: "error",
    headers: { "content-type": "application/sdp", accept: "application/sdp", ...headersOf(token) },
    signal: AbortSignal.any([args.signal, AbortSignal.timeout(answerSeconds * 1000)]),
  });
  if (response.status !== 201) {
    await response.body?.cancel();
    const problem = `The WHEP server answered ${response.status}; 201 is expected`;
    throw passing.includes(response.status) ? new Error(problem) : new SourceRefused(problem);
  }
  const answer = await response.text();
  if (answer.length > mostAnswerBytes)
    throw new SourceRefused("The WHEP server's answer is too long");
  const location = response.headers.get("location");
  return { sdp: answer, resource: location === null ? undefined : new URL(location, url).href };
}

/** A server's resource that is not ended goes on sending until it notices. It is asked once, and not waited for long. */
async function endSession(args: WhepArgs, resource: string | undefined): Promise<void> {
  // A server that names another host would have us send its token there.
  if (resource === undefined || new URL(resource).origin !== new URL(args.url).origin) return;
  const response = await fetch(resource, {
    method: "DELETE",
    dispatcher: args.dispatcher,
    redirect: "error",
    headers: headersOf(args.token),
    signal: AbortSignal.timeout(2000),
  });
  await response.body?.cancel();
}

function whenOver(peer: RTCPeerConnection): Promise<EgressReason | undefined> {
  return new Promise((resolve) => {
    peer.connectionStateChange.subscribe((state) => {
      if (state === "failed" || state === "closed" || state === "disconnected") resolve(undefined);
    });
  });
}

/** Receives one stream from a WHEP server (draft-ietf-wish-whep): an offer by POST, the answer in the response. */
async function connectWhep(args: WhepArgs): Promise<Link> {
  const peer = createPeer(args);
  const over = whenOver(peer);
  let resource: string | undefined;
  const close = async (): Promise<void> => {
    await peer.close();
    await endSession(args, resource).catch(() => undefined);
  };
  try {
    peer.addTransceiver("video", { direction: "recvonly" });
    peer.addTransceiver("audio", { direction: "recvonly" });
    await peer.setLocalDescription(await peer.createOffer());
    const answer = await offer(args, peer.localDescription?.sdp ?? "");
    resource = answer.resource;
    await peer.setRemoteDescription({ type: "answer", sdp: answer.sdp });
    return { over, close };
  } catch (error) {
    await close();
    if (isForbidden(error)) {
      throw new SourceRefused("The source has an address that is not allowed", { cause: error });
    }
    throw error;
  }
}

/** The password of a URL is a token for its server; the URL itself goes without. */
function splitToken(text: string): { readonly url: string; readonly token?: string } {
  const url = new URL(text);
  const token = decodeURIComponent(url.password);
  url.username = "";
  url.password = "";
  return { url: url.href, ...(token !== "" && { token }) };
}

export async function openWhep(source: EgressSource, options: OpenOptions): Promise<LiveSource> {
  const { policy, signal, log, patience } = options;
  if (policy.proxy === undefined) {
    throw new TargetRefused("This recorder has no proxy for sources by http");
  }
  const dispatcher = new ProxyAgent({ uri: policy.proxy, proxyTunnel: true });
  const mayConnect = (address: string): boolean => mayConnectTo(address, policy.ranges);
  const { hostAddresses } = policy;
  const opened = await openLiveSource({
    ...{ signal, log, patience },
    connect: (session, stop) =>
      connectWhep({
        ...{ session, signal: stop, dispatcher, mayConnect, ...splitToken(source.url) },
        ...(hostAddresses && { hostAddresses }),
      }),
  });
  return {
    ...opened,
    close: async () => {
      await opened.close();
      await dispatcher.close();
    },
  };
}
