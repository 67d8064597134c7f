/** Listens on the machine's loopback and carries each connection to the node's socket of that port. */
import { connect, createServer } from "node:net";
import { carry } from "./carry.ts";

const [...ports] = process.argv.slice(2);
if (ports.length === 0)
  throw new Error("usage: forwarder.ts PORT... (in the folder of the sockets)");

for (const port of ports) {
  const server = createServer({ allowHalfOpen: true }, (client) => {
    // A relative path: the folder's own may be longer than a socket's path can be.
    carry(client, () => connect({ path: `./${port}`, allowHalfOpen: true }));
  });
  server.on("error", (error) => {
    console.error(`forwarder: port ${port}: ${error.message}`);
    process.exitCode = 1;
  });
  server.listen(Number(port), "127.0.0.1");
}
