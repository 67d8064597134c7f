import { connect } from "node:net";

/**
 * Keeps connections busy with one request each until the time is up, with as little work of its own as possible, and
 * prints how many were answered a second. As a process of its own: `keep-asking.ts <port> <seconds> <request as JSON>`.
 * @throws when an answer is not 2xx
 */
const [port = "0", seconds = "5", text = '""'] = process.argv.slice(2);
const wanted: unknown = JSON.parse(text);
if (typeof wanted !== "string") throw new Error("The request is a JSON string");
const request = wanted;
const connections = 20;
const warmUpMs = 1_000;

let answered = 0;

/** The length of the first answer in the text, or undefined while it is not whole. */
function wholeAnswer(received: string): number | undefined {
  const headEnd = received.indexOf("\r\n\r\n");
  if (headEnd < 0) return undefined;
  if (!/^HTTP\/1\.1 2/.test(received)) throw new Error(received);
  const length = /\r\ncontent-length: (\d+)/i.exec(received.slice(0, headEnd))?.[1];
  if (length === undefined) throw new Error(`An answer without a length: ${received}`);
  const end = headEnd + 4 + Number(length);
  return received.length < end ? undefined : end;
}

function keepAsking(): void {
  const socket = connect({ port: Number(port), host: "127.0.0.1", noDelay: true });
  let received = "";
  socket.setEncoding("latin1").on("data", (chunk: string) => {
    received += chunk;
    const end = wholeAnswer(received);
    if (end === undefined) return;
    received = received.slice(end);
    answered += 1;
    socket.write(request);
  });
  socket.write(request);
}

for (let i = 0; i < connections; i++) keepAsking();
await new Promise((resolve) => setTimeout(resolve, warmUpMs));
answered = 0;
const started = performance.now();
await new Promise((resolve) => setTimeout(resolve, Number(seconds) * 1000));
console.log(JSON.stringify(answered / ((performance.now() - started) / 1000)));
process.exit(0);
