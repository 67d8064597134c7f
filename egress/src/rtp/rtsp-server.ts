import { randomUUID } from "node:crypto";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import {
  describeSession,
  streamKinds,
  streams,
  type StreamKind,
  type VideoFormat,
} from "./describe.ts";

/** What one ffmpeg is given to read. */
export interface Offer {
  readonly video: VideoFormat | undefined;
  /** The RTP timestamp of each stream where the recording's time is 0. */
  readonly originOf: (kind: StreamKind) => number;
}

export interface RtspServerArgs {
  /** Resolves once there is something to read; asked again by each ffmpeg. */
  readonly offer: () => Promise<Offer>;
  /** The reader is ready: what follows is written to it. */
  readonly onPlay: (reader: Reader) => void;
}

/** One ffmpeg, which reads all streams through one connection: nothing is lost or reordered on the way. */
export interface Reader {
  readonly send: (kind: StreamKind, packet: Buffer) => void;
  /** Nothing follows: ffmpeg finishes what it writes. */
  readonly end: () => void;
  readonly closed: Promise<void>;
}

interface Request {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

const dollar = 0x24;
const headEnd = "\r\n\r\n";

/** A reader this far behind is not a slow disk; its ffmpeg hangs. */
const mostBuffered = 64 * 1024 * 1024;

function parseRequest(head: string): Request {
  const [first = "", ...lines] = head.split("\r\n");
  const [method = "", url = ""] = first.split(" ");
  const headers = Object.fromEntries(
    lines.map((line) => {
      const at = line.indexOf(":");
      return [line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()];
    }),
  );
  return { method, url, headers };
}

/** Requests in what a reader sends; its RTCP reports between them (RFC 2326, 10.12) tell us nothing. */
export function takeRequests(data: Buffer): { requests: Request[]; rest: Buffer } {
  const requests: Request[] = [];
  let rest = data;
  for (;;) {
    if (rest[0] === dollar) {
      const size = rest.length < 4 ? undefined : 4 + rest.readUInt16BE(2);
      if (size === undefined || rest.length < size) return { requests, rest };
      rest = rest.subarray(size);
      continue;
    }
    const end = rest.indexOf(headEnd);
    if (end < 0) return { requests, rest };
    requests.push(parseRequest(rest.toString("latin1", 0, end)));
    rest = rest.subarray(end + headEnd.length);
  }
}

function reply(
  { headers }: Request,
  status: string,
  lines: readonly string[] = [],
  body = "",
): string {
  const sized = body === "" ? [] : [`Content-Length: ${Buffer.byteLength(body)}`];
  return [
    `RTSP/1.0 ${status}`,
    `CSeq: ${headers["cseq"] ?? "0"}`,
    ...lines,
    ...sized,
    "",
    body,
  ].join("\r\n");
}

function isKind(text: string): text is StreamKind {
  return Object.hasOwn(streams, text);
}

/** One connection. Each of its channels carries one stream. */
class Session {
  readonly #socket: Socket;
  readonly #args: RtspServerArgs;
  readonly #channels = new Map<StreamKind, number>();
  readonly #id = randomUUID();
  #offer: Offer | undefined;
  plays = false;

  constructor(socket: Socket, args: RtspServerArgs) {
    this.#socket = socket;
    this.#args = args;
  }

  async answer(request: Request): Promise<void> {
    switch (request.method) {
      case "OPTIONS":
        this.#say(request, "200 OK", ["Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN"]);
        return;
      case "DESCRIBE":
        await this.#describe(request);
        return;
      case "SETUP":
        this.#setUp(request);
        return;
      case "PLAY":
        this.#play(request);
        return;
      case "TEARDOWN":
        this.#say(request, "200 OK");
        this.#socket.end();
        return;
      default:
        this.#say(request, "200 OK", [`Session: ${this.#id}`]);
    }
  }

  #say(request: Request, status: string, lines: readonly string[] = [], body = ""): void {
    if (this.#socket.writable) this.#socket.write(reply(request, status, lines, body));
  }

