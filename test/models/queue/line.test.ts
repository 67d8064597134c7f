import { describe, expect, it } from "vitest";
import { Line, type Turn } from "../../../models/queue/line.ts";
import { readyPods } from "../../../models/queue/pods.ts";
import { Waits } from "../../../models/queue/waits.ts";

const ever = new AbortController().signal;
const work = { takesPlace: true };
const look = { takesPlace: false };

function lineOf(options: { perPod?: number; limit?: number; now?: () => number } = {}): Line {
  return new Line({ perPod: 1, limit: 10, now: () => 0, ...options });
}

/** Asks for so many turns, and tells of each as soon as it begins. */
function ask(line: Line, count: number): { readonly begun: Turn[]; settled: () => Promise<void> } {
  const begun: Turn[] = [];
  for (let index = 0; index < count; index += 1) {
    void line.take(ever, work).then((turn) => begun.push(turn));
  }
  return { begun, settled: () => new Promise((resolve) => setImmediate(resolve)) };
}

describe("A line", () => {
  it("waits while there is no pod, and is served in order when one comes", async () => {
    const line = lineOf();
    const { begun, settled } = ask(line, 3);
    await settled();
    expect([line.waiting, line.running, begun]).toEqual([3, 0, []]);
    line.setPods(["10.0.0.1"]);
    await settled();
    expect([line.waiting, line.running]).toEqual([2, 1]);
    begun[0]?.done();
    begun[0]?.done();
    await settled();
    expect([line.waiting, line.running, begun.length]).toEqual([1, 1, 2]);
  });

  it("gives work to the pod with least to do, as much as each takes at a time", async () => {
    const line = lineOf({ perPod: 2 });
    line.setPods(["a", "b"]);
    const { begun, settled } = ask(line, 5);
    await settled();
    expect(begun.map(({ pod }) => pod)).toEqual(["a", "b", "a", "b"]);
    expect(line.waiting).toBe(1);
  });

  it("counts what a pod works on that has left, and gives it nothing new", async () => {
    const line = lineOf();
    line.setPods(["a"]);
    const { begun, settled } = ask(line, 2);
    await settled();
    line.setPods([]);
    begun[0]?.done();
    await settled();
    expect([line.waiting, line.running]).toEqual([1, 0]);
    line.setPods(["b"]);
    await settled();
    expect(begun.map(({ pod }) => pod)).toEqual(["a", "b"]);
  });

  it("lets a look at what the service offers pass, but not without a pod", async () => {
    const line = lineOf();
    const looked: string[] = [];
    const see = () => void line.take(ever, look).then(({ pod }) => looked.push(pod));
    see();
    const { settled } = ask(line, 2);
    await settled();
    expect([looked, line.waiting]).toEqual([[], 3]);
    line.setPods(["a"]);
    see();
    await settled();
    expect([looked, line.waiting, line.running]).toEqual([["a", "a"], 1, 1]);
  });

  it("forgets who has gone, refuses who is too many, and refuses all when it ends", async () => {
    const line = lineOf({ limit: 2 });
    const leaving = new AbortController();
    const left = line.take(leaving.signal, work);
    const waits = line.take(ever, work);
    expect(() => void line.take(ever, work)).toThrow("2 requests wait already");
    leaving.abort();
    await expect(left).rejects.toThrow("gone");
    expect(line.waiting).toBe(1);
    line.close();
    await expect(waits).rejects.toMatchObject({ status: 503, code: "closing" });
    expect(() => void line.take(ever, work)).toThrow("ends");
  });

  it("knows for how long each has waited", () => {
    let seconds = 10;
    const line = lineOf({ now: () => seconds });
    ask(line, 1);
    seconds = 14;
    ask(line, 1);
    seconds = 15;
    expect(line.ages).toEqual([5, 1]);
  });
});

describe("The wait that 95 of 100 stay below", () => {
  it("is of the last minute, with those that wait still", () => {
    let seconds = 0;
    const waits = new Waits(60, () => seconds);
    expect(waits.p95([])).toBe(0);
    waits.add(100);
    seconds = 61;
    for (let waited = 1; waited <= 19; waited += 1) waits.add(waited);
    expect(waits.p95([])).toBe(19);
    expect(waits.p95([40])).toBe(19);
    expect(waits.p95([40, 41])).toBe(40);
    seconds = 130;
    expect(waits.p95([])).toBe(0);
  });
});

describe("Pods that are ready", () => {
  const failing = (code: string) => () => Promise.reject(Object.assign(new Error(code), { code }));

  it("are the addresses of a name, in order", async () => {
    const found = () => Promise.resolve(["10.0.0.2", "10.0.0.1"]);
    expect(await readyPods("model", found as never)).toEqual(["10.0.0.1", "10.0.0.2"]);
  });

  it.each(["ENOTFOUND", "ENODATA"])("are none where the answer is %s", async (code) => {
    expect(await readyPods("model", failing(code) as never)).toEqual([]);
  });

  it("are unknown where nobody answers", async () => {
    await expect(readyPods("model", failing("ETIMEOUT") as never)).rejects.toThrow("ETIMEOUT");
  });
});
