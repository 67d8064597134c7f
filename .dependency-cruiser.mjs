// Who may import whom. docs/architecture.md has the same as a table for people.

const app = "^(api|egress|models|objects|worker)/";
/** What apps share; nobody else imports it. */
const runtime = "^runtime/";
/** What apps share of planning; nobody else imports it. */
const media = "^media/";
const component = "^services/";

/** The rooms of a folder from the ground floor up: a room may import its own floor and those below. */
const floors = {
  config: [
    "^config/(?!rules|load|account-need)",
    "^config/rules/",
    "^config/rules\\.ts$",
    "^config/load\\.ts$",
    "^config/account-need\\.ts$",
  ],
  infra: [
    "^infra/(cluster|component)\\.ts$",
    "^infra/(gpu|tenancy)/",
    "^infra/(gke|eks|local)/",
    "^infra/index\\.ts$",
  ],
  services: [
    "^services/kit/app\\.ts$",
    "^services/kit/(network|secrets)/",
    "^services/kit/pods/",
    "^services/kit/(scaling|tls)/",
    "^services/kit/(backends|settings|workloads)/",
    "^services/(?!kit/)[^/]+/",
    "^services/index\\.ts$",
  ],
  api: [
    "^api/(env|errors)\\.ts$",
    "^api/backends/",
    "^api/(jobs|keys|workers)/|^api/egress/(?!settings)",
    "^api/plugins/",
    "^api/routes/",
    "^api/(start|main|migrate)\\.ts$",
  ],
  worker: [
    "^worker/(env|src/failure)\\.ts$",
    "^worker/src/media/",
    "^worker/src/ops/",
    "^worker/src/agent/",
    "^worker/src/job/",
    "^worker/src/worker\\.ts$",
    "^worker/main\\.ts$",
  ],
  egress: [
    "^egress/env\\.ts$",
    "^egress/src/(media|sources|processes|recorder-api|messages)",
    "^egress/src/record/",
    "^egress/src/controller/",
    "^egress/(main|recorder)\\.ts$",
  ],
  policy: ["^policy/kit/", "^policy/rules/", "^policy/index\\.ts$"],
  tools: ["^tools/(?!commands/|cli)", "^tools/commands/", "^tools/cli\\.ts$"],
};

