import { describe, expect, it } from "vitest";
import { originOf } from "../../../egress/src/rtp/part-writer.ts";
import { RtpSession, type TrackInput } from "../../../egress/src/rtp/rtp-session.ts";
import type { Offer } from "../../../egress/src/rtp/rtsp-server.ts";
import { keepingReader, packet, together, units } from "./feed.ts";

const start = together(units.sps, units.pps, units.key);
const sound = Buffer.from([0xf8, 1, 2]);

/** A session on a clock that the test moves, with one sender of each kind. */
class Stage {
  now = 100;
  asked = 0;
  readonly changes: string[] = [];
  readonly session = new RtpSession({
    now: () => this.now,
    onChange: (reason) => {
      this.changes.push(reason);
    },
  });
  #sequence = { video: 0, audio: 0 };

  video(): TrackInput {
    this.#sequence.video = 0;
    const requestKey = (): void => {
      this.asked += 1;
    };
    return this.session.addTrack({ kind: "video", codec: "H264", requestKey });
  }

  audio(): TrackInput {
    return this.session.addTrack({ kind: "audio", requestKey: () => undefined });
  }

  /** A picture now; its sender's clock shows our seconds. */
  picture(input: TrackInput, payload: Buffer, skip = 0): void {
    this.#sequence.video += 1 + skip;
    const sequence = this.#sequence.video;
    input.packet(packet({ sequence, timestamp: this.now * 90_000, arrivedAt: this.now, payload }));
  }

  sound(input: TrackInput): void {
    this.#sequence.audio += 1;
    const sequence = this.#sequence.audio;
    const timestamp = this.now * 48_000;
    input.packet(packet({ sequence, timestamp, arrivedAt: this.now, payload: sound }));
  }

  report(input: TrackInput, rate: number): void {
    const { now } = this;
    input.report({ ssrc: 1, ntpSeconds: 5000 + now, timestamp: now * rate, arrivedAt: now });
  }
}

/** Both tracks there and aligned, and an ffmpeg that reads them. */
async function playing(): Promise<{
  stage: Stage;
  video: TrackInput;
  audio: TrackInput;
  offer: Offer;
  ffmpeg: ReturnType<typeof keepingReader>;
}> {
  const stage = new Stage();
  const offered = stage.session.offer();
  const video = stage.video();
  const audio = stage.audio();
  stage.sound(audio);
  stage.picture(video, start);
  stage.now += 0.02;
  stage.sound(audio);
  stage.report(video, 90_000);
  stage.report(audio, 48_000);
  stage.session.tick();
  const offer = await offered;
  const ffmpeg = keepingReader();
  stage.session.play(ffmpeg.reader);
  return { stage, video, audio, offer, ffmpeg };
}

const seconds = ({ kind, timestamp }: { kind: "video" | "audio"; timestamp: number }) =>
  (timestamp - originOf(kind)) / (kind === "video" ? 90_000 : 48_000);

