import { createServer as httpServer } from "node:http";
import { createServer as tcpServer } from "node:net";
import { text } from "node:stream/consumers";

/**
 * A receiver of alerts for tests: an HTTP server that takes what Slack, PagerDuty and a dead man's switch take, and a mail server. It
 * prints each message as a line of JSON, and imports nothing of ours, so that it can run in any pod that has Node.
 */

/** Those that the policy pack lets Alertmanager out to. */
export const receiverPorts = { http: 443, smtp: 587 } as const;

export interface Message {
  /** When it came, in milliseconds since 1970. */
  readonly at: number;
  /** `/slack`, `/pagerduty`, `/watchdog` or `mail`. */
  readonly to: string;
  readonly body: string;
}

function print(to: string, body: string): void {
  const message: Message = { at: Date.now(), to, body };
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

/** What the services answer. Alertmanager reads it, and tries again when it is something else. */
const web: Readonly<Record<string, { status: number; type: string; said: string }>> = {
  "/slack": { status: 200, type: "text/plain", said: "ok" },
  "/pagerduty": {
    status: 202,
    type: "application/json",
    said: '{"status":"success","message":"Event processed","dedup_key":"x"}',
  },
};

const server = httpServer((request, response) => {
  void text(request).then((body) => {
    const path = request.url ?? "";
    print(path, body);
    const { status, type, said } = web[path] ?? { status: 200, type: "text/plain", said: "OK" };
    response.writeHead(status, { "content-type": type }).end(said);
  });
});

const answers: Readonly<Record<string, string>> = { DATA: "354 go on", QUIT: "221 bye" };

/** As much of SMTP as a sender needs that neither encrypts nor logs in. */
const mail = tcpServer((socket) => {
  let waiting = "";
  let letter: string | undefined;
  socket.setEncoding("utf8").write("220 receiver\r\n");
  socket.on("error", () => undefined); // the sender has left; what it sent is printed
  socket.on("data", (chunk) => {
    waiting += String(chunk);
    for (let end = waiting.indexOf("\r\n"); end >= 0; end = waiting.indexOf("\r\n")) {
      const line = waiting.slice(0, end);
      waiting = waiting.slice(end + 2);
      if (letter === undefined) {
        const verb = line.slice(0, 4).toUpperCase();
        if (verb === "DATA") letter = "";
        socket.write(`${answers[verb] ?? "250 ok"}\r\n`);
      } else if (line === ".") {
        print("mail", letter);
        letter = undefined;
        socket.write("250 taken\r\n");
      } else {
        letter += `${line}\n`;
      }
    }
  });
});

if (import.meta.main) {
  server.listen(receiverPorts.http);
  mail.listen(receiverPorts.smtp);
}
