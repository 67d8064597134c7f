import { at, call, excerpt, jsonOf, listOf, textOf, type Answer } from "./call.ts";
import type { Base } from "./dialects.ts";
import type { Check, Finding } from "./outcome.ts";

/** An error that a program can act on and a person can read. */
export function refusal(answer: Answer): Finding {
  const body = jsonOf(answer);
  const words = ["error.message", "error", "message", "detail"].map((path) =>
    textOf(at(body, path)),
  );
  const said = words.find((text) => text !== undefined);
  const isRefused = answer.status >= 400 && answer.status < 500;
  const came = `${answer.status} ${said ?? excerpt(answer)}`;
  return { ok: isRefused && (said !== undefined || body !== undefined), came };
}

/** Judges an answer of 200 further; any other is a failure with what it says. */
export function whenOk(judge: (answer: Answer) => Finding): (answer: Answer) => Finding {
  return (answer) =>
    answer.status === 200
      ? judge(answer)
      : { ok: false, came: `${answer.status} ${excerpt(answer)}` };
}

/** What every service has. */
export function general(url: string, { health, gaps }: Base): Check[] {
  return [
    {
      name: "health",
      asked: `GET ${health}`,
      gap: gaps["health"],
      ask: () => call(`${url}${health}`),
      judge: (answer) => ({ ok: answer.status === 200, came: String(answer.status) }),
    },
    {
      name: "models",
      asked: "GET /v1/models",
      gap: gaps["models"],
      ask: () => call(`${url}/v1/models`),
      judge: whenOk((answer) => {
        const ids = listOf(at(jsonOf(answer), "data")).map((row) => String(at(row, "id")));
        return { ok: ids.length > 0, came: ids.join(", ") };
      }),
    },
  ];
}
