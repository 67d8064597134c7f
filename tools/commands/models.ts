import { parseArgs } from "node:util";
import { checkUsage, runCheck } from "../models/check/run-check.ts";
import { serveModels, setUpModels } from "../models/serve.ts";
import { modelServices, weightFiles, type ModelService } from "../models/weights.ts";

export const usage = `npm run models -- serve|fetch|weights|check [SERVICE...]

Speech to text, translation and speech from text, by small models on this machine's CPU. Services are ${modelServices.join(", ")}.

  serve                runs them as plain processes on loopback until Ctrl-C; fetches before what is missing;
                       --stt PORT, --mt PORT, --tts PORT instead of free ports
  fetch                only fetches: weights and engines, 150 to 650 MB a service, into the cache of this user
  weights              lists the files of the weights with what they are checked against
  check                asks a service, ours or one of yours, what the platform will ask it; npm run models:check -- --help

docs/models.md has what they offer and how to call them.`;

function isService(name: string): name is ModelService {
  return modelServices.some((service) => service === name);
}

function chosen(names: readonly string[]): readonly ModelService[] {
  const unknown = names.filter((name) => !isService(name));
  if (unknown.length > 0) {
    const there = modelServices.join(", ");
    throw new Error(`There is no model service "${unknown.join(", ")}". Services are: ${there}`);
  }
  return names.length === 0 ? modelServices : modelServices.filter((name) => names.includes(name));
}

function portOf(text: string | undefined, service: ModelService): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new Error(`--${service} must be a port from 1 to 65535; it is "${text}"`);
}

/** Resolves when the user wants it to end. */
function interruption(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      resolve(undefined);
    });
  }
  return promise;
}

async function serve(args: readonly string[]): Promise<void> {
  const port = { type: "string" } as const;
  const options = { stt: port, mt: port, tts: port };
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  const services = chosen(positionals);
  const ports = Object.fromEntries(modelServices.map((name) => [name, portOf(values[name], name)]));
  await setUpModels(services);
  const interrupted = interruption();
  const models = await serveModels(services, {
    ports,
    onLine: (service, line) => {
      console.log(`${service}  ${line}`);
    },
  });
  console.log("");
  for (const service of services) console.log(`  ${service.padEnd(4)} ${models[service].url}`);
  console.log("  end  Ctrl-C\n");
  await interrupted;
  await models.stop();
  process.exit();
}

function listWeights(): void {
  for (const { service, path, sizeBytes, sha256 } of weightFiles) {
    console.log(
      `${service.padEnd(4)} ${path.padEnd(38)} ${String(sizeBytes).padStart(10)}  ${sha256}`,
    );
  }
}

const actions: Readonly<Record<string, (args: readonly string[]) => Promise<void> | void>> = {
  serve,
  fetch: (args) => setUpModels(chosen(args)),
  weights: listWeights,
  check: (args) => {
    if (args[0] !== "--help") return runCheck(args);
    console.log(checkUsage);
  },
};

export async function run([name = "", ...args]: readonly string[]): Promise<void> {
  const action = actions[name];
  if (action === undefined) throw new Error(`"${name}" is not understood.\n\n${usage}`);
  await action(args);
}
