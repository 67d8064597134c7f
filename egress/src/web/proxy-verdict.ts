import { request } from "node:http";

/** What the proxy says to an address: `refused` where it leads inside, `unreachable` where nobody answers there. */
export type Verdict = "open" | "refused" | "unreachable";

const verdicts: Readonly<Record<number, Verdict>> = { 200: "open", 403: "refused" };

/**
 * Asks the proxy itself whether it would connect: of a tunnel that it refused, Chromium keeps neither the status nor the text.
 * A proxy that does not answer reaches nothing either.
 */
export function askProxy(proxy: string, { hostname, port, protocol }: URL): Promise<Verdict> {
  const { hostname: host, port: proxyPort } = new URL(proxy);
  const target = `${hostname}:${port === "" ? (protocol === "http:" ? 80 : 443) : port}`;
  return new Promise((resolve) => {
    const asked = request({
      ...{ host, port: proxyPort, method: "CONNECT", path: target, timeout: 15_000 },
      headers: { host: target },
    });
    asked.once("connect", (response, socket) => {
      socket.destroy();
      resolve(verdicts[response.statusCode ?? 0] ?? "unreachable");
    });
    asked.once("response", (response) => {
      response.destroy();
      resolve(verdicts[response.statusCode ?? 0] ?? "unreachable");
    });
    asked.once("timeout", () => asked.destroy(new Error("no answer")));
    asked.once("error", () => {
      resolve("unreachable");
    });
    asked.end();
  });
}
