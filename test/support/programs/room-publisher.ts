/**
 * Publishes the pattern in a LiveKit room and says "published". Each line of stdin is a command: `size 320x180` goes on in
 * another size, `leave` ends it.
 * Arguments: the server's address, a token, the codec, the second with which the counter begins, and `mute` where the
 * microphone is to send nothing.
 */
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import {
  AudioFrame,
  AudioSource,
  dispose,
  LocalAudioTrack,
  LocalVideoTrack,
  Room,
  TrackPublishOptions,
  TrackSource,
  VideoBufferType,
  VideoCodec,
  VideoFrame,
  VideoSource,
} from "@livekit/rtc-node";
import { beepPiece, drawPicture, pattern } from "../egress/pattern.ts";

const [url = "", token = "", codec = "h264", first = "0", mute = ""] = process.argv.slice(2);
const room = new Room();
await room.connect(url, token, { autoSubscribe: false, dynacast: false });

let size: { width: number; height: number } = pattern;
const pictures = new VideoSource(size.width, size.height);
const sounds = new AudioSource(pattern.sampleRate, 1, 0);
const camera = LocalVideoTrack.createVideoTrack("camera", pictures);
const microphone = LocalAudioTrack.createAudioTrack("microphone", sounds);

const video = new TrackPublishOptions({
  source: TrackSource.SOURCE_CAMERA,
  simulcast: false,
  videoCodec: codec === "h264" ? VideoCodec.H264 : VideoCodec.VP8,
  videoEncoding: { maxBitrate: 1_500_000n, maxFramerate: pattern.rate },
});
const audio = new TrackPublishOptions({
  source: TrackSource.SOURCE_MICROPHONE,
  dtx: false,
  red: false,
});
await room.localParticipant?.publishTrack(camera, video);
await room.localParticipant?.publishTrack(microphone, audio);
process.stdout.write("published\n");

let leaving = false;
createInterface({ input: process.stdin }).on("line", (line) => {
  const [command, argument = ""] = line.split(" ");
  if (command === "leave") leaving = true;
  if (command === "size") {
    const [width = 0, height = 0] = argument.split("x").map(Number);
    size = { width, height };
  }
});

const started = performance.now() + 200;

/** Calls once in each interval, on time in the long run. */
async function each(intervalMs: number, send: (n: number) => Promise<void> | void): Promise<void> {
  for (let n = 0; !leaving; n += 1) {
    const wait = started + n * intervalMs - performance.now();
    if (wait > 1) await pause(wait);
    await send(n);
  }
}

const begin = Number(first);
await Promise.all([
  each(1000 / pattern.rate, (n) => {
    const data = new Uint8Array((size.width * size.height * 3) / 2);
    drawPicture(data, begin * pattern.rate + n, size);
    // When it is shown, as a camera says: of times that were planned a busy machine would make others.
    const at = BigInt(Math.round(performance.now() * 1000));
    pictures.captureFrame(new VideoFrame(data, size.width, size.height, VideoBufferType.I420), at);
  }),
  each(10, async (n) => {
    if (mute !== "") return;
    const samples = beepPiece(begin * 100 + n);
    await sounds.captureFrame(new AudioFrame(samples, pattern.sampleRate, 1, samples.length));
  }),
]);
await room.disconnect();
await dispose();
process.exit(0);
