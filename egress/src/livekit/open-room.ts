import { randomUUID } from "node:crypto";
import { lookup } from "node:dns/promises";
import type { EgressSource } from "@framewright/contracts/egress.ts";
import { TargetRefused } from "@framewright/runtime/outbound-url.ts";
import { openLiveSource, type LiveSource } from "../rtp/live-source.ts";
import type { LivekitServer } from "../../env.ts";
import type { OpenOptions } from "../sources/opened-source.ts";
import type { RoomWish } from "./choose-tracks.ts";
import { connectRoom, type RoomMemory } from "./room-link.ts";
import { recorderToken } from "./token.ts";

/** Long enough for any recording: the server looks at the token when it is joined. */
const tokenSeconds = 600;

/** `livekit://room?participant=…&track=…`, of the server that the recorder's operator names. */
function roomOf({ url }: EgressSource): { readonly room: string; readonly wish: RoomWish } {
  const { host, searchParams } = new URL(url);
  const participant = searchParams.get("participant");
  const tracks = searchParams.getAll("track");
  return {
    room: decodeURIComponent(host),
    wish: { ...(participant !== null && { participant }), ...(tracks.length > 0 && { tracks }) },
  };
}

/** The media port at the server's own address, as its network has it. */
export async function mediaCandidate({
  url,
  mediaPort,
}: LivekitServer): Promise<string | undefined> {
  if (mediaPort === undefined) return undefined;
  const { address } = await lookup(new URL(url).hostname, 4);
  return `candidate:1 1 udp 2130706431 ${address} ${mediaPort} typ host`;
}

export function openRoom(source: EgressSource, options: OpenOptions): Promise<LiveSource> {
  const { policy, signal, log, patience } = options;
  const { livekit, hostAddresses } = policy;
  if (livekit === undefined) throw new TargetRefused("This recorder has no LiveKit server");
  const { room, wish } = roomOf(source);
  const { url, apiKey, apiSecret } = livekit;
  const identity = `EG_${randomUUID()}`;
  const memory: RoomMemory = {};
  const token = (): string =>
    recorderToken({
      ...{ apiKey, apiSecret, room, identity },
      validSeconds: tokenSeconds,
      nowSeconds: Math.floor(Date.now() / 1000),
    });
  return openLiveSource({
    ...{ signal, log, patience },
    // Its server is the operator's own, and so is what it names.
    connect: async (session, stop) =>
      connectRoom({
        ...{ session, signal: stop, url, token, wish, memory, mayConnect: () => true },
        mediaCandidate: await mediaCandidate(livekit),
        ...(hostAddresses && { hostAddresses }),
      }),
  });
}