  async #describe(request: Request): Promise<void> {
    this.#offer = await this.#args.offer();
    const lines = ["Content-Type: application/sdp", `Content-Base: ${request.url}/`];
    this.#say(request, "200 OK", lines, describeSession(this.#offer.video));
  }

  #setUp(request: Request): void {
    const kind = request.url.split("/").at(-1) ?? "";
    const transport = request.headers["transport"] ?? "";
    const channel = /interleaved=(\d+)/.exec(transport)?.[1];
    if (!isKind(kind) || channel === undefined) {
      this.#say(request, "461 Unsupported Transport");
      return;
    }
    this.#channels.set(kind, Number(channel));
    const pair = `${channel}-${Number(channel) + 1}`;
    this.#say(request, "200 OK", [
      `Session: ${this.#id};timeout=3600`,
      `Transport: RTP/AVP/TCP;unicast;interleaved=${pair}`,
    ]);
  }

  #play(request: Request): void {
    const base = request.url.replace(/\/$/, "");
    const offer = this.#offer;
    const info = streamKinds
      .filter((kind) => this.#channels.has(kind))
      .map((kind) => `url=${base}/${kind};seq=0;rtptime=${offer?.originOf(kind) ?? 0}`);
    this.#say(request, "200 OK", [
      `Session: ${this.#id}`,
      "Range: npt=0.000-",
      `RTP-Info: ${info.join(",")}`,
    ]);
    this.plays = true;
    this.#args.onPlay(this.#reader());
  }

  #reader(): Reader {
    const socket = this.#socket;
    return {
      send: (kind, packet) => {
        const channel = this.#channels.get(kind);
        if (channel === undefined || !socket.writable) return;
        const frame = Buffer.allocUnsafe(4);
        frame[0] = dollar;
        frame[1] = channel;
        frame.writeUInt16BE(packet.length, 2);
        socket.cork();
        socket.write(frame);
        socket.write(packet);
        socket.uncork();
        if (socket.writableLength > mostBuffered) {
          socket.destroy(new Error("ffmpeg does not read what it is sent"));
        }
      },
      end: () => {
        socket.end();
      },
      closed: new Promise((resolve) => {
        socket.once("close", () => {
          resolve();
        });
      }),
    };
  }
}

/**
 * Hands RTP to ffmpeg through RTSP on the loopback, all in one TCP connection: unlike over UDP nothing is lost when ffmpeg
 * waits for its disk, nobody else can send packets to it, and the origin of each stream's timestamps is said once and exactly.
 */
export class RtspServer {
  readonly #server: Server;
  readonly #sockets = new Map<Socket, Session>();
  /** Who does not know it reads nothing. */
  readonly #path = `/${randomUUID()}`;

  constructor(args: RtspServerArgs) {
    this.#server = createServer((socket) => {
      this.#accept(socket, args);
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(0, "127.0.0.1", resolve);
    });
    const address: AddressInfo | string | null = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    return `rtsp://127.0.0.1:${address.port}${this.#path}`;
  }

  /** Nothing will be offered any more: a reader that waits for its first packet gives up. */
  stopWaiting(): void {
    for (const [socket, session] of this.#sockets) if (!session.plays) socket.destroy();
    this.#server.close();
  }

  close(): void {
    for (const socket of this.#sockets.keys()) socket.destroy();
    this.#server.close();
  }

  #accept(socket: Socket, args: RtspServerArgs): void {
    socket.setNoDelay(true);
    const session = new Session(socket, args);
    this.#sockets.set(socket, session);
    let data: Buffer = Buffer.alloc(0);
    let order: Promise<void> = Promise.resolve();
    socket.on("data", (chunk) => {
      const { requests, rest } = takeRequests(Buffer.concat([data, chunk]));
      data = rest;
      for (const request of requests) {
        if (!new URL(request.url).pathname.startsWith(this.#path)) {
          socket.destroy();
          return;
        }
        order = order.then(() => session.answer(request));
        order.catch(() => socket.destroy());
      }
    });
    // A reader that was killed resets its connection; `close` follows.
    socket.on("error", () => undefined);
    socket.on("close", () => this.#sockets.delete(socket));
  }
}
