import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { pattern } from "./pattern.ts";

/**
 * The pattern of the other test sources, drawn by a page: a counter of what it has drawn, and flashes with beeps, by the clock of
 * what is heard. They are no multiple of a picture's time apart, so that the middle of their offsets does not depend on the phase of
 * the recording.
 */
const beatSeconds = 0.71;
export const patternPage = `<!doctype html>
<meta charset="utf-8"><title>pattern</title>
<style>body { margin: 0; background: #282828; overflow: hidden } canvas { width: 100vw; height: 100vh }</style>
<canvas id="canvas" width="${pattern.width}" height="${pattern.height}"></canvas>
<script>
  const canvas = document.getElementById("canvas").getContext("2d", { alpha: false });
  const audio = new AudioContext();
  let drawn = 0;
  function beep(at) {
    const tone = audio.createOscillator();
    const gain = audio.createGain();
    tone.frequency.value = ${pattern.beepHz};
    gain.gain.value = 0.7;
    tone.connect(gain).connect(audio.destination);
    tone.start(at);
    tone.stop(at + ${pattern.beepSeconds});
  }
  audio.resume().then(() => {
    const first = Math.ceil(audio.currentTime) + 1;
    for (let beat = 0; beat < 1500; beat += 1) beep(first + beat * ${beatSeconds});
    window.first = first;
  });
  function heard() {
    const { contextTime, performanceTime } = audio.getOutputTimestamp();
    return contextTime + (performance.now() - performanceTime) / 1000;
  }
  function draw() {
    const time = heard();
    const flash = time >= window.first && (time - window.first) % ${beatSeconds} < ${pattern.beepSeconds};
    canvas.fillStyle = flash ? "#fff" : "#282828";
    canvas.fillRect(0, 0, ${pattern.width}, ${pattern.height});
    canvas.fillStyle = flash ? "#000" : "#b4b4b4";
    canvas.fillRect((drawn * 5) % ${pattern.width - 60}, ${pattern.height - 120}, 60, 60);
    for (let bit = 0; bit < ${pattern.bits}; bit += 1) {
      canvas.fillStyle = (drawn >> bit) & 1 ? "#fff" : "#000";
      canvas.fillRect(bit * ${pattern.square}, 0, ${pattern.square}, ${pattern.square});
    }
    drawn += 1;
    if (drawn === 60) console.log(\`pattern of \${innerWidth}x\${innerHeight}\`);
    requestAnimationFrame(draw);
  }
  requestAnimationFrame(draw);
</script>`;

export interface PageServer {
  readonly url: string;
  readonly port: number;
  /** Paths that were asked for. */
  readonly asked: string[];
  close(): void;
}

export type Answer = string | { readonly location: string };

/** Serves these pages, by their paths, at an address of the loopback. */
export async function servePages(
  pages: Readonly<Record<string, Answer>>,
  address = "127.0.0.1",
): Promise<PageServer> {
  const asked: string[] = [];
  const server: Server = createServer(({ url = "/" }, response) => {
    asked.push(url);
    const page = pages[url.replace(/\?.*/, "")];
    if (page === undefined) response.writeHead(404).end("nothing is here");
    else if (typeof page === "string") response.setHeader("content-type", "text/html").end(page);
    else response.writeHead(302, page).end();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, address, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    ...{ url: `http://${address}:${port}`, port, asked },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
