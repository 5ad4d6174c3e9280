import { readFile } from "node:fs/promises";
import { Argument, type Command } from "commander";
import type { NoiseRequest } from "../../app/predecessor-noise.ts";
import type { DocumentedApiName } from "../../config/documented-apis.ts";
import { examples } from "./help.ts";
import { printJson } from "./output.ts";

/** Adds `predecessor noise`. */
export function addNoiseCommand(predecessor: Command, api: Argument): void {
  predecessor
    .command("noise")
    .description(
      "Send each request of a file to the server before, twice. Fields that differ between its " +
        "answers differ by nature: they are printed, and no longer count as differences. The " +
        "requests are really made: use an account of your own.",
    )
    .addArgument(api)
    .addArgument(
      new Argument(
        "<file>",
        "JSON lines: method, path, headers, and form or json, as in " +
          '{"method":"POST","path":"/user/login","form":{"AccID":"a","Email":"…","Password":"…"}}',
      ),
    )
    .addHelpText("after", examples("latchkey predecessor noise kokids requests.jsonl"))
    .action(noise);
}

async function noise(name: DocumentedApiName, file: string, _: object, command: Command) {
  const { withDomain } = await import("./with-domain.ts");
  const { findNoise } = await import("../../app/predecessor-noise.ts");
  const requests = requestsOf(await readFile(file, "utf8"));
  await withDomain(async ({ config, store }) => {
    const { predecessor } = config.apis[name];
    if (predecessor === undefined)
      command.error(`error: set ${name.toUpperCase()}_PREDECESSOR first: the server before`);
    const { fields, unanswered } = await findNoise(name, predecessor!, requests);
    await store.observations.noteVolatileFields(fields);
    for (const { route, field } of fields) printJson({ route, field });
    for (const line of unanswered)
      process.stderr.write(`line ${line}: no call of ${name}, or not answered twice\n`);
    if (unanswered.length > 0) process.exitCode = 1;
  });
}

/** Parses the file. Its errors quote nothing: the requests hold passwords. */
function requestsOf(text: string): NoiseRequest[] {
  return text
    .split("\n")
    .map((line, index) => [line.trim(), index + 1] as const)
    .filter(([line]) => line !== "")
    .map(([line, number]) => {
      const wrong = new Error(`line ${number} is no request: method and path are needed`);
      let value: unknown;
      try {
        value = JSON.parse(line);
      } catch {
        throw wrong;
      }
      if (typeof value !== "object" || value === null) throw wrong;
      const { method, path, headers = {}, form, json } = value as Partial<NoiseRequest>;
      const isText = typeof method === "string" && typeof path === "string";
      if (
        !isText ||
        !path.startsWith("/") ||
        !isTexts(headers) ||
        !(form === undefined || isTexts(form))
      )
        throw wrong;
      return { line: number, method, path, headers, form, json };
    });
}

const isTexts = (value: unknown): value is Record<string, string> =>
  typeof value === "object" &&
  value !== null &&
  Object.values(value).every((each) => typeof each === "string");
