import { createSocket } from "node:dgram";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createServer as createTcpServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { expect, it, onTestFinished } from "vitest";
import { browserArguments } from "../../egress/src/web/browser-arguments.ts";
import { servePages } from "../support/egress/page-server.ts";
import { startWebContainer } from "../support/egress/web-container.ts";
import { startProxyProcess } from "./proxy-process.ts";

/**
 * What a page can reach that asks for addresses inside. By the flags that a recorder uses nothing is reached, and each flag is there
 * for a reason: without it something is. What was reached is printed.
 */
interface Inside {
  readonly port: number;
  readonly udpPort: number;
  hits: number;
  datagrams: number;
}

/** Counts what comes: connections at both loopbacks, and datagrams of STUN and QUIC. */
async function listenInside(): Promise<Inside> {
  const server = createServer((_, response) => {
    inside.hits += 1;
    response.writeHead(200, { "access-control-allow-origin": "*" }).end("secret");
  });
  const port = await new Promise<number>((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      resolve((server.address() as AddressInfo).port);
    });
  });
  const second = createTcpServer((socket) => {
    inside.hits += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => {
    second.once("error", () => {
      resolve();
    });
    second.listen(port, "::1", resolve);
  });
  const udp = createSocket("udp4").on("message", () => {
    inside.datagrams += 1;
  });
  const udpPort = await new Promise<number>((resolve) => {
    udp.bind(0, "127.0.0.1", () => {
      resolve(udp.address().port);
    });
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
    second.close();
    udp.close();
  });
  const inside: Inside = { port, udpPort, hits: 0, datagrams: 0 };
  return inside;
}

/** Asks by every way that a page has, and says so when it has asked for all. */
function evilPage({ port, udpPort }: Inside): string {
  const urls = [
    ...["127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f000001", "127.1"].map(
      (host) => `http://${host}:${port}/`,
    ),
    `http://inside.localhost:${port}/`,
    "http://169.254.169.254/latest/meta-data/",
    "http://metadata.google.internal/computeMetadata/v1/",
    "http://10.0.0.1/",
    "http://[::ffff:127.0.0.1]/",
    `https://127.0.0.1:${port}/`,
  ];
  return `<!doctype html><title>evil</title><body><script>
    const urls = ${JSON.stringify(urls)};
    for (const url of urls) {
      fetch(url, { mode: "no-cors" }).catch(() => {});
      new Image().src = url + "image";
      const frame = document.createElement("iframe");
      frame.src = url + "frame";
      document.body.append(frame);
      navigator.sendBeacon(url + "beacon", "x");
    }
    for (const name of ["preconnect", "dns-prefetch", "prefetch", "preload"]) {
      const link = document.createElement("link");
      Object.assign(link, { rel: name, href: urls[0] + name, as: "fetch" });
      document.head.append(link);
    }
    try { new WebSocket("ws://127.0.0.1:${port}/socket"); } catch {}
    try { new EventSource("http://127.0.0.1:${port}/events"); } catch {}
    try { new WebTransport("https://127.0.0.1:${udpPort}/quic").ready.catch(() => {}); } catch {}
    for (const file of ["file:///etc/passwd", "chrome://version", "view-source:http://127.0.0.1:${port}/"]) {
      const frame = document.createElement("iframe");
      frame.src = file;
      document.body.append(frame);
    }
    const peer = new RTCPeerConnection({
      iceServers: [
        { urls: "stun:127.0.0.1:${udpPort}" },
        { urls: "turn:127.0.0.1:${udpPort}?transport=udp", username: "u", credential: "c" },
        { urls: "turn:127.0.0.1:${port}?transport=tcp", username: "u", credential: "c" },
      ],
    });
    peer.createDataChannel("x");
    peer.createOffer().then((offer) => peer.setLocalDescription(offer));
    setTimeout(() => fetch("/asked"), 6000);
  </script></body>`;
}

/** Shows the page in the recorder's image, by these arguments of the browser alone. */
async function reachedWith(change: (args: string[]) => string[]) {
  const inside = await listenInside();
  const pages = await servePages({ "/": evilPage(inside), "/asked": "yes" }, "127.0.0.2");
  const proxy = await startProxyProcess([pages.port, inside.port], "127.0.0.2/32");
  const display = "Xvfb :77 -screen 0 640x360x24 -nolisten tcp & sleep 1; export DISPLAY=:77; exec";
  const args = change(browserArguments({ width: 640, height: 360, proxy: proxy.url }));
  const quiet = ["--no-first-run", "--disable-background-networking", "--disable-component-update"];
  const words = [...args, ...quiet, "--user-data-dir=/work/profile", `${pages.url}/`];
  const container = await startWebContainer({
    command: ["catatonit", "--", "sh", "-c", `${display} chromium "$@"`, "sh", ...words],
    env: { PATH: "/usr/bin:/bin", HOME: "/work", LANG: "C.UTF-8" },
  });
  onTestFinished(async () => {
    await container.close();
    await proxy.close();
    pages.close();
  });
  const until = Date.now() + 90_000;
  while (!pages.asked.includes("/asked") && Date.now() < until) await pause(200);
  expect(pages.asked, container.log()).toContain("/asked");
  const refused = await proxy.figure("framewright_egress_proxy_requests_total");
  return { hits: inside.hits, datagrams: inside.datagrams, asked: refused };
}

const without =
  (...starts: string[]) =>
  (args: string[]) =>
    args.filter((arg) => !starts.some((start) => arg.startsWith(start)));

it("a page reaches nothing inside, by any way that it has", async () => {
  const found = await reachedWith((args) => args);
  console.log("as a recorder", found);
  expect(found).toMatchObject({ hits: 0, datagrams: 0 });
  expect(found.asked).toBeGreaterThan(10);
});

it("would reach the loopback, were it not sent to the proxy as well", async () => {
  const found = await reachedWith(without("--proxy-bypass-list", "--host-resolver-rules"));
  console.log("without <-loopback>", found);
  expect(found.hits).toBeGreaterThan(0);
});
