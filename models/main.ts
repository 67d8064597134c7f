import { join } from "node:path";
import { configOrExit } from "@framewright/runtime/env.ts";
import { createLogger } from "@framewright/runtime/log.ts";
import { stopOnSignals } from "@framewright/runtime/shutdown.ts";
import { EngineFolder } from "./engine-module.ts";
import { readModelsEnv } from "./env.ts";
import { createModelServer, libreTranslateError, openAiError } from "./http/model-server.ts";
import { loadBergamot, type Translator } from "./mt/bergamot.ts";
import { addTranslation, mtModel } from "./mt/service.ts";
import { loadKokoro, type Speaker } from "./tts/kokoro.ts";
import { addSpeech, ttsModel } from "./tts/service.ts";

/** A value that is there once it is loaded; requests before are refused. */
function loaded<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("the model is not loaded");
  return value;
}

const config = configOrExit(readModelsEnv);
const { service, queueLimit, maxCharacters } = config;
const log = createLogger({ level: config.logLevel, base: { service } });
const engines = new EngineFolder(config.enginesDir);
const weights = join(config.modelsDir, service);
const common = { service, queueLimit, bodyLimit: 1_048_576, log };

/** What differs between the services. */
const services = {
  mt: () => {
    let translator: Translator | undefined;
    const server = createModelServer({ ...common, model: mtModel, errorBody: libreTranslateError });
    addTranslation(server, maxCharacters, () => loaded(translator));
    const load = async (): Promise<void> => {
      translator = await loadBergamot(engines, weights);
    };
    return { server, load };
  },
  tts: () => {
    let speaker: Speaker | undefined;
    const server = createModelServer({ ...common, model: ttsModel, errorBody: openAiError });
    addSpeech(server, maxCharacters, () => loaded(speaker));
    const load = async (): Promise<void> => {
      const { threads, espeakPath: espeak } = config;
      speaker = await loadKokoro({ engines, weights, threads, espeak });
    };
    return { server, load };
  },
} as const;

const { server, load } = services[service]();
await server.app.listen({ host: config.host, port: config.port });
stopOnSignals(() => server.app.close(), log);
const began = performance.now();
await load();
server.setLoaded();
log.info({ port: config.port, ms: Math.round(performance.now() - began) }, "ready");
