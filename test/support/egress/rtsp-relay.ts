import { createServer, type AddressInfo, type Socket } from "node:net";

/** A server of RTSP over one TCP connection each: what ffmpeg announces to it is played to the first who asks. */

interface Request {
  readonly method: string;
  readonly url: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

interface Heard {
  readonly onRequest: (request: Request) => void;
  readonly onMedia: (frame: Buffer) => void;
}

const dollar = 0x24;
const headEnd = "\r\n\r\n";

/** Splits what comes: requests, and frames of media between them (RFC 2326, 10.12). */
function hear(socket: Socket, { onRequest, onMedia }: Heard): void {
  let data = Buffer.alloc(0);
  const takeFrame = (): boolean => {
    const size = data.length < 4 ? Number.POSITIVE_INFINITY : 4 + data.readUInt16BE(2);
    if (data.length < size) return false;
    onMedia(data.subarray(0, size));
    data = data.subarray(size);
    return true;
  };
  const takeRequest = (): boolean => {
    const end = data.indexOf(headEnd);
    if (end < 0) return false;
    const [first = "", ...lines] = data.toString("latin1", 0, end).split("\r\n");
    const pairs = lines.map((line) => line.split(/:\s*(.*)/, 2) as [string, string]);
    const headers = new Map(pairs.map(([name, value]) => [name.toLowerCase(), value]));
    const from = end + headEnd.length;
    const length = Number(headers.get("content-length") ?? 0);
    if (data.length < from + length) return false;
    const [method = "", url = ""] = first.split(" ");
    onRequest({ method, url, headers, body: data.toString("utf8", from, from + length) });
    data = data.subarray(from + length);
    return true;
  };
  socket.on("error", () => undefined);
  socket.on("data", (chunk) => {
    data = Buffer.concat([data, chunk]);
    while (data.length > 0 && (data[0] === dollar ? takeFrame() : takeRequest()));
  });
}

interface Sent {
  readonly lines?: readonly string[];
  readonly body?: string;
}

function answer(socket: Socket, { headers }: Request, { lines = [], body = "" }: Sent = {}): void {
  const head = [
    ...["RTSP/1.0 200 OK", `CSeq: ${headers.get("cseq") ?? 0}`, "Session: 1", ...lines],
    ...(body === "" ? [] : [`Content-Length: ${Buffer.byteLength(body)}`]),
  ];
  socket.write(`${head.join("\r\n")}${headEnd}${body}`);
}

/** Of `…/streamid=1` and `interleaved=2-3`: which track is on which channel. */
function trackOf({ url, headers }: Request): [track: number, channel: number] {
  const [, track = "0"] = /streamid=(\d+)/.exec(url) ?? [];
  const [, channel = "0"] = /interleaved=(\d+)/.exec(headers.get("transport") ?? "") ?? [];
  return [Number(track), Number(channel)];
}

interface RelayArgs {
  /** Has ffmpeg announce its stream there, once somebody asks for it. */
  readonly publish: (url: string) => void;
  /** The number of a track that is announced and not sent. Who then does without it asks again. */
  readonly without?: number | undefined;
}

class Relay {
  readonly #publish: (url: string) => void;
  readonly #without: number | undefined;
  readonly #waiting: Buffer[] = [];
  readonly #described = Promise.withResolvers<string>();
  readonly #trackOf = new Map<number, number>();
  readonly #channelOf = new Map<number, number>();
  #player: Socket | undefined;
  #isAsked = false;
  #sdp = "";

  constructor({ publish, without }: RelayArgs) {
    this.#publish = publish;
    this.#without = without;
  }

  readonly take = (socket: Socket): void => {
    let isPublisher = false;
    hear(socket, {
      onRequest: (request) => {
        isPublisher ||= request.method === "ANNOUNCE";
        void this.#answer(socket, request, isPublisher);
      },
      onMedia: (frame) => {
        if (isPublisher) this.#pass(Buffer.from(frame));
      },
    });
    socket.on("close", () => {
      if (isPublisher) this.#player?.end();
    });
  };

  async #answer(socket: Socket, request: Request, isPublisher: boolean): Promise<void> {
    const { method, headers, url, body } = request;
    if (method === "ANNOUNCE") this.#sdp = body;
    if (method === "RECORD") this.#described.resolve(this.#sdp);
    if (method === "SETUP") {
      const [track, channel] = trackOf(request);
      if (isPublisher) this.#trackOf.set(channel, track);
      else this.#channelOf.set(track, channel);
      answer(socket, request, { lines: [`Transport: ${headers.get("transport") ?? ""}`] });
    } else if (method === "DESCRIBE") {
      // Once: a stream that has ended does not begin anew.
      if (this.#isAsked && this.#without === undefined) {
        socket.destroy();
        return;
      }
      if (!this.#isAsked) this.#publish(url);
      this.#isAsked = true;
      const lines = ["Content-Type: application/sdp", `Content-Base: ${url}/`];
      answer(socket, request, { lines, body: await this.#described.promise });
    } else {
      answer(socket, request);
      if (method === "PLAY") this.#play(socket);
    }
  }

  #play(socket: Socket): void {
    this.#player = socket;
    for (const frame of this.#waiting.splice(0)) this.#pass(frame);
  }

  /** Media on the channel that the reader has chosen for the track; the odd one after it has its reports. */
  #pass(frame: Buffer): void {
    if (this.#player === undefined) {
      this.#waiting.push(frame);
      return;
    }
    const channel = frame[1] ?? 0;
    const track = this.#trackOf.get(channel - (channel % 2)) ?? 0;
    if (track === this.#without) return;
    frame[1] = (this.#channelOf.get(track) ?? 0) + (channel % 2);
    this.#player.write(frame);
  }
}

export async function startRtspRelay(args: RelayArgs) {
  const relay = new Relay(args);
  const server = createServer(relay.take);
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return { url: `rtsp://127.0.0.1:${port}/live`, close: () => server.close() };
}
