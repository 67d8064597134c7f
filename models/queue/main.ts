import { configOrExit } from "@framewright/runtime/env.ts";
import { createLogger } from "@framewright/runtime/log.ts";
import { listen } from "@framewright/runtime/ops-server.ts";
import { stopOnSignals } from "@framewright/runtime/shutdown.ts";
import { readQueueEnv } from "../env.ts";
import { readyPods, watchPods } from "./pods.ts";
import { createQueue } from "./queue.ts";

const lookEveryMs = 1000;

const config = configOrExit(readQueueEnv);
const { service } = config;
const log = createLogger({ level: config.logLevel, base: { service: `${service}-queue` } });
const { line, server, ops } = createQueue({ ...config, log });
await listen(ops, config.opsPort);
await listen(server, config.port);
log.info({ port: config.port, pods: config.podsHost }, "listening");

const stopping = new AbortController();
const watching = watchPods({
  find: () => readyPods(config.podsHost),
  onPods: (pods) => {
    line.setPods(pods);
  },
  ...{ everyMs: lookEveryMs, log, signal: stopping.signal },
});
stopOnSignals(async () => {
  // What is worked on ends; what waits is asked for again, and finds the pod that takes this one's place.
  server.closeIdleConnections();
  const closed = new Promise((resolve) => server.close(resolve));
  line.close();
  await closed;
  stopping.abort();
  await watching;
}, log);
