/** How long a packet may take; who drops it says nothing, so silence is the sign of a denial. */
const silenceMs = 2_000;
/** How long a new pod's rules may take to reach the packet filter. */
const patienceMs = 30_000;

/**
 * Runs in a probe pod, with the questions as its argument. It asks for what should be open until it is open,
 * then it asks for the rest once: by then the pod's rules are in force, and silence is no matter of time.
 */
export const probeScript = `
const { lookup } = require("node:dns/promises");
const { connect } = require("node:net");
const { setTimeout: sleep } = require("node:timers/promises");
const deadline = Date.now() + ${patienceMs};
async function address(host) {
  for (;;) {
    try {
      return (await lookup(host)).address;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(500);
    }
  }
}
function knock(host, port) {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: ${silenceMs} });
    const end = (seen) => () => {
      socket.destroy();
      resolve(seen);
    };
    socket.on("connect", end("open")).on("timeout", end("silent"));
    socket.on("error", ({ code }) => end(code)());
  });
}
async function untilOpen(host, port) {
  for (;;) {
    const seen = await knock(host, port);
    if (seen === "open" || Date.now() > deadline) return seen;
  }
}
async function main() {
  const questions = JSON.parse(process.argv[1]);
  const places = await Promise.all(questions.map(({ host }) => address(host)));
  const seen = questions.map(() => "");
  const ask = (wanted, way) =>
    Promise.all(
      questions.map(async ({ port, allowed }, index) => {
        if (allowed === wanted) seen[index] = await way(places[index], port);
      }),
    );
  await ask(true, untilOpen);
  await ask(false, knock);
  console.log(JSON.stringify(seen));
}
main();
`;
