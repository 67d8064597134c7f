import type { ModelsEnv } from "../../models/env.ts";
import { enginesFolder, pythonProgram, weightsFolder } from "./fetch-weights.ts";
import type { ModelService } from "./weights.ts";

type NodeService = Exclude<ModelService, "stt">;

interface Launch {
  readonly command: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
}

export const loopback = "127.0.0.1";

/** Typed by the program's own schema: a missing or unknown variable does not compile. */
function nodeEnv(
  service: NodeService,
  port: number,
): { readonly [Name in keyof ModelsEnv]: string } {
  return {
    SERVICE: service,
    HOST: loopback,
    PORT: String(port),
    MODELS_DIR: weightsFolder(service),
    ENGINES_DIR: enginesFolder,
    LOG_LEVEL: "info",
  };
}

function launchNode(service: NodeService, port: number): Launch {
  return { command: [process.execPath, "models/main.ts"], env: nodeEnv(service, port) };
}

/** How each service is started on a port of loopback. */
export const launches: Readonly<Record<ModelService, (port: number) => Launch>> = {
  stt: (port) => ({
    command: [pythonProgram, "models/stt/server.py"],
    env: { HOST: loopback, PORT: String(port), MODELS_DIR: weightsFolder("stt") },
  }),
  mt: (port) => launchNode("mt", port),
  tts: (port) => launchNode("tts", port),
};