describe("a session", () => {
  it("says what the first ffmpeg is to read once there is something, and not before", () => {
    const stage = new Stage();
    const video = stage.video();
    const audio = stage.audio();
    stage.sound(audio);
    stage.report(audio, 48_000);
    expect(stage.session.codecs).toBeUndefined();
    stage.picture(video, start);
    expect(stage.session.codecs).toBeUndefined();
    stage.report(video, 90_000);
    expect(stage.session.codecs).toEqual({ video: "h264", audio: "opus" });
  });

  it("begins with the first whole picture, once every track has reported", async () => {
    const { ffmpeg, offer } = await playing();
    expect(offer.video).toEqual({ codec: "H264", sps: units.sps, pps: units.pps });
    expect(ffmpeg.sent.map(({ kind }) => kind)).toEqual(["video", "audio"]);
    expect(ffmpeg.sent.map(seconds)).toEqual([0, expect.closeTo(0.02, 3)]);
  });

  it("tells a track that is announced from one of which something came", async () => {
    const { stage } = await playing();
    expect(stage.session.came).toEqual({
      ...{ announced: new Set(["video", "audio"]), arrived: new Set(["video", "audio"]) },
    });
    const mute = new Stage();
    const [video, audio] = [mute.video(), mute.audio()];
    mute.picture(video, start);
    // Probes of the network are no sound.
    audio.packet(packet({ arrivedAt: mute.now, payload: Buffer.alloc(0) }));
    expect(mute.session.came).toEqual({
      ...{ announced: new Set(["video", "audio"]), arrived: new Set(["video"]) },
    });
    const listed = new Stage();
    listed.session.announce("audio");
    expect(listed.session.came).toEqual({ announced: new Set(["audio"]), arrived: new Set() });
  });

  it("waits for a report of each track for no longer than it may", async () => {
    const stage = new Stage();
    let isOffered = false;
    void stage.session.offer().then(() => {
      isOffered = true;
    });
    const [video, audio] = [stage.video(), stage.audio()];
    stage.sound(audio);
    stage.picture(video, start);
    stage.now += 5.9;
    stage.session.tick();
    await Promise.resolve();
    expect(isOffered).toBe(false);
    stage.now += 0.2;
    stage.session.tick();
    await Promise.resolve();
    expect(isOffered).toBe(true);
  });

  it("asks for a whole picture, and keeps none before it comes", () => {
    const stage = new Stage();
    const video = stage.video();
    stage.picture(video, units.other);
    stage.now += 1.5;
    stage.session.tick();
    expect(stage.asked).toBe(2);
  });

  it("leaves out what is broken by a lost packet, until the next whole picture", async () => {
    const { stage, video, ffmpeg } = await playing();
    const before = ffmpeg.sent.length;
    const asked = stage.asked;
    stage.now += 1;
    stage.picture(video, units.other, 1);
    stage.now += 0.5;
    stage.picture(video, units.other);
    expect(ffmpeg.sent.filter(({ kind }) => kind === "video")).toHaveLength(1);
    expect(stage.asked).toBe(asked + 1);
    stage.picture(video, start);
    expect(ffmpeg.sent.slice(before).filter(({ kind }) => kind === "video")).toHaveLength(1);
    expect(stage.session.figures).toEqual({ packets: 6, lost: 1, pictures: 2 });
  });

  it("goes on in the same part when a sender comes back with another clock", async () => {
    const { stage, ffmpeg } = await playing();
    stage.now += 5;
    const again = stage.video();
    again.packet(packet({ ssrc: 2, timestamp: 7, arrivedAt: stage.now, payload: start }));
    const last = ffmpeg.sent.at(-1);
    expect(last?.kind).toBe("video");
    expect(last && seconds(last)).toBeCloseTo(5.02, 2);
    expect(ffmpeg.ended()).toBe(false);
  });

  it("begins a new part with a picture of another size, and loses none", async () => {
    const { stage, video, ffmpeg } = await playing();
    stage.now += 1;
    stage.picture(video, together(units.smallSps, units.pps, units.key));
    expect([ffmpeg.ended(), stage.changes]).toEqual([true, ["the format of the picture changed"]]);
    stage.now += 0.03;
    stage.picture(video, units.other);
    const next = keepingReader();
    const offer = await stage.session.offer();
    expect(offer.video?.sps).toEqual(units.smallSps);
    stage.session.play(next.reader);
    expect(next.sent.map(seconds)).toEqual([0, expect.closeTo(0.03, 3)]);
  });

  it("records nothing of the pictures that stand for a muted camera", async () => {
    const { stage, video, ffmpeg } = await playing();
    const before = ffmpeg.sent.length;
    stage.now += 1;
    stage.picture(video, together(units.blankSps, units.pps, units.key));
    stage.now += 0.1;
    stage.picture(video, units.other);
    expect(ffmpeg.sent).toHaveLength(before);
    stage.picture(video, start);
    expect([ffmpeg.sent.length, ffmpeg.ended()]).toEqual([before + 1, false]);
  });

  it("has silence while a microphone is muted, and none while the sender is away", async () => {
    const { stage, video, ffmpeg } = await playing();
    const sounds = (): number => ffmpeg.sent.filter(({ kind }) => kind === "audio").length;
    const before = sounds();
    for (let n = 0; n < 20; n += 1) {
      stage.now += 0.2;
      stage.picture(video, units.other);
      stage.session.tick();
    }
    // 4 s less the second in which sound may still come.
    expect(sounds() - before).toBeGreaterThanOrEqual(145);
    const muted = sounds();
    for (let n = 0; n < 20; n += 1) {
      stage.now += 0.2;
      stage.session.tick();
    }
    expect(sounds() - muted).toBeLessThan(60);
  });

  it("records sound alone, and begins a new part when a picture comes", async () => {
    const stage = new Stage();
    const offered = stage.session.offer();
    const audio = stage.audio();
    stage.sound(audio);
    stage.report(audio, 48_000);
    stage.now += 2.1;
    stage.session.tick();
    expect((await offered).video).toBeUndefined();
    const ffmpeg = keepingReader();
    stage.session.play(ffmpeg.reader);
    stage.picture(stage.video(), start);
    expect([ffmpeg.ended(), stage.changes]).toEqual([true, ["a picture came"]]);
  });

  it("begins anew with a whole picture for an ffmpeg that takes the place of another", async () => {
    const stage = new Stage();
    const offered = stage.session.offer();
    const [video, audio] = [stage.video(), stage.audio()];
    stage.sound(audio);
    stage.picture(video, start);
    stage.report(video, 90_000);
    stage.report(audio, 48_000);
    stage.session.tick();
    await offered;
    let kill = (): void => undefined;
    const closed = new Promise<void>((resolve) => {
      kill = resolve;
    });
    stage.session.play({ ...keepingReader().reader, closed });
    kill();
    await closed;
    stage.now += 1;
    stage.picture(video, units.other);
    stage.now += 0.1;
    stage.picture(video, start);
    await stage.session.offer();
    const next = keepingReader();
    stage.session.play(next.reader);
    expect(next.sent.map(({ payload }) => payload)).toEqual([start]);
  });
});
