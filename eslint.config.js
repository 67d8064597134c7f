import tseslint from "typescript-eslint";

/** Sizes and shapes that the house style asks for; an exception carries its reason where it stands. */
const shape = {
  "max-lines": ["error", { max: 300, skipBlankLines: true, skipComments: true }],
  "max-lines-per-function": ["error", { max: 60, skipBlankLines: true, skipComments: true }],
  "max-params": ["error", 4],
  "max-depth": ["error", 3],
  complexity: ["error", 12],
  eqeqeq: "error",
  "no-param-reassign": "error",
  "@typescript-eslint/no-non-null-assertion": "error",
  "@typescript-eslint/consistent-type-assertions": ["error", { assertionStyle: "never" }],
  "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
  "@typescript-eslint/switch-exhaustiveness-check": "error",
};

const tests = {
  "max-params": "off", // the columns of a table test
  "max-lines-per-function": "off",
  "@typescript-eslint/consistent-type-assertions": "off",
  "@typescript-eslint/no-non-null-assertion": "off",
};

/** What may stand in one place only, each with the files that are this place. */
const onePlace = {
  environment: {
    places: ["**/env.ts", "tools/plugins/**"], // a plugin's environment is its interface with the engine
    selectors: [
      "MemberExpression[object.name='process'][property.name='env']",
      "MemberExpression[object.name='process'][property.value='env']",
      "ImportDeclaration[source.value=/^(node:)?process$/] > ImportSpecifier[imported.name='env']",
    ],
    message: "The environment is read in env.ts alone. Take the value as an argument.",
  },
  stackConfig: {
    places: ["config/load.ts"],
    selectors: [
      "NewExpression[callee.property.name='Config']",
      "ImportDeclaration[source.value=/^@pulumi/] > ImportSpecifier[imported.name='Config']",
    ],
    message: "Stack config is read in config/load.ts alone. Take your slice of it as an argument.",
  },
  cloud: {
    places: ["infra/index.ts"],
    selectors: [
      "SwitchStatement[discriminant.property.name='cloud']",
      "SwitchStatement[discriminant.name='cloud']",
      "BinaryExpression[left.property.name='cloud']",
      "BinaryExpression[left.name='cloud'][right.type='Literal']",
    ],
    message:
      "Only infra/index.ts decides by cloud. What differs belongs behind the Cluster interface.",
  },
};

const places = Object.values(onePlace);

function restricted(rules) {
  const entries = rules.flatMap(({ selectors, message }) =>
    selectors.map((selector) => ({ selector, message })),
  );
  return { "no-restricted-syntax": ["error", ...entries] };
}

/**
 * A block for each place, with the rules of the others: a later block replaces the rule of an earlier one
 * instead of adding to it.
 */
const onePlaceRules = [
  { ignores: ["test/**"], rules: restricted(places) },
  ...places.map((place) => ({
    files: place.places,
    rules: restricted(places.filter((other) => other !== place)),
  })),
];

/** An app starts processes in one place, so that there is one place that ends them. */
const processes = {
  files: ["worker/**", "api/**", "runtime/**"],
  ignores: ["worker/src/media/ffmpeg.ts"],
  rules: {
    "no-restricted-imports": [
      "error",
      {
        paths: ["child_process", "node:child_process"].map((name) => ({
          name,
          message: "Media processes are started in worker/src/media/ffmpeg.ts alone.",
        })),
      },
    ],
  },
};

export default tseslint.config(
  { ignores: [".framewright/", "node_modules/", "**/*.mjs", "**/*.js"] },
  ...tseslint.configs.strictTypeChecked,
  { languageOptions: { parserOptions: { projectService: true } } },
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  { rules: shape },
  { files: ["test/**"], rules: tests },
  ...onePlaceRules,
  processes,
);
