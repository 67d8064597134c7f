import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import type { ServerWritableStream } from "@grpc/grpc-js";
import emptyPb from "google-protobuf/google/protobuf/empty_pb.js";
import languagePb from "@pulumi/pulumi/proto/language_pb.js";
import pluginPb from "@pulumi/pulumi/proto/plugin_pb.js";
import type { ILanguageRuntimeServer } from "@pulumi/pulumi/proto/language_grpc_pb.js";
import type {
  GetProgramDependenciesRequest,
  GetProgramDependenciesResponse,
  GetRequiredPackagesResponse,
  InstallDependenciesRequest,
  InstallDependenciesResponse,
  ProgramInfo,
  RunPluginRequest,
  RunPluginResponse,
  RunRequest,
  RunResponse,
} from "@pulumi/pulumi/proto/language_pb.js";
import { lacking, toServiceError } from "../kit/errors.ts";
import { unary } from "../kit/serve.ts";
import { installedVersion } from "../kit/version.ts";
import { Children, ended } from "./children.ts";
import { installedPackages, requiredPlugins } from "./packages.ts";
import { pluginCommand, programCommand, runResult } from "./run.ts";

function requiredPackages(info: ProgramInfo | undefined): GetRequiredPackagesResponse {
  const response = new languagePb.GetRequiredPackagesResponse();
  for (const plugin of requiredPlugins(info?.getProgramDirectory() ?? process.cwd(), process.env)) {
    const dependency = new pluginPb.PackageDependency();
    dependency.setName(plugin.name);
    dependency.setKind("resource");
    dependency.setVersion(plugin.version);
    dependency.setServer(plugin.server);
    response.addPackages(dependency);
  }
  return response;
}

function programDependencies(
  request: GetProgramDependenciesRequest,
): GetProgramDependenciesResponse {
  const directory = request.getInfo()?.getProgramDirectory() ?? process.cwd();
  const response = new languagePb.GetProgramDependenciesResponse();
  for (const installed of installedPackages(directory, request.getTransitivedependencies())) {
    const dependency = new languagePb.DependencyInfo();
    dependency.setName(installed.name);
    dependency.setVersion(installed.version);
    response.addDependencies(dependency);
  }
  return response;
}

async function runProgram(
  request: RunRequest,
  engineAddress: string,
  children: Children,
): Promise<RunResponse> {
  const child = children.start(programCommand(request, engineAddress), "inherit");
  const { error, bail } = runResult(await ended(child));
  const response = new languagePb.RunResponse();
  response.setError(error);
  response.setBail(bail);
  return response;
}

/** Passes a process's output on as messages of a stream, made by `toMessage`. */
function forward<Message>(
  child: ChildProcess,
  write: (message: Message) => void,
  toMessage: (source: "stdout" | "stderr", data: Buffer) => Message,
): void {
  for (const source of ["stdout", "stderr"] as const) {
    child[source]?.on("data", (data: Buffer) => {
      write(toMessage(source, data));
    });
  }
}

async function runPlugin(
  call: ServerWritableStream<RunPluginRequest, RunPluginResponse>,
  children: Children,
): Promise<void> {
  const child = children.start(pluginCommand(call.request), "pipe");
  call.on("cancelled", () => {
    children.stop(child);
  });
  const write = (message: RunPluginResponse): void => void call.write(message);
  forward(child, write, (source, data) => {
    const message = new languagePb.RunPluginResponse();
    return source === "stdout" ? message.setStdout(data) : message.setStderr(data);
  });
  const { code } = await ended(child);
  write(new languagePb.RunPluginResponse().setExitcode(code ?? 1));
}

async function installDependencies(
  call: ServerWritableStream<InstallDependenciesRequest, InstallDependenciesResponse>,
): Promise<void> {
  const cwd = call.request.getInfo()?.getProgramDirectory() ?? call.request.getDirectory();
  const child = spawn("npm", ["install"], { cwd, stdio: ["ignore", "pipe", "pipe"] });
  const write = (message: InstallDependenciesResponse): void => void call.write(message);
  forward(child, write, (source, data) => {
    const message = new languagePb.InstallDependenciesResponse();
    return source === "stdout" ? message.setStdout(data) : message.setStderr(data);
  });
  const { code } = await ended(child);
  if (code !== 0) throw new Error(`npm install in ${cwd} failed with exit code ${String(code)}`);
}

/** Ends a stream after the work behind it, with its error if it has one. */
function finishing<Request, Response>(
  work: (call: ServerWritableStream<Request, Response>) => Promise<void>,
): (call: ServerWritableStream<Request, Response>) => void {
  return (call) => {
    Promise.resolve(call)
      .then(work)
      .then(
        () => {
          call.end();
        },
        (error: unknown) => {
          call.destroy(toServiceError(error));
        },
      );
  };
}

function refuse(what: string): () => never {
  return () => {
    throw lacking(what, "pulumi-language-nodejs");
  };
}

/** The nodejs language host: programs, policy packs, and what `pulumi about` and `pulumi install` ask. */
export function languageHost(initialAddress: string): ILanguageRuntimeServer {
  const children = new Children();
  let engineAddress = initialAddress;
  return {
    handshake: unary((request) => {
      engineAddress = request.getEngineAddress();
      return new languagePb.LanguageHandshakeResponse();
    }),
    getRequiredPlugins: unary(() => new languagePb.GetRequiredPluginsResponse()),
    getRequiredPackages: unary((request) => requiredPackages(request.getInfo())),
    run: unary((request) => runProgram(request, engineAddress, children)),
    runPlugin: finishing((call) => runPlugin(call, children)),
    getPluginInfo: unary(() =>
      new pluginPb.PluginInfo().setVersion(installedVersion("@pulumi/pulumi")),
    ),
    about: unary(() =>
      new languagePb.AboutResponse().setExecutable(process.execPath).setVersion(process.version),
    ),
    getProgramDependencies: unary(programDependencies),
    installDependencies: finishing(installDependencies),
    runtimeOptionsPrompts: unary(() => new languagePb.RuntimeOptionsResponse()),
    template: unary(() => new languagePb.TemplateResponse()),
    generateProgram: unary(refuse("generating a program")),
    generateProject: unary(refuse("generating a project")),
    generatePackage: unary(refuse("generating an SDK")),
    pack: unary(refuse("packing an SDK")),
    link: unary(refuse("linking a package")),
    cancel: unary(() => {
      children.stopAll();
      return new emptyPb.Empty();
    }),
  };
}
