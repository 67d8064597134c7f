import { createReadStream } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { Type, type Static } from "typebox";
import { root } from "../../../tools/paths.ts";

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
  const hls = new Hls({ startLevel: 0, maxBufferLength: 3 });
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
  const listening = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    seen.loudest = Math.max(seen.loudest, ...samples.map(Math.abs));
  }, 100);
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

/** Serves the player on loopback, on a port that is free. */
export async function servePlayer(): Promise<{ url: string; server: Server }> {
  const library = join(root, "node_modules/hls.js/dist/hls.min.js");
  const server = createServer((request, response) => {
    const isLibrary = request.url === "/hls.js";
    response.setHeader("content-type", isLibrary ? "text/javascript" : "text/html");
    if (isLibrary) createReadStream(library).pipe(response);
    else response.end(page);
  });
  const listening = Promise.withResolvers<undefined>();
  server.listen(0, "127.0.0.1", () => {
    listening.resolve(undefined);
  });
  await listening.promise;
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, server };
}
