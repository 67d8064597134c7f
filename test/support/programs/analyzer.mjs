// A policy pack reduced to what the protocol needs, so that no policy SDK has to be installed for the test.
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const grpc = require("@grpc/grpc-js");
const analyzer = require("@pulumi/pulumi/proto/analyzer_pb.js");
const services = require("@pulumi/pulumi/proto/analyzer_grpc_pb.js");
const plugin = require("@pulumi/pulumi/proto/plugin_pb.js");
const { Empty } = require("google-protobuf/google/protobuf/empty_pb.js");

function analyze(request) {
  const response = new analyzer.AnalyzeResponse();
  if (request.getType() !== "random:index/randomPassword:RandomPassword") return response;
  const diagnostic = new analyzer.AnalyzeDiagnostic();
  diagnostic.setPolicyname("long-passwords");
  diagnostic.setPolicypackname("test-pack");
  diagnostic.setPolicypackversion("1.0.0");
  diagnostic.setMessage(
    `a password of ${request.getProperties().toJavaScript().length} is too short`,
  );
  diagnostic.setEnforcementlevel(analyzer.EnforcementLevel.MANDATORY);
  diagnostic.setUrn(request.getUrn());
  return (response.addDiagnostics(diagnostic), response);
}

function info() {
  const answer = new analyzer.AnalyzerInfo();
  answer.setName("test-pack");
  answer.setVersion("1.0.0");
  answer.setSupportsconfig(false);
  return answer;
}

const handlers = {
  analyze,
  analyzeStack: () => new analyzer.AnalyzeResponse(),
  remediate: () => new analyzer.RemediateResponse(),
  getAnalyzerInfo: info,
  getPluginInfo: () => new plugin.PluginInfo().setVersion("1.0.0"),
  configure: () => new Empty(),
  cancel: () => new Empty(),
};
const implementation = Object.fromEntries(
  Object.keys(services.AnalyzerService).map((name) => [
    name,
    (call, callback) => {
      const handle = handlers[name];
      if (handle === undefined) callback({ code: grpc.status.UNIMPLEMENTED, message: name });
      else callback(null, handle(call.request));
    },
  ]),
);
const server = new grpc.Server();
server.addService(services.AnalyzerService, implementation);
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) throw error;
  console.log(port);
});
