import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { Type, type Static } from "typebox";
import { Value } from "typebox/value";
import { root } from "../../tools/paths.ts";
import { outputPage } from "./output-page.ts";
import { sendFile } from "./send-file.ts";

/** What the page tells of an output. */
const Shown = Type.Object({
  ended: Type.Boolean(),
  /** Media seconds. */
  time: Type.Number(),
  duration: Type.Number(),
  errors: Type.Array(Type.String()),
  loudest: Type.Number({ description: "Largest sample heard, 0 to 1" }),
  frames: Type.Integer({ description: "Frames that were shown" }),
  corrupted: Type.Integer(),
  heights: Type.Array(Type.Integer({ description: "Of the pictures that a manifest offers" })),
  played: Type.Array(Type.Integer({ description: "Heights at the start and at the end" })),
  sounds: Type.Array(Type.String()),
  texts: Type.Array(Type.String()),
  /** Texts that were shown; of a sprite a line for each picture. */
  cues: Type.Array(Type.String()),
});
export type Shown = Static<typeof Shown>;

const library = join(root, "node_modules/shaka-player/dist/shaka-player.compiled.js");

export interface OutputPlayer {
  /** Plays or shows an output of the folder to its end; the screenshot is a PNG file. */
  readonly show: (
    what: {
      readonly kind: "dash" | "file" | "sprite";
      readonly source: string;
      readonly film?: string;
    },
    screenshot: string,
  ) => Promise<Shown>;
  readonly close: () => Promise<void>;
}

/** Starts a browser, and a server on loopback for a page and the files of a folder. */
export async function startOutputPlayer(folder: string): Promise<OutputPlayer> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://loopback");
    if (pathname === "/shaka-player.js") void sendFile(library, request, response);
    else if (pathname === "/") response.setHeader("content-type", "text/html").end(outputPage);
    else void sendFile(join(folder, pathname), request, response);
  });
  const listening = Promise.withResolvers<undefined>();
  server.listen(0, "127.0.0.1", () => {
    listening.resolve(undefined);
  });
  await listening.promise;
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--autoplay-policy=no-user-gesture-required"],
  });
  return {
    show: async ({ kind, source, film = "" }, screenshot) => {
      const page = await browser.newPage({ viewport: { width: 960, height: 540 } });
      const query = new URLSearchParams({
        kind,
        source: `${url}/${source}`,
        film: `${url}/${film}`,
      });
      await page.goto(`${url}/?${query.toString()}`);
      const handle = await page.waitForFunction("window.result", undefined, { timeout: 120_000 });
      const shown = Value.Parse(Shown, await handle.jsonValue());
      await page.screenshot({ path: screenshot });
      await page.close();
      return shown;
    },
    close: async () => {
      await browser.close();
      server.close();
    },
  };
}
