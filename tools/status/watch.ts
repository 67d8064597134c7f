import { setTimeout as sleep } from "node:timers/promises";
import { kubectl } from "../node/start.ts";
import { pages } from "../pages.ts";
import { figuresOfPages } from "./api-figures.ts";
import type { Figures } from "./figures.ts";
import { forwardTo, type Forward } from "./forward.ts";
import { figuresOfPrometheus } from "./prometheus-figures.ts";
import { lineOf, screenOf } from "./text.ts";

const timeoutMs = 5_000;
const api = { namespace: "framewright-api", selector: "app.kubernetes.io/name=api", port: 9090 };

async function get(url: string): Promise<Response> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  return answer;
}

async function namesOf(args: readonly string[]): Promise<string[]> {
  const text = await kubectl([...args, "-o", "name", "--ignore-not-found"]);
  return text.split("\n").filter((line) => line !== "");
}

async function forwards(): Promise<{ readonly kind: Figures["source"]; readonly to: Forward[] }> {
  const { namespace, service, port } = pages.prometheus;
  const found = await namesOf(["-n", namespace, "get", "service", service]);
  if (found.length > 0) {
    const target = `service/${service}`;
    return { kind: "prometheus", to: [await forwardTo({ namespace, target, port })] };
  }
  const running = ["--field-selector", "status.phase=Running"];
  const pods = await namesOf(["-n", api.namespace, "get", "pods", "-l", api.selector, ...running]);
  if (pods.length === 0) throw new Error("no pod of the API runs; `npm run doctor` says why");
  const to = pods.map((target) => forwardTo({ ...api, target }));
  return { kind: "api", to: await Promise.all(to) };
}

/** Connections that are made once and used until one of them breaks. */
class Source {
  #open: Awaited<ReturnType<typeof forwards>> | undefined;

  async read(): Promise<Figures> {
    this.#open ??= await forwards();
    const { kind, to } = this.#open;
    try {
      return await (kind === "prometheus" ? this.#ofPrometheus(to) : this.#ofApi(to));
    } catch (error) {
      this.close();
      throw error;
    }
  }

  close(): void {
    for (const forward of this.#open?.to ?? []) forward.close();
    this.#open = undefined;
  }

  async #ofApi(to: readonly Forward[]): Promise<Figures> {
    return figuresOfPages(
      await Promise.all(to.map(async ({ url }) => (await get(`${url}/metrics`)).text())),
    );
  }

  #ofPrometheus([forward]: readonly Forward[]): Promise<Figures> {
    return figuresOfPrometheus(async (query) => {
      const url = `${forward?.url ?? ""}/api/v1/query?query=${encodeURIComponent(query)}`;
      return (await get(url)).json();
    });
  }
}

export interface WatchArgs {
  readonly seconds: number;
  /** A screen that is written anew, or a line each time. */
  readonly isScreen: boolean;
  readonly write: (text: string) => void;
}

/** The cursor's way home, and what stands after it goes. */
const clear = "\u001b[H\u001b[J";

/** Shows the main figures again and again, until the process is ended. */
export async function watch({ seconds, isScreen, write }: WatchArgs): Promise<never> {
  const source = new Source();
  // The commands that forward would outlive this process.
  const end = (): never => {
    source.close();
    process.exit(130);
  };
  process.once("SIGINT", end).once("SIGTERM", end);
  for (;;) {
    const clock = new Date().toISOString().slice(11, 19);
    try {
      const figures = await source.read();
      write(isScreen ? `${clear}${screenOf(figures, clock)}` : `${lineOf(figures, clock)}\n`);
    } catch (error) {
      const [reason = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
      write(`${isScreen ? clear : ""}${clock}; no figures: ${reason}; trying again\n`);
    }
    await sleep(seconds * 1000);
  }
}
