// What both imports ask of their file and options.
import { resolve } from "node:path";
import type { HashReading } from "../../domain/accounts/import/given-hash.ts";
import { readRule } from "../../domain/passwords/hashes/rules/rule.ts";
import { hashParametersOf } from "./hash-parameters.ts";

/** Returns the path of the report; rejects options that don't fit the file. */
export function reportPathOf(
  file: string,
  isFile: boolean,
  { errors, resume }: { readonly errors?: string; readonly resume?: boolean },
): string {
  if (!isFile && resume)
    throw new Error("standard input or a pipe can't be read again: --resume needs a file");
  const path = errors ?? `${isFile ? file : "import"}.errors.jsonl`;
  if (resolve(path) === resolve(file)) throw new Error("--errors names the file that is imported");
  return path;
}

/** Reads what all hashes of the file share. It is wrong for every line, so that none is read. */
export async function hashReadingOf({
  scheme,
  parameters,
}: {
  readonly scheme?: string;
  readonly parameters?: string;
}): Promise<HashReading> {
  if (scheme !== undefined) readRule(scheme);
  return {
    scheme,
    parameters: parameters === undefined ? undefined : await hashParametersOf(parameters),
  };
}

/** Refuses to decide what becomes of an import that was cut off. */
export const cutOff = (line: number): Error =>
  new Error(
    `an import of this file was cut off after line ${line}: ` +
      "go on with --resume, or begin again with --no-resume",
  );

/** Yields the bytes of a source, and says how many. */
export async function* counted(
  source: AsyncIterable<Buffer>,
  advance: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  for await (const chunk of source) {
    advance(chunk.length);
    yield chunk;
  }
}
