import { createReadStream } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { chromium, type Page } from "playwright-core";
import { Type, type Static } from "typebox";
import { Value } from "typebox/value";
import { root } from "../../tools/paths.ts";

/** What the page tells when the video has ended, or when it gave up. */
export const Played = Type.Object({
  ended: Type.Boolean(),
  /** Media seconds. */
  time: Type.Number(),
  duration: Type.Number(),
  /** Picture heights of the levels that the playlist offers, and of those that were played, in order. */
  offered: Type.Array(Type.Integer()),
  played: Type.Array(Type.Integer()),
  errors: Type.Array(Type.Object({ fatal: Type.Boolean(), details: Type.String() })),
  frames: Type.Integer({ description: "Frames that were shown" }),
  corrupted: Type.Integer({ description: "Frames that could not be decoded" }),
  loudest: Type.Number({ description: "Largest sample heard, 0 to 1" }),
});
export type Played = Static<typeof Played>;

/** What the page tells when it has played on for a while from another place. */
export const Sought = Type.Object({
  /** Media seconds. */
  time: Type.Number(),
  loudest: Type.Number({ description: "Largest sample heard, 0 to 1" }),
  brightest: Type.Number({
    description: "Largest mean of a picture's red, green and blue, 0 to 255",
  }),
});
export type Sought = Static<typeof Sought>;

/**
 * A page as anybody would write it: hls.js and a video element. It starts with the lowest level, goes up to
 * the highest after a second, and listens to the sound. No file of it comes from the network.
 */
const page = `<!doctype html>
<meta charset="utf-8">
<title>Framewright player</title>
<style>body { margin: 0; background: #111 } video { width: 100vw; height: 100vh }</style>
<video id="video"></video>
<script src="/hls.js"></script>
<script>
  const source = new URLSearchParams(location.search).get("source");
  const video = document.getElementById("video");
  const seen = { offered: [], played: [], errors: [], loudest: 0 };
  // What was played is forgotten, so that seeking back loads it again.
  const hls = new Hls({ startLevel: 0, maxBufferLength: 3, backBufferLength: 1 });
  hls.on(Hls.Events.ERROR, (_, { fatal, details }) => {
    seen.errors.push({ fatal, details });
    if (fatal) finish(false);
  });
  hls.on(Hls.Events.MANIFEST_PARSED, (_, { levels }) => {
    seen.offered = levels.map(({ height }) => height);
    hls.currentLevel = 0;
    video.play().catch((error) => {
      seen.errors.push({ fatal: true, details: String(error) });
      finish(false);
    });
  });
  hls.on(Hls.Events.FRAG_CHANGED, (_, { frag }) => {
    seen.played.push(hls.levels[frag.level].height);
  });
  const audio = new AudioContext();
  const analyser = audio.createAnalyser();
  audio.createMediaElementSource(video).connect(analyser).connect(audio.destination);
  const samples = new Float32Array(analyser.fftSize);
  function loudness() {
    analyser.getFloatTimeDomainData(samples);
    return Math.max(...samples.map(Math.abs));
  }
  const canvas = new OffscreenCanvas(16, 9).getContext("2d", { willReadFrequently: true });
  function brightness() {
    canvas.drawImage(video, 0, 0, 16, 9);
    const values = [...canvas.getImageData(0, 0, 16, 9).data].filter((_, at) => at % 4 < 3);
    return values.reduce((sum, value) => sum + value, 0) / values.length;
  }
  const listening = setInterval(() => {
    seen.loudest = Math.max(seen.loudest, loudness());
  }, 100);
  async function playFrom(from, seconds) {
    const heard = { loudest: 0, brightest: 0 };
    video.currentTime = from;
    await video.play();
    while (video.currentTime < from + seconds && !video.ended) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      heard.loudest = Math.max(heard.loudest, loudness());
      if (!video.seeking) heard.brightest = Math.max(heard.brightest, brightness());
    }
    return { ...heard, time: video.currentTime };
  }
  function finish(ended) {
    clearInterval(listening);
    const quality = video.getVideoPlaybackQuality();
    window.result = {
      ...seen,
      ended,
      time: video.currentTime,
      duration: video.duration || 0,
      frames: quality.totalVideoFrames - quality.droppedVideoFrames,
      corrupted: quality.corruptedVideoFrames,
    };
  }
  video.addEventListener("timeupdate", function goUp() {
    if (video.currentTime < 1) return;
    video.removeEventListener("timeupdate", goUp);
    hls.currentLevel = hls.levels.length - 1;
  });
  video.addEventListener("ended", () => finish(true));
  hls.loadSource(source);
  hls.attachMedia(video);
</script>`;

/** Serves the page on loopback, on a port that is free, and the files of a folder under /files. */
async function servePlayer(folder: string): Promise<{ url: string; server: Server }> {
  const library = join(root, "node_modules/hls.js/dist/hls.min.js");
  const server = createServer(({ url = "/" }, response) => {
    const isFile = url.startsWith("/files/");
    const path = isFile ? join(folder, url.slice("/files/".length)) : library;
    if (isFile || url === "/hls.js") {
      response.setHeader("content-type", isFile ? "application/octet-stream" : "text/javascript");
      createReadStream(path)
        .on("error", () => response.writeHead(404).end())
        .pipe(response);
    } else {
      response.setHeader("content-type", "text/html");
      response.end(page);
    }
  });
  const listening = Promise.withResolvers<undefined>();
  server.listen(0, "127.0.0.1", () => {
    listening.resolve(undefined);
  });
  await listening.promise;
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, server };
}

/** A video that has been played to its end, or to an error; the page is still open. */
export interface Playback {
  readonly played: Played;
  readonly page: Page;
  /** Plays on from a time for so many seconds. */
  readonly playFrom: (from: number, seconds: number) => Promise<Sought>;
}

export interface Player {
  /** Plays a master playlist; an address that begins with `/files/` is one of the player's own folder. */
  readonly play: (source: string) => Promise<Playback>;
  readonly close: () => Promise<void>;
}

/** Playing takes as long as the video; the rest is patience with a busy machine. */
const timeout = 180_000;

/** Starts a browser that plays with hls.js. */
export async function startPlayer(folder = root): Promise<Player> {
  const { url, server } = await servePlayer(folder);
  const browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--autoplay-policy=no-user-gesture-required"],
  });
  return {
    play: async (source) => {
      const opened = await browser.newPage({ viewport: { width: 960, height: 540 } });
      await opened.goto(`${url}/?source=${encodeURIComponent(new URL(source, url).href)}`);
      const handle = await opened.waitForFunction("window.result", undefined, { timeout });
      const played = Value.Parse(Played, await handle.jsonValue());
      const playFrom = async (from: number, seconds: number): Promise<Sought> =>
        Value.Parse(Sought, await opened.evaluate(`playFrom(${from}, ${seconds})`));
      return { played, page: opened, playFrom };
    },
    close: async () => {
      await browser.close();
      server.close();
    },
  };
}
