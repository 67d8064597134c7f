import { spawn, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { environmentWith } from "../env.ts";
import { ExecError } from "../exec.ts";
import type { Stack } from "../doctor/stack.ts";
import { inOrder, podLine, storedLine, type Line } from "./line.ts";
import { filterOf, isAbout, queryOf, type Asked } from "./query.ts";

const store = { namespace: "framewright-ops", service: "victoria-logs", port: 9428 } as const;
const mostLines = 5000;

/** Whether VictoriaLogs keeps the lines of this stack. */
export async function hasStore(stack: Stack): Promise<boolean> {
  const { namespace, service } = store;
  const name = ["get", "service", "--namespace", namespace, service];
  const found = await stack.kubectl([...name, "--ignore-not-found", "--output", "name"]);
  return found.trim() !== "";
}

interface Way {
  readonly url: string;
  readonly close: () => void;
}

function ended(child: ChildProcess, said: () => string): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  child.once("error", reject).once("close", (code) => {
    reject(new ExecError("kubectl port-forward", `ended with ${String(code)}`, said()));
  });
  return promise;
}

/** A way to VictoriaLogs on a free port of the loopback. */
async function openWay(stack: Stack): Promise<Way> {
  const { namespace, service, port } = store;
  const { command, args } = stack.command([
    ...["port-forward", "--namespace", namespace, `service/${service}`],
    `:${port}`,
  ]);
  const child = spawn(command, args, {
    env: environmentWith({}),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (said += chunk));
  const { promise, resolve } = Promise.withResolvers<string>();
  createInterface(child.stdout).on("line", (line) => {
    const [, found] = /^Forwarding from 127\.0\.0\.1:(\d+)/.exec(line) ?? [];
    if (found !== undefined) resolve(`http://127.0.0.1:${found}`);
  });
  const failed = ended(child, () => said);
  failed.catch(() => undefined); // what waits for it is told below; later the way is no longer needed
  const url = await Promise.race([promise, failed]);
  return { url, close: () => child.kill() };
}

async function ask(url: string, path: string, form: Record<string, string>): Promise<Response> {
  const answer = await fetch(`${url}/select/logsql/${path}`, {
    method: "POST",
    body: new URLSearchParams(form),
  });
  if (!answer.ok) throw new Error(`VictoriaLogs refuses: ${(await answer.text()).slice(0, 500)}`);
  return answer;
}

/** Lines that VictoriaLogs has, oldest first. */
export async function storedLines(stack: Stack, asked: Asked): Promise<Line[]> {
  const way = await openWay(stack);
  try {
    const form = { query: queryOf(asked), limit: String(mostLines) };
    const text = await (await ask(way.url, "query", form)).text();
    return inOrder(text.split("\n").flatMap((row) => storedLine(row) ?? []));
  } finally {
    way.close();
  }
}

/** Lines as they come to VictoriaLogs, until the connection ends. */
export async function followStored(
  stack: Stack,
  asked: Asked,
  onLine: (line: Line) => void,
): Promise<void> {
  const way = await openWay(stack);
  try {
    const { body } = await ask(way.url, "tail", { query: filterOf(asked.about) });
    if (body === null) return;
    let rest = "";
    for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
      const rows = (rest + chunk).split("\n");
      rest = rows.pop() ?? "";
      rows.flatMap((row) => storedLine(row) ?? []).forEach(onLine);
    }
  } finally {
    way.close();
  }
}

const apps = [
  ["framewright-api", "app.kubernetes.io/part-of=framewright"],
  ["framewright-workers", "app.kubernetes.io/part-of=framewright"],
] as const;

function podArguments(namespace: string, labels: string, since: string): string[] {
  const which = ["logs", "--namespace", namespace, "--selector", labels];
  return [...which, `--since=${since}`, "--prefix", "--tail=-1", "--max-log-requests=50"];
}

/** Lines that the pods of now still have, oldest first: those of pods that are gone are lost. */
export async function podLines(stack: Stack, asked: Asked): Promise<Line[]> {
  const texts = await Promise.all(
    apps.map(([namespace, labels]) => stack.kubectl(podArguments(namespace, labels, asked.since))),
  );
  const lines = texts.flatMap((text) => text.split("\n").flatMap((line) => podLine(line) ?? []));
  return inOrder(lines.filter((line) => isAbout(line, asked.about)));
}

/** Lines as the pods write them. */
export async function followPods(
  stack: Stack,
  asked: Asked,
  onLine: (line: Line) => void,
): Promise<void> {
  const children = apps.map(([namespace, labels]) => {
    const { command, args } = stack.command([...podArguments(namespace, labels, "1s"), "--follow"]);
    const child = spawn(command, args, {
      env: environmentWith({}),
      stdio: ["ignore", "pipe", "pipe"],
    });
    createInterface(child.stdout).on("line", (text) => {
      const line = podLine(text);
      if (line !== undefined && isAbout(line, asked.about)) onLine(line);
    });
    let said = "";
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => (said += chunk));
    return { child, over: ended(child, () => said) };
  });
  try {
    await Promise.race(children.map(({ over }) => over));
  } finally {
    for (const { child } of children) child.kill();
  }
}
