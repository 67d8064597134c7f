import type { EgressReason } from "@framewright/contracts/egress.ts";
import {
  DisconnectReason,
  LeaveRequest_Action,
  SignalRequest,
  SignalResponse,
  SignalTarget,
  VideoQuality,
  type JoinResponse,
  type LeaveRequest,
  type SessionDescription,
  type TrickleRequest,
} from "@livekit/protocol";
import { Type } from "typebox";
import { Value } from "typebox/value";
import type { RTCPeerConnection } from "werift";
import { WebSocket, type Dispatcher, type MessageEvent } from "undici";
import { createPeer, type PeerArgs } from "../rtp/peer.ts";
import { SourceRefused, type Link } from "../rtp/live-source.ts";
import { chooseTracks, type Choice, type RoomWish } from "./choose-tracks.ts";
import { RoomState } from "./room-state.ts";

/** What is known of a room since the first connection. */
export interface RoomMemory {
  /** A room of the same name with another id is another room. */
  roomId?: string;
}

export interface RoomArgs extends PeerArgs {
  /** `ws:` or `wss:`, of the LiveKit server. */
  readonly url: string;
  /** Made anew for each connection. */
  readonly token: () => string;
  readonly wish: RoomWish;
  /** Goes from one connection to the next. */
  readonly memory: RoomMemory;
  readonly dispatcher?: Dispatcher;
  /** A way to the server's media beside those that it names, which may be for clients of another network. */
  readonly mediaCandidate?: string | undefined;
  readonly signal: AbortSignal;
}

/** With this protocol a subscriber's connection is apart from the publisher's, and is offered by the server. */
const protocol = 12;
const joinMs = 10_000;

/** In which somebody comes back to a room whose server was started anew. */
const returnMs = 8000;

/** Why the server ends a connection for good, and what that means here. */
const finals: Partial<Record<DisconnectReason, string>> = {
  [DisconnectReason.ROOM_DELETED]: "The room was deleted",
  [DisconnectReason.ROOM_CLOSED]: "The room was closed",
  [DisconnectReason.PARTICIPANT_REMOVED]: "The recorder was removed from the room",
};

/** As browsers write it. */
const Candidate = Type.Object({
  candidate: Type.String(),
  sdpMid: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  sdpMLineIndex: Type.Optional(Type.Integer()),
});

type Request = NonNullable<ConstructorParameters<typeof SignalRequest>[0]>["message"];

function addressOf({ url, token }: RoomArgs): string {
  const address = new URL("rtc", url.endsWith("/") ? url : `${url}/`);
  // What the room has is subscribed to by choice.
  const query = {
    access_token: token(),
    auto_subscribe: "0",
    sdk: "js",
    version: "2.0.0",
    protocol,
  };
  for (const [name, value] of Object.entries(query)) address.searchParams.set(name, String(value));
  return address.href;
}

function opened(socket: WebSocket, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => {
      reject(new Error("The LiveKit server did not answer in time"));
    }, joinMs);
    const give = (settle: () => void) => (): void => {
      clearTimeout(limit);
      settle();
    };
    socket.addEventListener("open", give(resolve), { once: true });
    // The error says no more than that the handshake failed, as in a browser.
    const refused = give(() => {
      reject(new Error("The LiveKit server refused the connection, or cannot be reached"));
    });
    socket.addEventListener("error", refused, { once: true });
    signal.addEventListener("abort", refused, { once: true });
  });
}

/** One connection to a room: signals by WebSocket, media by a connection that the server offers. */
class RoomLink implements Link {
  readonly over: Promise<EgressReason | undefined>;
  readonly #args: RoomArgs;
  readonly #socket: WebSocket;
  readonly #state = new RoomState();
  #finish: (end: EgressReason | undefined) => void = () => undefined;
  #peer: RTCPeerConnection | undefined;
  #choice: Choice = {};
  #ping: NodeJS.Timeout | undefined;
  #emptyRoom: NodeJS.Timeout | undefined;
  /** Descriptions are set one after the other. */
  #order: Promise<void> = Promise.resolve();

