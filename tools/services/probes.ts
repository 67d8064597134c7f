import { connect } from "node:net";

/** Sends bytes to a port of loopback and returns the first bytes of the answer. */
function firstAnswer(port: number, request: Buffer | string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    socket.setTimeout(2000, () => socket.destroy(new Error("no answer within 2 s")));
    socket.once("connect", () => socket.write(request));
    socket.once("data", (answer) => {
      resolve(answer);
      socket.destroy();
    });
    socket.once("error", reject);
    socket.once("close", () => {
      reject(new Error("closed without an answer"));
    });
  });
}

/** Postgres asks for a password ("R") once it takes connections; before, it answers with an error ("E"). */
export async function postgresAnswers(port: number): Promise<void> {
  const parameters = Buffer.from("user\0framewright\0database\0framewright\0\0");
  const head = Buffer.alloc(8);
  head.writeInt32BE(parameters.length + head.length);
  head.writeInt32BE(3 << 16, 4); // protocol 3.0
  const answer = await firstAnswer(port, Buffer.concat([head, parameters]));
  if (answer.at(0) !== "R".charCodeAt(0)) throw new Error("it is still starting");
}

/** Without a password Redis refuses a PING, but only once its data is loaded. */
export async function redisAnswers(port: number): Promise<void> {
  const answer = await firstAnswer(port, "PING\r\n");
  if (!/^(-NOAUTH|\+PONG)/.test(answer.toString())) throw new Error(answer.toString().trim());
}

/** A broker greets with a method frame (1). */
export async function amqpAnswers(port: number): Promise<void> {
  const answer = await firstAnswer(port, Buffer.from("AMQP\0\0\x09\x01"));
  if (answer.at(0) !== 1) throw new Error("it refused AMQP 0.9.1");
}

export async function httpAnswers(url: string, authorization?: string): Promise<void> {
  const headers = authorization === undefined ? {} : { authorization };
  const response = await fetch(url, { headers, signal: AbortSignal.timeout(5000) });
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
}
