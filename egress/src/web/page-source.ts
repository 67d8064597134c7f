import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EgressReason, EgressSource } from "@framewright/contracts/egress.ts";
import { pageDefaults } from "@framewright/contracts/egress-page.ts";
import { TargetRefused } from "@framewright/runtime/outbound-url.ts";
import type { PageSetting } from "../../page-env.ts";
import { SourceFailure, type OpenedSource, type OpenOptions } from "../sources/opened-source.ts";
import {
  openBrowser,
  PageNotOpened,
  type Failed,
  type Look,
  type OpenBrowser,
  type OpenPage,
  type PageOver,
} from "./browser.ts";
import { askProxy, type Verdict } from "./proxy-verdict.ts";
import { startScreen, type Screen, type ScreenArgs } from "./screen.ts";

/** What a page needs around it; tests put others in their place. */
export interface Surroundings {
  readonly screen: (args: ScreenArgs) => Promise<Screen>;
  readonly browser: OpenBrowser;
  readonly askProxy: (proxy: string, url: URL) => Promise<Verdict>;
  /** A page that has left a question open for so many looks hangs. */
  readonly waits: { readonly lookMs: number; readonly looks: number };
}

const surroundings: Surroundings = {
  screen: startScreen,
  browser: openBrowser,
  askProxy,
  waits: { lookMs: 5_000, looks: 6 },
};

/** Pictures in a second. */
const rate = 30;
/** Pictures wait in memory while the sound server is connected: 32 of them, 3.5 MiB each at 1280x720. */
const waiting = "32";

/** Bytes of 20 ms of sound: left to itself, the server hands over two seconds at once. */
const fragment = String((48_000 / 50) * 4);

interface Shown {
  readonly width: number;
  readonly height: number;
  readonly soundDelayMs: number;
}

/** The display and the sound, by one clock: `isync` takes the difference between the times of their beginnings. */
export function grabArguments(
  { display, monitor }: Pick<Screen, "display" | "monitor">,
  { width, height, soundDelayMs }: Shown,
): string[] {
  return [
    ...["-thread_queue_size", waiting, "-f", "x11grab", "-framerate", String(rate)],
    ...["-video_size", `${width}x${height}`, "-draw_mouse", "0", "-i", display],
    ...["-thread_queue_size", "1024", "-isync", "0", "-itsoffset", String(soundDelayMs / 1000)],
    ...["-f", "pulse", "-sample_rate", "48000", "-channels", "2", "-fragment_size", fragment],
    ...["-i", monitor],
  ];
}

function hostOf(url: string): string {
  return URL.parse(url)?.host ?? "another address";
}

/** Why an address did not open, by what the proxy says to it: the browser alone does not know. */
async function failureOf(
  { url, what }: Failed,
  ask: (url: URL) => Promise<Verdict>,
): Promise<EgressReason> {
  const place = URL.parse(url);
  const verdict = place?.hostname ? await ask(place) : "refused";
  if (verdict === "refused") {
    return { code: "source-refused", message: `The page led to ${hostOf(url)}, which is refused` };
  }
  const why = /^[0-9]+$/.test(what) ? `answered ${what}` : `did not load (${what})`;
  return { code: "page-not-loaded", message: `${hostOf(url)} ${why}` };
}

function waitedFor({ ready }: Look): string {
  if (ready.when === "load") return "it has not loaded";
  if (ready.when === "console") return `it has not written "${ready.text}" to its console`;
  return `nothing that matches ${ready.selector} can be seen`;
}

interface Opening {
  readonly url: string;
  readonly look: Look;
  readonly startSeconds: number;
  readonly ask: (url: URL) => Promise<Verdict>;
}

/** Of an opening that failed: the reason, and how the page looked. */
async function whyNotOpened(
  page: OpenPage,
  { look, startSeconds, ask }: Opening,
  error: unknown,
): Promise<SourceFailure> {
  const picture = await page.picture().catch(() => undefined);
  if (error instanceof PageNotOpened) {
    const { code, message } = await failureOf(error.failed, ask);
    const failure = code === "source-refused" ? code : "page-not-loaded";
    // What a browser shows in place of a page that is not there says nothing.
    return new SourceFailure(
      failure,
      message,
      /^[0-9]+$/.test(error.failed.what) ? picture : undefined,
    );
  }
  const message = `The page was not ready within ${startSeconds} s: ${waitedFor(look)}`;
  return new SourceFailure("page-not-ready", message, picture);
}