const noUpArrows = Object.entries(floors).flatMap(([folder, rooms]) =>
  rooms.slice(0, -1).map((room, floor) => ({
    name: `no-up-arrows-in-${folder}-from-floor-${floor}`,
    comment: "What a lower floor needs of a higher one belongs on the lower floor.",
    severity: "error",
    from: { path: room },
    to: { path: rooms.slice(floor + 1) },
  })),
);

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    ...noUpArrows,
    {
      name: "no-circle",
      comment:
        "Modules that need each other, if only for a type, are one module, or miss a third one.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "resolvable",
      comment: "An import that resolves to nothing.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: "program-reads-like-a-table-of-contents",
      comment:
        "index.ts reads config, provisions a cluster and deploys the platform. Nothing deeper.",
      severity: "error",
      from: { path: "^index\\.ts$" },
      to: {
        path: "^[^/]+/",
        pathNot: "^(config/load|infra/index|services/index)\\.ts$|^node_modules/",
      },
    },
    {
      name: "config-stands-alone",
      comment: "config/ knows the contracts and nothing else of ours.",
      severity: "error",
      from: { path: "^config/" },
      to: {
        path: "^(infra|services|api|egress|models|objects|worker|runtime|tools|test|policy)/",
      },
    },
    {
      name: "infra-ends-at-a-cluster",
      comment: "infra/ knows nothing of what runs on the cluster.",
      severity: "error",
      from: { path: "^infra/" },
      to: {
        path: "^(services|api|egress|models|objects|worker|runtime|contracts|policy|tools|test)/",
      },
    },
    {
      name: "infra-is-handed-its-config",
      comment:
        "infra/ takes the types of the config and the tables of GPUs and versions, and is handed the values.",
      severity: "error",
      from: { path: "^infra/" },
      to: {
        path: "^config/",
        pathNot: "^config/(gpu-catalogue|kubernetes-versions)\\.ts$",
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "clouds-do-not-know-each-other",
      comment: "What two clouds share goes behind the Cluster interface, or beside them.",
      severity: "error",
      from: { path: "^infra/(gke|eks|local)/" },
      to: { path: "^infra/(gke|eks|local)/", pathNot: "^infra/$1/" },
    },
    {
      name: "services-see-only-the-cluster-interface",
      comment:
        "A component takes a Cluster and the component base class from infra/, nothing of one cloud.",
      severity: "error",
      from: { path: "^services/" },
      to: { path: "^infra/", pathNot: "^infra/(cluster|component)\\.ts$" },
    },
    {
      name: "services-are-handed-their-config",
      comment:
        "Of config/ a component takes types, and facts that no stack changes (units, tiers, load figures, how a value of a store is named).",
      severity: "error",
      from: { path: "^services/" },
      to: {
        path: "^config/",
        pathNot: "^config/(units|tiers|load-figures|stored-leaf)\\.ts$",
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "services-do-not-know-siblings",
      comment: "services/index.ts hands one service what it needs of another.",
      severity: "error",
      from: { path: "^services/([^/]+)/" },
      to: { path: "^services/[^/]+/", pathNot: "^services/($1|kit)/" },
    },
    {
      name: "kit-knows-no-service",
      comment: "services/kit is below every service.",
      severity: "error",
      from: { path: "^services/kit/" },
      to: { path: "^services/", pathNot: "^services/kit/" },
    },
    {
      name: "services-need-no-cloud",
      comment: "Only infra/<cloud> imports that cloud's SDK.",
      severity: "error",
      from: { pathNot: "^(infra|test)/" },
      to: { path: "node_modules/@pulumi/(gcp|google-native|aws|aws-native|awsx|eks|azure)" },
    },
    {
      name: "a-component-knows-its-app-by-type",
      comment: "A component is typed by its app's environment and runs none of its code.",
      severity: "error",
      from: { path: component },
      to: { path: app, dependencyTypesNot: ["type-only"] },
    },
    {
      name: "a-component-sees-only-the-environment",
      comment: "The environment's type is the only thing that a component takes from an app.",
      severity: "error",
      from: { path: component },
      to: { path: app, pathNot: "/env\\.ts$" },
    },
    {
      name: "an-app-knows-no-infrastructure",
      comment: "Apps run anywhere: they import the contracts and themselves.",
      severity: "error",
      from: { path: app },
      to: {
        path: "^(infra|config|policy|tools|test|services)/|node_modules/@pulumi/",
      },
    },
    {
      name: "apps-do-not-know-each-other",
      comment: "What crosses a process boundary is in contracts/.",
      severity: "error",
      from: { path: "^(api|egress|models|objects|worker)/" },
      to: { path: app, pathNot: "^$1/" },
    },
    {
      name: "runtime-is-for-apps",
      comment: "runtime/ is what every app needs: components, tools and the contracts do without.",
      severity: "error",
      from: { pathNot: "^(api|egress|models|objects|worker|runtime|test|bench)/" },
      to: { path: runtime },
    },
    {
      name: "runtime-knows-no-app",
      comment: "runtime/ is below every app, and imports nothing of ours.",
      severity: "error",
      from: { path: runtime },
      to: {
        path: "^(api|egress|models|objects|worker|contracts|config|infra|services|policy|tools|test)/|node_modules/@pulumi/",
      },
    },
    {
      name: "media-is-for-apps",
      comment:
        "media/ decides what ffmpeg is asked for: components, tools and the contracts do without.",
      severity: "error",
      from: { pathNot: "^(api|egress|objects|worker|media|test|bench)/" },
      to: { path: media },
    },
    {
      name: "media-decides-purely",
      comment:
        "media/ starts nothing and reads nothing, so that the API can plan what a worker does.",
      severity: "error",
      from: { path: media },
      to: { pathNot: `${media}|^contracts/|node_modules/typebox/` },
    },
    {
      name: "contracts-import-typebox-alone",
      comment: "Everybody imports the contracts, so they import nobody.",
      severity: "error",
      from: { path: "^contracts/" },
      to: { pathNot: "^contracts/|node_modules/typebox/" },
    },
    {
      name: "policy-stands-alone",
      comment: "The policy pack checks any program, so it imports none.",
      severity: "error",
      from: { path: "^policy/" },
      to: {
        path: "^(config|contracts|infra|services|api|egress|models|objects|worker|runtime|tools|test)/",
      },
    },
    {
      name: "tools-touch-the-product-through-its-contracts",
      comment: "tools/ builds, starts and calls the product from outside.",
      severity: "error",
      from: {
        path: "^tools/",
        pathNot:
          "^tools/(policy/(run|idle-exemptions|profile-check)|(dev|models)/environment|account/[a-z-]+)\\.ts$",
      },
      to: {
        path: "^(config|infra|services|api|egress|models|objects|worker|runtime|policy|test)/",
      },
    },
    {
      name: "the-preflight-reads-the-stack-config-alone",
      comment: "`npm run preflight` compares what a stack file asks for with what the account has.",
      severity: "error",
      from: { path: "^tools/account/" },
      to: { path: "^(infra|services|api|egress|models|objects|worker|runtime|policy|test)/" },
    },
    {
      name: "the-loop-is-typed-by-the-environments",
      comment: "`npm run dev` starts the programs with variables that their schemas type.",
      severity: "error",
      from: { path: "^tools/(dev|models)/environment\\.ts$" },
      to: {
        path: "^(config|infra|services|api|egress|models|objects|worker|runtime|policy|test)/",
        pathNot: "^(api|egress|models|objects|worker)/env\\.ts$",
      },
    },
    {
      name: "the-loop-runs-nothing-of-the-programs",
      comment: "Of an app's environment it takes the type alone.",
      severity: "error",
      from: { path: "^tools/(dev|models)/environment\\.ts$" },
      to: { path: app, dependencyTypesNot: ["type-only"] },
    },
    {
      name: "reports-name-the-rules",
      comment:
        "The report of `npm run policy` takes the list of the rules, how they know a name, and what a wrong one may mean.",
      severity: "error",
      from: { path: "^tools/policy/(run|idle-exemptions|profile-check)\\.ts$" },
      to: {
        path: "^(config|infra|services|api|egress|models|objects|worker|runtime|policy|test)/",
        pathNot: "^(policy/(rules|kit/(exemptions|pods|subject))|config/nearest)\\.ts$",
      },
    },
    {
      name: "nobody-imports-tests",
      comment: "Test code stays in test/; the measures in bench/ share its support.",
      severity: "error",
      from: { pathNot: "^(test|bench)/" },
      to: { path: "^test/" },
    },
    {
      name: "no-development-packages-at-run-time",
      comment: "What an image or the Pulumi program needs is a dependency, not a devDependency.",
      severity: "error",
      from: {
        path: "^(index\\.ts|config/|infra/|services/|api/|models/|worker/|runtime/|contracts/|policy/)",
      },
      to: { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only"] },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(\\.framewright|node_modules/\\.)" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default", "types"],
      extensions: [".ts", ".mjs", ".js", ".json"],
    },
  },
};
