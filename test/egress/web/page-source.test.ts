import { existsSync } from "node:fs";
import { pino } from "pino";
import { expect, it } from "vitest";
import type { EgressReadiness } from "../../../contracts/egress-page.ts";
import { SourceFailure } from "../../../egress/src/sources/opened-source.ts";
import { PageNotOpened, type OpenPage, type PageOver } from "../../../egress/src/web/browser.ts";
import { openPage, type Surroundings } from "../../../egress/src/web/page-source.ts";
import type { Verdict } from "../../../egress/src/web/proxy-verdict.ts";

const url = "https://page.example/board?token=of-mine";
const programs = { chromium: "chromium", xvfb: "Xvfb", pulseaudio: "pulseaudio", path: "/bin" };
const never = new Promise<never>(() => undefined);

interface Around {
  readonly show?: () => Promise<void>;
  readonly over?: Promise<PageOver>;
  readonly answers?: () => Promise<unknown>;
  readonly broken?: Promise<string>;
  readonly verdict?: Verdict;
  readonly ready?: EgressReadiness;
  readonly stop?: AbortSignal;
}

const crashed: PageOver = { why: "crashed" };
const closedItself: PageOver = { why: "closed" };
const inside: PageOver = {
  why: "failed",
  failed: { url: "http://10.0.0.1/secret", what: "403" },
};

/** A page among processes that are not there. */
function open(around: Around) {
  const closed: string[] = [];
  const folders: string[] = [];
  const asked: string[] = [];
  const page: OpenPage = {
    show: around.show ?? (() => Promise.resolve()),
    over: around.over ?? never,
    answers: around.answers ?? (() => Promise.resolve()),
    picture: () => Promise.resolve(Buffer.from("picture")),
    close: () => {
      closed.push("browser");
      return Promise.resolve();
    },
  };
  const surroundings: Surroundings = {
    screen: ({ folder }) => {
      folders.push(folder);
      return Promise.resolve({
        ...{ display: ":7", monitor: "page.monitor", environment: { DISPLAY: ":7" } },
        broken: around.broken ?? never,
        close: () => closed.push("screen"),
      });
    },
    browser: () => Promise.resolve(page),
    askProxy: (_, { host }) => {
      asked.push(host);
      return Promise.resolve(around.verdict ?? "open");
    },
    waits: { lookMs: 1, looks: 20 },
  };
  const source = openPage(
    { kind: "web", url },
    {
      policy: {
        ...{ ports: [], ranges: [], proxy: "http://proxy:3128" },
        page: { programs, soundDelayMs: 40 },
      },
      ...{ signal: new AbortController().signal, stop: around.stop },
      log: pino({ level: "silent" }),
      scratch: "/nowhere",
      patience: { startSeconds: 5, silentSeconds: 10 },
      page: { ...(around.ready && { ready: around.ready }), width: 640, height: 360 },
    },
    surroundings,
  );
  return { source, closed, folders, asked };
}

it("a page that is ready is grabbed from its display and its sound server, by one clock", async () => {
  const { source, closed, folders } = open({});
  const opened = await source;
  expect(opened.inputArguments).toEqual([
    ...["-thread_queue_size", "32", "-f", "x11grab", "-framerate", "30"],
    ...["-video_size", "640x360", "-draw_mouse", "0", "-i", ":7"],
    ...["-thread_queue_size", "1024", "-isync", "0", "-itsoffset", "0.04"],
    ...["-f", "pulse", "-sample_rate", "48000", "-channels", "2"],
    ...["-fragment_size", "3840", "-i", "page.monitor"],
  ]);
  expect(opened.environment).toEqual({ DISPLAY: ":7" });
  expect(closed).toEqual([]);
  await opened.close();
  expect(closed).toEqual(["browser", "screen"]);
  expect(folders.map(existsSync)).toEqual([false]);
});

const selector: EgressReadiness = { when: "selector", selector: "#stage" };
const line: EgressReadiness = { when: "console", text: "go" };
const late = () => Promise.reject(new Error(`Timeout 5000ms exceeded at ${url}`));
const failed = (what: string) => () => Promise.reject(new PageNotOpened({ url, what }));

