import { spawn, type ChildProcessByStdio } from "node:child_process";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import { onTestFinished } from "vitest";
import { binFolder, root } from "../../../tools/paths.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const apiKey = "tests";
const apiSecret = "a secret of the tests, of some length";

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

function token(identity: string, video: object): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const body = { iss: apiKey, sub: identity, exp: Math.floor(Date.now() / 1000) + 600, video };
  const signed = `${part({ alg: "HS256", typ: "JWT" })}.${part(body)}`;
  return `${signed}.${createHmac("sha256", apiSecret).update(signed).digest("base64url")}`;
}

/** Who sends the pattern into a room, until it is told otherwise. */
export interface Publisher {
  readonly say: (command: string) => void;
  /** Without a word, as when the network is gone. */
  readonly kill: () => void;
}

export interface PublisherArgs {
  readonly room: string;
  readonly codec: "h264" | "vp8";
  /** The second with which its counter begins. */
  readonly from?: number;
  /** Whether its microphone is published and sends nothing. */
  readonly isMute?: boolean;
}

export class LivekitServer {
  readonly apiKey = apiKey;
  readonly apiSecret = apiSecret;
  readonly url: string;
  readonly #http: string;

  readonly mediaPort: number;

  private constructor(port: number, mediaPort: number) {
    this.mediaPort = mediaPort;
    this.url = `ws://127.0.0.1:${port}`;
    this.#http = `http://127.0.0.1:${port}`;
  }

  /** What a recorder of its rooms has in its environment. */
  recorderEnv() {
    return {
      SOURCE_KINDS: "livekit",
      LIVEKIT_URL: this.url,
      LIVEKIT_API_KEY: this.apiKey,
      LIVEKIT_API_SECRET: this.apiSecret,
      LIVEKIT_MEDIA_PORT: String(this.mediaPort),
    };
  }

  /** One server of rooms, on the loopback. */
  static async start(): Promise<LivekitServer> {
    const [port, udp] = [await freePort(), await freePort()];
    const config = {
      port,
      bind_addresses: ["127.0.0.1"],
      rtc: {
        udp_port: udp,
        // With a port it would listen on every address.
        tcp_port: 0,
        node_ip: "127.0.0.1",
        enable_loopback_candidate: true,
        interfaces: { includes: ["lo"] },
      },
      keys: { [apiKey]: apiSecret },
      logging: { level: "error" },
    };
    const file = join(temporaryFolder("livekit-"), "config.json");
    writeFileSync(file, JSON.stringify(config));
    const child = spawn(join(binFolder, "livekit-server"), ["--config", file], { stdio: "ignore" });
    onTestFinished(() => {
      child.kill("SIGKILL");
    });
    let ended: Error | undefined;
    child.once("error", (error) => {
      ended = new Error("livekit-server did not start: npm run test:rooms builds it", {
        cause: error,
      });
    });
    child.once("exit", (code) => {
      ended ??= new Error(`livekit-server ended with ${code}`);
    });
    const server = new LivekitServer(port, udp);
    while (!(await server.#answers())) {
      if (ended !== undefined) throw ended;
      await pause(100);
    }
    return server;
  }

  async #answers(): Promise<boolean> {
    try {
      return (await fetch(this.#http)).ok;
    } catch {
      return false;
    }
  }

  async deleteRoom(room: string): Promise<void> {
    const response = await fetch(`${this.#http}/twirp/livekit.RoomService/DeleteRoom`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        authorization: `Bearer ${token("tests", { roomCreate: true })}`,
      },
      body: JSON.stringify({ room }),
    });
    if (!response.ok) throw new Error(`The room was not deleted: ${response.status}`);
  }

  async publish({ room, codec, from = 0, isMute = false }: PublisherArgs): Promise<Publisher> {
    const program = join(root, "test/support/programs/room-publisher.ts");
    const entry = token("publisher", { room, roomJoin: true, canPublish: true });
    const child: ChildProcessByStdio<Writable, Readable, null> = spawn(
      process.execPath,
      [program, this.url, entry, codec, String(from), isMute ? "mute" : ""],
      { stdio: ["pipe", "pipe", "ignore"] },
    );
    const kill = (): void => {
      child.kill("SIGKILL");
    };
    onTestFinished(kill);
    await new Promise<void>((resolve, reject) => {
      child.stdout.once("data", () => {
        resolve();
      });
      child.once("close", (code) => {
        reject(new Error(`The publisher ended with ${code}`));
      });
    });
    return { say: (command) => child.stdin.write(`${command}\n`), kill };
  }
}
