import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { parseAst } from "vitest/node";

const ROOT = join(import.meta.dirname, "../..");

/** A thing at a line of a file. */
export interface Found {
  readonly name: string;
  readonly line: number;
}

/** One source file, parsed. */
export interface SourceFile {
  readonly path: string;
  readonly lines: number;
  /** What it imports: a package, or a path from src/ or from the root. */
  readonly imports: readonly (Found & { readonly typeOnly: boolean })[];
  /** Every name that it uses. */
  readonly uses: readonly Found[];
  /** The names that it declares and exports. */
  readonly exports: readonly Found[];
  /** The texts of its comments. */
  readonly comments: readonly Found[];
  /** The texts of its strings and templates, test titles and messages among them. */
  readonly strings: readonly Found[];
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

function* walk(value: unknown): Generator<Node> {
  if (Array.isArray(value)) for (const each of value) yield* walk(each);
  else if (isNode(value)) {
    yield value;
    for (const child of Object.values(value)) yield* walk(child);
  }
}

const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && "type" in value;

/** `a`, and `a.b` for a member of a plain name; nothing for any other expression. */
function nameOf(node: unknown): string | undefined {
  if (!isNode(node)) return undefined;
  if (node.type === "Identifier") return String(node.name);
  if (node.type !== "MemberExpression" || node.computed === true) return undefined;
  const [object, property] = [nameOf(node.object), nameOf(node.property)];
  return object !== undefined && property !== undefined ? `${object}.${property}` : undefined;
}

function usedName(node: Node): string | undefined {
  if (node.type !== "NewExpression") return nameOf(node);
  return (node.arguments as unknown[]).length === 0 ? `new ${nameOf(node.callee)}()` : undefined;
}

/** Where an import leads: a package as it stands, a file of ours by its path, without `src/`. */
function target(specifier: string, path: string): string {
  return specifier.startsWith(".")
    ? posix.join(posix.dirname(path), specifier).replace(/^src\//, "")
    : specifier;
}

/** Returns the names that an export statement declares. */
function exportedNames({ type, declaration }: Node): string[] {
  if (type !== "ExportNamedDeclaration" || !isNode(declaration)) return [];
  const declared = declaration.declarations ?? [declaration];
  return (declared as Node[]).flatMap(({ id }) => nameOf(id) ?? []);
}

/** Returns the nodes that hold text instead of code, in their order. */
const literalsOf = (nodes: readonly Node[]): Node[] =>
  nodes
    .filter(({ type }) => type === "Literal" || type === "TemplateElement")
    .toSorted((one, other) => one.start - other.start);

/** Returns the comments, found in what is left of the text without its literals. */
function commentsOf(text: string, literals: readonly Node[]): { name: string; start: number }[] {
  let code = "";
  for (const { start, end } of literals) {
    if (start < code.length) continue;
    code += text.slice(code.length, start) + " ".repeat(end - start);
  }
  code += text.slice(code.length);
  return [...code.matchAll(/\/\/.*|\/\*[^]*?\*\//g)].map(({ index, 0: { length } }) => ({
    name: text.slice(index, index + length),
    start: index,
  }));
}

/** Reads one file's text. */
export function parse(path: string, text: string): SourceFile {
  const nodes = [...walk(parseAst(text, { lang: "ts" }, path))];
  // Lines are counted only where one is asked for.
  const found = (name: string, { start }: { start: number }) => ({
    name,
    get line() {
      return text.slice(0, start).split("\n").length;
    },
  });
  const imports = nodes.flatMap((node) => {
    const source = node.source;
    if (!isNode(source)) return [];
    const name =
      source.type === "Literal" ? target(String(source.value), path) : "a name that is computed";
    const typeOnly =
      node["importKind"] === "type" ||
      node["exportKind"] === "type" ||
      node.type === "TSImportType";
    return [Object.assign(found(name, node), { typeOnly })];
  });
  const uses = nodes.flatMap((node) => {
    const name = usedName(node);
    return name === undefined ? [] : [found(name, node)];
  });
  const exports = nodes.flatMap((node) => exportedNames(node).map((name) => found(name, node)));
  const literals = literalsOf(nodes);
  const comments = commentsOf(text, literals).map((each) => found(each.name, each));
  const strings = literals.map((node) => found(text.slice(node.start, node.end), node));
  return { path, lines: text.split("\n").length - 1, imports, uses, exports, comments, strings };
}

const folders = new Map<string, readonly SourceFile[]>();

/**
 * Every TypeScript file below a folder of the repository, read once; none when there is no such
 * folder.
 */
export function readFolder(folder: string): readonly SourceFile[] {
  const files = folders.get(folder) ?? readFiles(folder);
  folders.set(folder, files);
  return files;
}

function readFiles(folder: string): SourceFile[] {
  if (!existsSync(join(ROOT, folder))) return [];
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !/(^|\/)(fixtures|node_modules)\//.test(name))
    .map((name) => posix.join(folder, name))
    .map((path) => parse(path, readFileSync(join(ROOT, path), "utf8")));
}