it.each([
  {
    what: "does not load in time",
    around: { show: late },
    message: "The page was not ready within 5 s: it has not loaded",
    ...{ code: "page-not-ready", picture: "picture" },
  },
  {
    what: "lacks what it is known by",
    around: { show: late, ready: selector },
    message: "The page was not ready within 5 s: nothing that matches #stage can be seen",
    ...{ code: "page-not-ready", picture: "picture" },
  },
  {
    what: "does not write its line",
    around: { show: late, ready: line },
    message: 'The page was not ready within 5 s: it has not written "go" to its console',
    ...{ code: "page-not-ready", picture: "picture" },
  },
  {
    what: "is an error",
    around: { show: failed("404") },
    message: "page.example answered 404",
    ...{ code: "page-not-loaded", picture: "picture" },
  },
  {
    what: "is not reached",
    around: { show: failed("net::ERR_TUNNEL_CONNECTION_FAILED"), verdict: "unreachable" },
    message: "page.example did not load (net::ERR_TUNNEL_CONNECTION_FAILED)",
    ...{ code: "page-not-loaded", picture: undefined },
  },
  {
    what: "leads inside",
    around: { show: failed("net::ERR_TUNNEL_CONNECTION_FAILED"), verdict: "refused" },
    message: "The page led to page.example, which is refused",
    ...{ code: "source-refused", picture: undefined },
  },
  {
    what: "crashes at once",
    around: { show: () => never, over: Promise.resolve(crashed) },
    message: "The page crashed",
    ...{ code: "page-crashed", picture: undefined },
  },
] as const)(
  "a page that $what fails with the reason, and leaves nothing behind",
  async ({ around, code, message, picture }) => {
    const { source, closed, folders } = open(around);
    const error: unknown = await source.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(SourceFailure);
    expect(error).toMatchObject({ code, message });
    expect((error as SourceFailure).picture?.toString()).toBe(picture);
    expect(JSON.stringify(error)).not.toContain("of-mine");
    expect(closed).toEqual(["browser", "screen"]);
    expect(folders.map(existsSync)).toEqual([false]);
  },
);

it.each([
  { what: "crashes", around: { over: Promise.resolve(crashed) }, code: "page-crashed" },
  {
    what: "closes itself",
    around: { over: Promise.resolve(closedItself) },
    code: "source-ended",
  },
  {
    what: "goes to an address inside",
    around: {
      over: Promise.resolve(inside),
      verdict: "refused",
    },
    code: "source-refused",
  },
  { what: "hangs", around: { answers: () => never }, code: "page-hung" },
  {
    what: "loses its display",
    around: { broken: Promise.resolve("Xvfb ended with 1") },
    code: "page-crashed",
  },
] as const)("the recording of a page that $what has ended, and why", async ({ around, code }) => {
  const opened = await open(around).source;
  expect((await opened.ended).code).toBe(code);
  await opened.close();
});

it("a page that answers goes on, however often it goes elsewhere", async () => {
  const goesOn = Promise.withResolvers<string>();
  let asked = 0;
  const answers = () => {
    asked += 1;
    if (asked === 60) goesOn.resolve("goes on");
    return asked % 2 === 0 ? Promise.reject(new Error("the context is gone")) : Promise.resolve();
  };
  const opened = await open({ answers }).source;
  expect(await Promise.race([opened.ended, goesOn.promise])).toBe("goes on");
  await opened.close();
});

it("a recording that is stopped waits for no page", async () => {
  const stop = new AbortController();
  const { source, closed } = open({ show: () => never, stop: stop.signal });
  stop.abort();
  await expect(source).rejects.toThrow();
  expect(closed).toEqual(["browser", "screen"]);
});

it("a page that is closed is asked nothing more", async () => {
  let asked = 0;
  const answers = () => {
    asked += 1;
    return Promise.resolve();
  };
  const opened = await open({ answers }).source;
  await opened.close();
  const before = asked;
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(asked).toBe(before);
});
