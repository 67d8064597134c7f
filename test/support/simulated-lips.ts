// Simulated: a service that follows contracts/lip-sync.ts and inverts the pictures instead of moving lips.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { lipSyncPath } from "@framewright/contracts/lip-sync.ts";
import { exec } from "../../tools/exec.ts";
import { ffmpegPath } from "./clips.ts";

export interface SimulatedLips {
  readonly url: string;
  /** The voices that came, as WAV, in the order in which they came. */
  readonly voices: Buffer[];
  /** `refuses` every piece, or sends one that is `short` by a picture. */
  mode: "works" | "refuses" | "short";
  close: () => Promise<void>;
}

/** The files of a form by the names of their parts. */
function filesOf(body: Buffer, type: string): ReadonlyMap<string, Buffer> {
  const boundary = `--${/boundary=(.+)$/.exec(type)?.[1] ?? ""}`;
  const text = body.toString("latin1");
  const parts = text.split(boundary).slice(1, -1);
  return new Map(
    parts.map((part) => {
      const head = part.indexOf("\r\n\r\n");
      const name = /name="([^"]+)"/.exec(part.slice(0, head))?.[1] ?? "";
      return [name, Buffer.from(part.slice(head + 4, -2), "latin1")];
    }),
  );
}

const encoder = "-c:v libx264 -preset ultrafast -pix_fmt yuv420p -an -f mp4".split(" ");

async function inverted(folder: string, video: Buffer, isShort: boolean): Promise<Buffer> {
  const [from, to] = [join(folder, "in.mp4"), join(folder, "out.mp4")];
  writeFileSync(from, video);
  const filter = isShort ? "negate,trim=start_frame=1,setpts=PTS-STARTPTS" : "negate";
  const quiet = ["-nostdin", "-v", "error", "-y"];
  await exec(ffmpegPath, [...quiet, "-i", from, "-vf", filter, ...encoder, to]);
  return readFileSync(to);
}

export async function startSimulatedLips(): Promise<SimulatedLips> {
  const root = mkdtempSync(join(tmpdir(), "framewright-lips-"));
  const voices: Buffer[] = [];
  const answer = async (request: IncomingMessage): Promise<readonly [number, string | Buffer]> => {
    const body = await buffer(request);
    if (request.url === "/v1/models") return [200, JSON.stringify({ data: [{ id: "lips-1" }] })];
    if (request.url !== lipSyncPath) return [404, JSON.stringify({ error: { message: "no" } })];
    if (lips.mode === "refuses") {
      return [422, JSON.stringify({ error: { message: "There are two faces.", code: "faces" } })];
    }
    const files = filesOf(body, request.headers["content-type"] ?? "");
    voices.push(files.get("audio") ?? Buffer.alloc(0));
    const folder = mkdtempSync(join(root, "piece-"));
    return [
      200,
      await inverted(folder, files.get("video") ?? Buffer.alloc(0), lips.mode === "short"),
    ];
  };
  const server = createServer((request, response) => {
    answer(request).then(
      ([status, content]) => response.writeHead(status).end(content),
      (error: unknown) => response.destroy(error as Error),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const lips: SimulatedLips = {
    ...{ url: `http://127.0.0.1:${port}`, voices, mode: "works" },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(root, { recursive: true });
    },
  };
  return lips;
}
