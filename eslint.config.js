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
  "max-lines-per-function": "off",
  "@typescript-eslint/consistent-type-assertions": "off",
  "@typescript-eslint/no-non-null-assertion": "off",
};

export default tseslint.config(
  { ignores: [".framewright/", "node_modules/", "**/*.mjs", "**/*.js"] },
  ...tseslint.configs.strictTypeChecked,
  { languageOptions: { parserOptions: { projectService: true } } },
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  { rules: shape },
  { files: ["test/**"], rules: tests },
);