  constructor(args: RoomArgs, socket: WebSocket) {
    this.#args = args;
    this.#socket = socket;
    this.over = new Promise((resolve) => {
      this.#finish = resolve;
    });
    socket.addEventListener("close", () => {
      this.#finish(undefined);
    });
    socket.addEventListener("message", (event: MessageEvent) => {
      const data: unknown = event.data;
      if (!(data instanceof ArrayBuffer)) return;
      const response = SignalResponse.fromBinary(new Uint8Array(data));
      this.#order = this.#order.then(() => this.#heed(response.message));
      this.#order.catch((error: unknown) => {
        this.#fail(error);
      });
    });
  }

  async close(): Promise<void> {
    clearInterval(this.#ping);
    clearTimeout(this.#emptyRoom);
    if (this.#socket.readyState === WebSocket.OPEN) {
      const reason = DisconnectReason.CLIENT_INITIATED;
      this.#send({ case: "leave", value: { reason, action: LeaveRequest_Action.DISCONNECT } });
      this.#socket.close();
    }
    await this.#peer?.close();
    this.#finish(undefined);
  }

  #fail(error: unknown): void {
    if (error instanceof SourceRefused) {
      this.#finish({ code: "source-refused", message: error.message });
    } else {
      this.#finish(undefined);
    }
  }

  #send(message: Request): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    this.#socket.send(new SignalRequest({ message }).toBinary());
  }

  /** Of the many messages for people who take part, those that a recorder needs. */
  async #heed(message: SignalResponse["message"]): Promise<void> {
    if (message.case === "join") this.#join(message.value);
    else if (message.case === "update") {
      this.#state.update(message.value.participants);
      this.#choose();
    } else if (message.case === "offer") await this.#answer(message.value);
    else if (message.case === "trickle") await this.#addCandidate(message.value);
    else if (message.case === "leave") this.#leave(message.value);
  }

  async #addCandidate({ target, candidateInit }: TrickleRequest): Promise<void> {
    const candidate: unknown = JSON.parse(candidateInit);
    if (target !== SignalTarget.SUBSCRIBER || !Value.Check(Candidate, candidate)) return;
    const { sdpMid, ...rest } = candidate;
    await this.#peer?.addIceCandidate({ ...rest, ...(typeof sdpMid === "string" && { sdpMid }) });
  }

  #join(join: JoinResponse): void {
    this.#knowRoom(join.room?.sid ?? "");
    // The server's STUN and TURN servers are for people behind routers; whoever records its rooms reaches it itself.
    const peer = createPeer(this.#args);
    this.#peer = peer;
    peer.onIceCandidate.subscribe((candidate) => {
      if (candidate === undefined) return;
      const candidateInit = JSON.stringify(candidate.toJSON());
      this.#send({ case: "trickle", value: { candidateInit, target: SignalTarget.SUBSCRIBER } });
    });
    peer.connectionStateChange.subscribe((state) => {
      if (state === "failed" || state === "closed") this.#finish(undefined);
    });
    const everyMs = (join.pingInterval === 0 ? 10 : join.pingInterval) * 1000;
    this.#ping = setInterval(() => {
      this.#send({ case: "ping", value: BigInt(Date.now()) });
    }, everyMs);
    this.#state.update(join.otherParticipants);
    this.#choose();
  }

  /**
   * A room that is deleted does not always say so before it closes the connection: to come back has made a new one, which
   * stays empty. After a restart of its server the others come back as well.
   */
  #knowRoom(roomId: string): void {
    const { memory } = this.#args;
    const isAnother = memory.roomId !== undefined && memory.roomId !== roomId;
    memory.roomId = roomId;
    if (!isAnother) return;
    this.#emptyRoom = setTimeout(() => {
      if (this.#choice.video !== undefined || this.#choice.audio !== undefined) return;
      this.#finish({ code: "source-ended", message: "The room ended" });
    }, returnMs);
  }

  async #answer({ sdp, id }: SessionDescription): Promise<void> {
    const peer = this.#peer;
    if (peer === undefined) return;
    await peer.setRemoteDescription({ type: "offer", sdp });
    const candidate = this.#args.mediaCandidate;
    if (candidate !== undefined) await peer.addIceCandidate({ candidate, sdpMLineIndex: 0 });
    await peer.setLocalDescription(await peer.createAnswer());
    const answer = peer.localDescription?.sdp ?? "";
    this.#send({ case: "answer", value: { type: "answer", sdp: answer, id } });
  }

  #choose(): void {
    const { wish } = this.#args;
    const next = chooseTracks(this.#state.participants, wish, this.#choice);
    const chosen = [next.video, next.audio].flatMap((track) => track ?? []);
    const secret = chosen.find(({ isEncrypted }) => isEncrypted);
    if (secret !== undefined) {
      const message = `The track ${secret.sid} of ${secret.identity} is encrypted end to end, so that nobody but its receivers can record it`;
      this.#finish({ code: "source-refused", message });
      return;
    }
    const before = [this.#choice.video?.sid, this.#choice.audio?.sid];
    const after = chosen.map(({ sid }) => sid);
    // A track that is gone stays known: who publishes anew goes on.
    this.#choice = { ...this.#choice, ...next };
    const added = after.filter((sid) => !before.includes(sid));
    const removed = before.filter((sid) => sid !== undefined && !after.includes(sid));
    this.#subscribe(added, true);
    this.#subscribe(
      removed.flatMap((sid) => sid ?? []),
      false,
    );
    if (added.length > 0) {
      const quality = VideoQuality.HIGH;
      this.#send({ case: "trackSetting", value: { trackSids: added, quality } });
    }
  }

  #subscribe(trackSids: string[], subscribe: boolean): void {
    if (trackSids.length > 0) {
      this.#send({ case: "subscription", value: { trackSids, subscribe } });
    }
  }

  #leave({ reason, action }: LeaveRequest): void {
    const message = finals[reason];
    if (message !== undefined && action === LeaveRequest_Action.DISCONNECT) {
      this.#finish({ code: "source-ended", message });
    } else {
      this.#finish(undefined);
    }
  }
}

/** Receives one video and one audio track of a LiveKit room. */
export async function connectRoom(args: RoomArgs): Promise<Link> {
  const { dispatcher, signal } = args;
  const socket = new WebSocket(addressOf(args), { ...(dispatcher && { dispatcher }) });
  socket.binaryType = "arraybuffer";
  const link = new RoomLink(args, socket);
  try {
    await opened(socket, signal);
    return link;
  } catch (error) {
    await link.close();
    throw error;
  }
}
