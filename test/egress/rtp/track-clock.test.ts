import { describe, expect, it } from "vitest";
import { commonLag, TrackClock, type Origin } from "../../../egress/src/rtp/track-clock.ts";

const rate = 90_000;

interface Sender {
  /** Seconds that its packets travel. */
  readonly delay: number;
  /** Its time of day at our second 0; by reports. */
  readonly ntp?: number;
  /** What its reports are wrong by. */
  readonly error?: number;
}

/** A clock that has seen these seconds of a sender, a packet every 20 ms and a report each second. */
function seen({ delay, ntp, error = 0 }: Sender, seconds = 3): TrackClock {
  const clock = new TrackClock(rate);
  for (let n = 0; n < seconds * 50; n += 1) {
    const at = n / 50;
    clock.note({ timestamp: at * rate, arrivedAt: at + delay });
    if (ntp !== undefined && n % 50 === 10) {
      clock.report({ timestamp: at * rate, ntpSeconds: ntp + at + error });
    }
  }
  return clock;
}

describe("two streams of one sender", () => {
  it("are placed by its reports, however unequal their ways are", () => {
    const video = seen({ delay: 0.2, ntp: 1000 });
    const audio = seen({ delay: 0.05, ntp: 1000 });
    const origin: Origin = { startedAt: 0, lag: commonLag([video, audio]) };
    expect(video.place(3, origin)).toBeCloseTo(3.05);
    expect(audio.place(3, origin)).toBeCloseTo(3.05);
  });

  it("are placed by their arrival where reports cannot be of one clock", () => {
    const video = seen({ delay: 0.2, ntp: 1000 });
    const audio = seen({ delay: 0.05, ntp: 1000, error: 4 });
    expect(commonLag([video, audio])).toBeUndefined();
    const origin: Origin = { startedAt: 0, lag: undefined };
    expect(video.place(3, origin)).toBeCloseTo(3.2);
    expect(audio.place(3, origin)).toBeCloseTo(3.05);
  });

  it("are placed by their arrival until both have reported", () => {
    const clocks = [seen({ delay: 0.1, ntp: 1000 }), seen({ delay: 0.1 })];
    expect(commonLag(clocks)).toBeUndefined();
  });
});

describe("a report that says something else", () => {
  const origin: Origin = { startedAt: 0, lag: -1000 };

  it("moves the stream by half a hundredth of its time, and no picture jumps", () => {
    const clock = seen({ delay: 0, ntp: 1000 });
    const before = clock.place(3, origin) - 3;
    for (let n = 0; n < 30; n += 1) clock.report({ timestamp: 3 * rate, ntpSeconds: 1003.1 });
    expect(clock.place(3.04, origin) - 3.04 - before).toBeCloseTo(0.0002, 5);
    const places = Array.from({ length: 600 }, (_, n) => clock.place(4 + n, origin));
    const steps = places.slice(1).map((place, n) => place - (places[n] ?? 0));
    expect(Math.max(...steps)).toBeLessThanOrEqual(1.005 + 1e-9);
    expect((places.at(-1) ?? 0) - 603).toBeCloseTo(0.1, 2);
  });

  it("is not believed where it disagrees with the arrival of packets", () => {
    const clock = seen({ delay: 0, ntp: 1000 });
    clock.place(3, origin);
    clock.report({ timestamp: 3 * rate, ntpSeconds: 1013 });
    expect(clock.place(10, origin)).toBeCloseTo(10);
  });
});

it("gives all packets of one picture the same time", () => {
  const clock = seen({ delay: 0, ntp: 1000 });
  const origin: Origin = { startedAt: 0, lag: -1000.05 };
  const first = clock.place(3, origin);
  expect([clock.place(3, origin), clock.place(3, origin)]).toEqual([first, first]);
});
