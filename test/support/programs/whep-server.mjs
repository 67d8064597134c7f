/**
 * A WHEP server on the loopback that sends the pattern by libwebrtc, whose sender reports are exact. It prints its address.
 * Arguments: the seconds that it sends, from the first offer that it takes or a minute after its start, and the statuses by which it refuses the first offers.
 */
import { createServer } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import wrtc from "@roamhq/wrtc";
import { beepPiece, drawPicture, pattern } from "../egress/pattern.ts";

const { RTCPeerConnection, nonstandard } = wrtc;
const [seconds = "30", statuses = ""] = process.argv.slice(2);
const pictures = new nonstandard.RTCVideoSource();
const sounds = new nonstandard.RTCAudioSource();
const tracks = [pictures.createTrack(), sounds.createTrack()];
/** What the first offers are answered instead, as `404,503`. */
const refusals = statuses === "" ? [] : statuses.split(",").map(Number);
const peers = [];
const asked = Promise.withResolvers();

async function answerOffer(sdp) {
  const peer = new RTCPeerConnection({});
  peers.push(peer);
  for (const track of tracks) peer.addTrack(track);
  asked.resolve();
  await peer.setRemoteDescription({ type: "offer", sdp });
  await peer.setLocalDescription(await peer.createAnswer());
  while (peer.iceGatheringState !== "complete") await pause(10);
  return peer.localDescription?.sdp ?? "";
}

const server = createServer((request, response) => {
  if (request.method === "DELETE") {
    for (const peer of peers.splice(0)) peer.close();
    response.writeHead(200).end();
    return;
  }
  const refusal = refusals.shift();
  if (refusal !== undefined) {
    response.writeHead(refusal).end();
    return;
  }
  let body = "";
  request.setEncoding("utf8").on("data", (chunk) => {
    body += chunk;
  });
  request.on("end", () => {
    answerOffer(body).then(
      (sdp) => {
        response
          .writeHead(201, { "content-type": "application/sdp", location: "/whep/session" })
          .end(sdp);
      },
      (error) => {
        response.writeHead(500).end(String(error));
      },
    );
  });
});

/** Calls once in each interval, on time in the long run. */
async function each(intervalMs, started, send) {
  const count = Math.round((Number(seconds) * 1000) / intervalMs);
  for (let n = 0; n < count; n += 1) {
    const wait = started + n * intervalMs - performance.now();
    if (wait > 1) await pause(wait);
    send(n);
  }
}

server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  process.stdout.write(`http://127.0.0.1:${port}/whep\n`);
});

const { width, height, rate, sampleRate } = pattern;
const data = new Uint8Array((width * height * 3) / 2);
await Promise.race([asked.promise, pause(60_000)]);
const started = performance.now() + 300;
await Promise.all([
  each(1000 / rate, started, (n) => {
    drawPicture(data, n);
    pictures.onFrame({ width, height, data });
  }),
  each(10, started, (n) => {
    const samples = beepPiece(n);
    sounds.onData({
      samples,
      sampleRate,
      bitsPerSample: 16,
      channelCount: 1,
      numberOfFrames: samples.length,
    });
  }),
]);
process.exit(0);
