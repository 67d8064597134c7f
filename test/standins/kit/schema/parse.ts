import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import type { Field, Fields, FieldType, ResourceSchema, SdkSchema } from "./sdk-schema.ts";

/** An interface or class, by its full name. */
type Declarations = Map<string, ts.NodeArray<ts.TypeElement | ts.ClassElement>>;

function parseFile(file: string): ts.SourceFile {
  return ts.createSourceFile(file, readFileSync(file, "utf8"), {
    languageVersion: ts.ScriptTarget.Latest,
    jsDocParsingMode: ts.JSDocParsingMode.ParseNone,
  });
}

function entityText(name: ts.EntityName): string {
  return ts.isIdentifier(name) ? name.text : `${entityText(name.left)}.${name.right.text}`;
}

function collect(statements: Iterable<ts.Node>, prefix: string, into: Declarations): void {
  for (const node of statements) {
    if (ts.isModuleDeclaration(node)) {
      const { body } = node;
      if (body !== undefined && ts.isModuleBlock(body)) {
        collect(body.statements, `${prefix}${node.name.text}.`, into);
      }
    } else if (
      (ts.isInterfaceDeclaration(node) || ts.isClassDeclaration(node)) &&
      node.name !== undefined
    ) {
      into.set(prefix + node.name.text, node.members);
    }
  }
}

function declarations(file: string, prefix: string): Declarations {
  const found: Declarations = new Map();
  collect(parseFile(file).statements, prefix, found);
  return found;
}

function isUndefined(node: ts.TypeNode): boolean {
  return node.kind === ts.SyntaxKind.UndefinedKeyword;
}

const primitives = new Map<ts.SyntaxKind, FieldType>([
  [ts.SyntaxKind.StringKeyword, "string"],
  [ts.SyntaxKind.NumberKeyword, "number"],
  [ts.SyntaxKind.BooleanKeyword, "boolean"],
  [ts.SyntaxKind.LiteralType, "string"],
]);

/** `pulumi.Input<T>` and `pulumi.Output<T>` say nothing of the value; enums of the SDKs are strings. */
function referenceType(node: ts.TypeReferenceNode): FieldType {
  const name = entityText(node.typeName);
  const inner = node.typeArguments?.[0];
  if ((name === "pulumi.Input" || name === "pulumi.Output") && inner !== undefined) {
    return fieldType(inner);
  }
  if (/^(inputs|outputs)\./.test(name)) return { ref: name };
  return name.startsWith("enums.") ? "string" : "any";
}

function unionType(node: ts.UnionTypeNode): FieldType {
  const members = node.types.filter((member) => !isUndefined(member)).map(fieldType);
  const [only] = members;
  return members.length === 1 && only !== undefined ? only : { oneOf: members };
}

function fieldType(node: ts.TypeNode): FieldType {
  if (ts.isParenthesizedTypeNode(node)) return fieldType(node.type);
  if (ts.isArrayTypeNode(node)) return { list: fieldType(node.elementType) };
  if (ts.isUnionTypeNode(node)) return unionType(node);
  if (ts.isTypeReferenceNode(node)) return referenceType(node);
  if (ts.isTypeLiteralNode(node)) {
    const index = node.members.find((member) => ts.isIndexSignatureDeclaration(member));
    return index === undefined ? "any" : { map: fieldType(index.type) };
  }
  return primitives.get(node.kind) ?? "any";
}

/** Whether the type itself, under Input or Output, allows undefined. */
function allowsUndefined(node: ts.TypeNode): boolean {
  if (ts.isUnionTypeNode(node)) return node.types.some(isUndefined);
  const inner = ts.isTypeReferenceNode(node) ? node.typeArguments?.[0] : undefined;
  return inner !== undefined && allowsUndefined(inner);
}

function isStatic(member: ts.PropertyDeclaration | ts.PropertySignature): boolean {
  return member.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.StaticKeyword) ?? false;
}

function fieldsOf(members: Iterable<ts.TypeElement | ts.ClassElement>): Fields {
  const fields: Record<string, Field> = {};
  for (const member of members) {
    if (!ts.isPropertySignature(member) && !ts.isPropertyDeclaration(member)) continue;
    if (member.type === undefined || isStatic(member)) continue;
    if (!ts.isIdentifier(member.name) && !ts.isStringLiteral(member.name)) continue;
    const required = member.questionToken === undefined && !allowsUndefined(member.type);
    fields[member.name.text] = { type: fieldType(member.type), required };
  }
  return fields;
}

/** "gcp:container/cluster:Cluster" lies in container/cluster.d.ts, "eks:index:Cluster" in cluster.d.ts. */
function resourceFile(sdk: string, token: string): { file: string; className: string } {
  const [, module = "", className = ""] = token.split(":");
  if (token.startsWith("pulumi:providers:")) {
    return { file: path.join(sdk, "provider.d.ts"), className: "Provider" };
  }
  const relative = module === "index" ? className : module;
  const folder = path.join(sdk, path.dirname(relative));
  const wanted = `${path.basename(relative)}.d.ts`.toLowerCase();
  const name = readdirSync(folder).find((candidate) => candidate.toLowerCase() === wanted);
  if (name === undefined) throw new Error(`${token}: no ${wanted} in ${folder}`);
  return { file: path.join(folder, name), className };
}

function parseResource(sdk: string, token: string): ResourceSchema {
  const { file, className } = resourceFile(sdk, token);
  const found = declarations(file, "");
  const [args, outputs] = [found.get(`${className}Args`), found.get(className)];
  if (outputs === undefined) throw new Error(`${file} declares no ${className}`);
  return { inputs: fieldsOf(args ?? []), outputs: fieldsOf(outputs) };
}

function references(type: FieldType): string[] {
  if (typeof type === "string") return [];
  if ("ref" in type) return [type.ref];
  if ("list" in type) return references(type.list);
  if ("map" in type) return references(type.map);
  return type.oneOf.flatMap(references);
}

/** Only what the resources lead to: the whole of an SDK's types has some twenty thousand fields. */
function reachable(resources: readonly ResourceSchema[], known: Declarations): Map<string, Fields> {
  const types = new Map<string, Fields>();
  const visit = (fields: Fields): void => {
    for (const name of Object.values(fields).flatMap(({ type }) => references(type))) {
      const members = known.get(name);
      if (types.has(name) || members === undefined) continue;
      const inner = fieldsOf(members);
      types.set(name, inner);
      visit(inner);
    }
  };
  for (const { inputs, outputs } of resources) [inputs, outputs].forEach(visit);
  return types;
}

/** Reads the schema of some resources out of the type declarations of an installed SDK package. */
export function parseSdk(sdk: string, tokens: readonly string[]): SdkSchema {
  const resources = tokens.map((token): [string, ResourceSchema] => [
    token,
    parseResource(sdk, token),
  ]);
  const known: Declarations = new Map([
    ...declarations(path.join(sdk, "types/input.d.ts"), "inputs."),
    ...declarations(path.join(sdk, "types/output.d.ts"), "outputs."),
  ]);
  const types = reachable(
    resources.map(([, schema]) => schema),
    known,
  );
  return { resources: Object.fromEntries(resources), types: Object.fromEntries(types) };
}