async function untilAborted(signal: AbortSignal): Promise<never> {
  signal.throwIfAborted();
  return new Promise((_, reject) => {
    signal.addEventListener(
      "abort",
      () => {
        reject(new Error("nobody wants the page any more"));
      },
      { once: true },
    );
  });
}

async function show(page: OpenPage, opening: Opening, signal: AbortSignal): Promise<void> {
  const { url, look, startSeconds } = opening;
  const shown = page.show(url, look, startSeconds * 1000);
  const crashed = page.over.then((over) => {
    throw new SourceFailure(
      "page-crashed",
      over.why === "closed" ? "The page ended before it was ready" : crash.message,
    );
  });
  try {
    await Promise.race([shown, crashed, untilAborted(signal)]);
  } catch (error) {
    if (error instanceof SourceFailure || signal.aborted) throw error;
    throw await whyNotOpened(page, opening, error);
  }
}

const crash: EgressReason = { code: "page-crashed", message: "The page crashed" };
const closed: EgressReason = { code: "source-ended", message: "The page has ended" };

/** Resolves when a page that is shown has ended, or hangs. */
class PageWatch {
  readonly #page: OpenPage;
  readonly #ask: (url: URL) => Promise<Verdict>;
  readonly #waits: Surroundings["waits"];
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(page: OpenPage, ask: (url: URL) => Promise<Verdict>, waits: Surroundings["waits"]) {
    this.#page = page;
    this.#ask = ask;
    this.#waits = waits;
  }

  async ended(broken: Promise<string>): Promise<EgressReason> {
    const display = broken.then((why): EgressReason => ({ code: "page-crashed", message: why }));
    try {
      return await Promise.race([this.#over(), this.#hangs(), display]);
    } finally {
      this.stop();
    }
  }

  /** Of a page that nobody wants any more: it may never end. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  async #over(): Promise<EgressReason> {
    const over: PageOver = await this.#page.over;
    if (over.why === "failed") return failureOf(over.failed, this.#ask);
    return over.why === "closed" ? closed : crash;
  }

  /** By looks and not by the clock: a recorder that is starved itself takes nobody's answer for missing. */
  #hangs(): Promise<EgressReason> {
    const { lookMs, looks } = this.#waits;
    return new Promise((resolve) => {
      let unanswered = 0;
      const look = (): void => {
        if (this.#isStopped) return;
        if (unanswered === looks) {
          const message = `The page has not answered for ${(looks * lookMs) / 1000} s`;
          resolve({ code: "page-hung", message });
          return;
        }
        if (unanswered === 0) {
          // A question that is cut off by a navigation is answered as well.
          const heard = (): void => {
            unanswered = 0;
          };
          this.#page.answers().then(heard, heard);
        }
        unanswered += 1;
        this.#timer = setTimeout(look, lookMs);
      };
      look();
    });
  }
}

function settingOf({ policy }: OpenOptions): PageSetting & { readonly proxy: string } {
  const { proxy, page } = policy;
  if (proxy === undefined || page === undefined) {
    throw new TargetRefused("This recorder shows no pages");
  }
  return { ...page, proxy };
}

/** A page in a browser on a display of its own, from when it is ready. */
export async function openPage(
  { url }: EgressSource,
  options: OpenOptions,
  around: Surroundings = surroundings,
): Promise<OpenedSource> {
  const { patience, signal, stop, log } = options;
  const { proxy, programs, soundDelayMs } = settingOf(options);
  const look = { ...pageDefaults, ...options.page };
  const { width, height } = look;
  const folder = await mkdtemp(join(tmpdir(), "page-"));
  const ask = (asked: URL) => around.askProxy(proxy, asked);
  let screen: Screen | undefined;
  let page: OpenPage | undefined;
  let watch: PageWatch | undefined;
  const close = async (): Promise<void> => {
    watch?.stop();
    await page?.close();
    screen?.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    screen = await around.screen({ programs, width, height, folder });
    const { environment } = screen;
    const browser = { program: programs.chromium, folder: options.scratch, environment };
    page = await around.browser({ ...browser, width, height, proxy });
    const opening = { url, look, startSeconds: patience.startSeconds, ask };
    await show(page, opening, stop ? AbortSignal.any([signal, stop]) : signal);
    log.info({ width, height }, "the page is ready");
    watch = new PageWatch(page, ask, around.waits);
    return {
      inputArguments: grabArguments(screen, { width, height, soundDelayMs }),
      environment: screen.environment,
      capture: { rate },
      ended: watch.ended(screen.broken),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
