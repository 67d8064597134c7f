import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { freePort } from "../../tools/services/free-port.ts";
import { ffmpegPath } from "../support/clips.ts";
import { startRtspRelay } from "../support/egress/rtsp-relay.ts";

/** Thirty pictures a second with a key picture in each, and a tone. */
const pattern = [
  ...["-nostdin", "-v", "error", "-re", "-f", "lavfi", "-i", "testsrc2=size=320x180:rate=30"],
  ...["-re", "-f", "lavfi", "-i", "sine", "-c:v", "libx264", "-preset", "ultrafast"],
  ...["-g", "30", "-c:a", "aac"],
];

const loud = "gte(t,1)*lt(mod(t,1),0.1)";
const flashing = `color=black:size=640x360:rate=30,drawbox=color=white:t=fill:enable='${loud}'`;
const beeping = `aevalsrc='0.7*sin(2*PI*1000*t)*${loud}':s=48000`;

/** As {@link pattern}, with a flash and a beep at each second, by one clock. */
const flashingPattern = [
  ...["-nostdin", "-v", "error", "-re", "-f", "lavfi", "-i", flashing],
  ...["-re", "-f", "lavfi", "-i", beeping],
  ...["-c:v", "libx264", "-preset", "ultrafast", "-g", "30", "-c:a", "aac"],
];

export interface LiveSource {
  readonly url: string;
  close(): void;
}

/** One that can be connected to again, once it is renewed. */
export interface LastingSource extends LiveSource {
  /** @param awayMs until it is there again */
  renew(awayMs?: number): void;
}

function start(args: readonly string[], shown = pattern): ChildProcess {
  // It ends with the test process, however that ends.
  return spawn("setpriv", ["--pdeathsig", "KILL", "--", ffmpegPath, ...shown, ...args], {
    stdio: "ignore",
  });
}

/** A server of RTMP that sends so many seconds to the first who connects. */
export async function rtmpSource(seconds: number): Promise<LiveSource> {
  const url = `rtmp://127.0.0.1:${await freePort()}/app/key`;
  const child = start(["-t", String(seconds), "-f", "flv", "-listen", "1", url]);
  return { url, close: () => child.kill("SIGKILL") };
}

/** As {@link rtmpSource}, with a flash and a beep at each second. */
export async function flashingRtmpSource(seconds: number): Promise<LiveSource> {
  const url = `rtmp://127.0.0.1:${await freePort()}/app/key`;
  const args = ["-t", String(seconds), "-f", "flv", "-listen", "1", url];
  const child = start(args, flashingPattern);
  return { url, close: () => child.kill("SIGKILL") };
}

/** A listener of SRT that sends flashes and beeps to the first caller. */
export async function flashingSrtSource(seconds: number): Promise<LiveSource> {
  const url = `srt://127.0.0.1:${await freePort()}`;
  const args = ["-t", String(seconds), "-f", "mpegts", `${url}?mode=listener`];
  const child = start(args, flashingPattern);
  return { url, close: () => child.kill("SIGKILL") };
}

/** Drops all sound, and has pictures wait for none. */
const mute = ["-bsf:a", "noise=drop=gte(n\\,0)", "-max_interleave_delta", "100000"];

interface Muted {
  /** Whether its sound is announced and not sent. */
  readonly isMute?: boolean;
}

/** A server of RTSP that sends flashes and beeps to the first who asks. */
export async function flashingRtspSource(
  seconds: number,
  { isMute = false }: Muted = {},
): Promise<LiveSource> {
  let child: ChildProcess | undefined;
  const relay = await startRtspRelay({
    publish: (to) => {
      child = start(
        ["-t", String(seconds), "-f", "rtsp", "-rtsp_transport", "tcp", to],
        flashingPattern,
      );
    },
    // ffmpeg announces the pictures first.
    without: isMute ? 1 : undefined,
  });
  return {
    url: relay.url,
    close: () => {
      relay.close();
      child?.kill("SIGKILL");
    },
  };
}

/** A listener of SRT that is there again when its caller has gone. */
export async function srtSource({ isMute = false }: Muted = {}): Promise<LastingSource> {
  const port = await freePort();
  let isOver = false;
  let awayMs = 0;
  let child: ChildProcess;
  const next = (): void => {
    if (isOver) return;
    const sound = isMute ? mute : [];
    child = start([...sound, "-f", "mpegts", `srt://127.0.0.1:${port}?mode=listener`]);
    child.once("exit", () => {
      setTimeout(next, awayMs);
    });
  };
  next();
  return {
    url: `srt://127.0.0.1:${port}`,
    // Else it waits five seconds for a caller that was killed.
    renew: (ms = 0) => {
      awayMs = ms;
      child.kill("SIGKILL");
    },
    close: () => {
      isOver = true;
      child.kill("SIGKILL");
    },
  };
}

/** As {@link hlsSource}, with a flash and a beep at each second. */
export const flashingHlsSource = (seconds: number) => hlsSource(seconds, flashingPattern);

/** A server of HLS whose playlist grows for so many seconds once it is asked for, and then ends. */
export async function hlsSource(seconds: number, shown = pattern): Promise<LiveSource> {
  const folder = mkdtempSync(join(tmpdir(), "hls-source-"));
  const port = await freePort();
  let child: ChildProcess | undefined;
  const server = createServer((request, response) => {
    child ??= start(
      [
        ...["-t", String(seconds), "-f", "hls", "-hls_time", "1", "-hls_playlist_type", "event"],
        ...["-hls_flags", "temp_file", join(folder, "live.m3u8")],
      ],
      shown,
    );
    readFile(join(folder, basename(request.url ?? ""))).then(
      (data) => response.end(data),
      () => response.writeHead(404).end(),
    );
  });
  server.listen(port, "127.0.0.1");
  return {
    url: `http://127.0.0.1:${port}/live.m3u8`,
    close: () => {
      server.close();
      child?.kill("SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
