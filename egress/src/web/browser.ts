import { chromium, type BrowserContext, type Page, type Request } from "playwright-core";
import type { EgressPage, EgressReadiness } from "@framewright/contracts/egress-page.ts";
import { browserArguments, leftOut, type BrowserView } from "./browser-arguments.ts";

export interface BrowserArgs extends BrowserView {
  readonly program: string;
  /** Where its profile goes. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** A request of the page itself that came to nothing, or to an error. */
export interface Failed {
  readonly url: string;
  /** `net::ERR_…` of Chromium, or the status of the answer. */
  readonly what: string;
}

/** Why nothing more comes of a page. */
export type PageOver =
  | { readonly why: "crashed" }
  /** It has said so, or closed itself. */
  | { readonly why: "closed" }
  /** It went to an address that did not open. */
  | { readonly why: "failed"; readonly failed: Failed };

/** When a page is ready, and when it has ended. */
export interface Look extends Pick<EgressPage, "until"> {
  readonly ready: EgressReadiness;
}

/** One page in a browser of its own. */
export interface OpenPage {
  /** Goes to the address and waits until the page is ready; throws a {@link PageNotOpened} where it does not load. */
  show(url: string, look: Look, timeoutMs: number): Promise<void>;
  readonly over: Promise<PageOver>;
  /** Resolves when the page answers: one that is busy for ever does not. */
  answers(): Promise<unknown>;
  /** As JPEG. */
  picture(): Promise<Buffer>;
  close(): Promise<void>;
}

export type OpenBrowser = (args: BrowserArgs) => Promise<OpenPage>;

export class PageNotOpened extends Error {
  readonly failed: Failed;

  constructor(failed: Failed) {
    super(failed.what);
    this.name = "PageNotOpened";
    this.failed = failed;
  }
}

const launchMs = 30_000;
const pictureMs = 10_000;
const closeMs = 5_000;

/** Of an error's text, which has the whole address, the part that may be shown. */
function netError(text: string | undefined): string | undefined {
  return /net::ERR_[A-Z_0-9]+/.exec(text ?? "")?.[0];
}

/** Not a request of the page's parts; what it left by itself for another address is no failure. */
function failedNavigation(page: Page, request: Request): string | undefined {
  if (!request.isNavigationRequest() || request.frame() !== page.mainFrame()) return undefined;
  const error = netError(request.failure()?.errorText) ?? "net::ERR_FAILED";
  return error === "net::ERR_ABORTED" ? undefined : error;
}

class PlaywrightPage implements OpenPage {
  readonly #context: BrowserContext;
  readonly #page: Page;
  readonly over: Promise<PageOver>;
  #ends: (over: PageOver) => void = () => undefined;
  #isShown = false;
  #isClosing = false;

  constructor(context: BrowserContext, page: Page) {
    this.#context = context;
    this.#page = page;
    this.over = new Promise((resolve) => {
      this.#ends = resolve;
      page.once("crash", () => {
        resolve({ why: "crashed" });
      });
      page.once("close", () => {
        if (!this.#isClosing) resolve({ why: "closed" });
      });
      page.on("requestfailed", (request) => {
        const what = this.#isShown ? failedNavigation(page, request) : undefined;
        if (what !== undefined) resolve({ why: "failed", failed: { url: request.url(), what } });
      });
      page.on("response", (response) => {
        const request = response.request();
        if (!this.#isShown || response.status() < 400) return;
        if (!request.isNavigationRequest() || request.frame() !== page.mainFrame()) return;
        const failed = { url: response.url(), what: String(response.status()) };
        resolve({ why: "failed", failed });
      });
    });
    // A window of its own would cover the page that is recorded.
    context.on("page", (other) => {
      void other.close().catch(() => undefined);
    });
  }

  async show(url: string, { ready: readiness, until }: Look, timeoutMs: number): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    const left = () => Math.max(1, deadline - performance.now());
    const ready = this.#whenReady(readiness, left);
    ready.catch(() => undefined);
    this.#page.on("console", (message) => {
      if (message.text().trim() === until?.text) this.#ends({ why: "closed" });
    });
    await this.#go(url, readiness.when === "load" ? "load" : "commit", left());
    await ready;
    this.#isShown = true;
  }

  async #go(url: string, waitUntil: "load" | "commit", timeout: number): Promise<void> {
    let last = url;
    const onRequest = (request: Request): void => {
      if (request.isNavigationRequest() && request.frame() === this.#page.mainFrame()) {
        last = request.url();
      }
    };
    this.#page.on("request", onRequest);
    try {
      const response = await this.#page.goto(url, { waitUntil, timeout });
      const status = response?.status() ?? 200;
      if (status >= 400) throw new PageNotOpened({ url: last, what: String(status) });
    } catch (error) {
      const what = error instanceof Error ? netError(error.message) : undefined;
      if (what !== undefined) throw new PageNotOpened({ url: last, what });
      throw error;
    } finally {
      this.#page.off("request", onRequest);
    }
  }

  /** Listens from now on: a page may write its line before it has loaded. */
  async #whenReady(readiness: EgressReadiness, left: () => number): Promise<void> {
    const page = this.#page;
    if (readiness.when === "console") {
      const { text } = readiness;
      await page.waitForEvent("console", {
        predicate: (message) => message.text().trim() === text,
        timeout: left(),
      });
    } else if (readiness.when === "selector") {
      const selector = `css=${readiness.selector}`;
      await page.waitForSelector(selector, { state: "visible", timeout: left() });
    } else {
      await page.waitForEvent("load", { timeout: left() });
      await page.waitForTimeout(Math.min(left(), (readiness.seconds ?? 1) * 1000));
    }
  }

  answers(): Promise<unknown> {
    return this.#page.evaluate("1");
  }

  picture(): Promise<Buffer> {
    return this.#page.screenshot({ type: "jpeg", quality: 70, timeout: pictureMs });
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    // One that does not close is killed by Playwright when this process ends.
    await Promise.race([
      this.#context.close().catch(() => undefined),
      new Promise((resolve) => setTimeout(resolve, closeMs).unref()),
    ]);
  }
}

/** Starts Chromium with its own sandbox, and steers it by a pipe: a port would be reached by the page. */
export const openBrowser: OpenBrowser = async (args) => {
  const { program, folder, environment } = args;
  const context = await chromium.launchPersistentContext(`${folder}/profile`, {
    ...{ executablePath: program, headless: false, chromiumSandbox: true },
    ...{ viewport: null, acceptDownloads: false, serviceWorkers: "allow", timeout: launchMs },
    args: browserArguments(args),
    ignoreDefaultArgs: [...leftOut],
    env: { ...environment },
    ...{ handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false },
  });
  const page = context.pages()[0] ?? (await context.newPage());
  return new PlaywrightPage(context, page);
};
