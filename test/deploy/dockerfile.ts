// The Dockerfile, as its instructions.
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

export const ROOT = resolve(import.meta.dirname, "../..");

/** One instruction, `HEALTHCHECK`, with all that follows it. */
interface Instruction {
  readonly name: string;
  readonly rest: string;
}

/** The instructions of each stage, in their order; the last stage becomes the image. */
export function readDockerfile(): readonly (readonly Instruction[])[] {
  const text = readFileSync(join(ROOT, "Dockerfile"), "utf8")
    .replaceAll(/^#.*\n/gm, "")
    .replaceAll(/\\\n\s*/g, "");
  const instructions = [...text.matchAll(/^([A-Z]+) (.+)$/gm)].map(([, name, rest]) => ({
    name: name!,
    rest: rest!,
  }));
  const stages: Instruction[][] = [];
  for (const instruction of instructions) {
    if (instruction.name === "FROM") stages.push([]);
    stages.at(-1)!.push(instruction);
  }
  return stages;
}

const ofKind = (stage: readonly Instruction[], name: string): string[] =>
  stage.filter((instruction) => instruction.name === name).map(({ rest }) => rest);

/** What is copied out of the repository, each with where it goes. */
export const copies = (
  stage: readonly Instruction[],
): { readonly from: string; readonly to: string }[] =>
  ofKind(stage, "COPY")
    .filter((rest) => !rest.startsWith("--from"))
    .flatMap((rest) => {
      const words = rest.split(" ").filter((word) => !word.startsWith("--"));
      const to = words.pop()!;
      return words.map((from) => ({ from, to }));
    });

/** The environment that the image sets. */
export const environment = (stage: readonly Instruction[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    ofKind(stage, "ENV").flatMap((rest) =>
      rest.split(" ").map((pair) => pair.split("=") as [string, string]),
    ),
  );

/** The words of an instruction in its JSON form. */
export function command(
  stage: readonly Instruction[],
  name: "ENTRYPOINT" | "CMD" | "HEALTHCHECK",
): string[] {
  const [rest = ""] = ofKind(stage, name);
  return JSON.parse(rest.slice(rest.indexOf("["))) as string[];
}
