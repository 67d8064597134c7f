// Rules of this repository for oxlint: what may stand in one place only. .oxlintrc.json names the places.

function refuse(selectors, message) {
  return {
    create: (context) =>
      Object.fromEntries(
        selectors.map((selector) => [selector, (node) => context.report({ node, message })]),
      ),
  };
}

export default {
  meta: { name: "one-place" },
  rules: {
    environment: refuse(
      [
        "MemberExpression[object.name='process'][property.name='env']",
        "MemberExpression[object.name='process'][property.value='env']",
        "ImportDeclaration[source.value=/^(node:)?process$/] > ImportSpecifier[imported.name='env']",
      ],
      "The environment is read in env.ts alone. Take the value as an argument.",
    ),
    "stack-config": refuse(
      [
        "NewExpression[callee.property.name='Config']",
        "ImportDeclaration[source.value=/^@pulumi/] > ImportSpecifier[imported.name='Config']",
      ],
      "Stack config is read in config/load.ts alone. Take your slice of it as an argument.",
    ),
    cloud: refuse(
      [
        "SwitchStatement[discriminant.property.name='cloud']",
        "SwitchStatement[discriminant.name='cloud']",
        "BinaryExpression[left.property.name='cloud']",
        "BinaryExpression[left.name='cloud'][right.type='Literal']",
      ],
      "Only infra/index.ts decides by cloud. What differs belongs behind the Cluster interface.",
    ),
  },
};
