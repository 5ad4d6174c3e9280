import { Argument, type Command, InvalidArgumentError, Option } from "commander";
import { DOCUMENTED_APIS, type DocumentedApiName } from "../../config/documented-apis.ts";
import {
  STAGES,
  type NamedValue,
  type Stage,
  type StageSetting,
} from "../../domain/predecessor/stage.ts";
import { examples } from "./help.ts";
import { printJson } from "./output.ts";
import { addNoiseCommand } from "./predecessor-noise.ts";
import { addReportCommand } from "./predecessor-report.ts";

interface StageOptions {
  readonly percent?: number;
  readonly only: readonly NamedValue[];
}

const api = (): Argument =>
  new Argument("<api>", "the documented API").choices(DOCUMENTED_APIS.map(({ name }) => name));

function share(text: string): number {
  const percent = Number(text);
  if (!/^\d{1,3}(\.\d{1,2})?$/.test(text) || percent > 100)
    throw new InvalidArgumentError("It is a number from 0 to 100, with at most two decimals.");
  return percent;
}

function named(text: string, before: readonly NamedValue[]): readonly NamedValue[] {
  const [, name = "", value = ""] = /^([A-Za-z_]{1,64})=(.{1,512})$/s.exec(text) ?? [];
  if (name === "") throw new InvalidArgumentError("It is a parameter and a value: AccID=a1b2.");
  return [...before, { name, value }];
}

/** Adds the commands `predecessor …`. */
export function addPredecessorCommands(program: Command): void {
  const predecessor = program
    .command("predecessor")
    .description("Take an API over from another server, step by step.");
  predecessor
    .command("stage")
    .description(
      "Say who answers the calls of an API: the server before (mirror), Latchkey that asks it " +
        "(fallback), or Latchkey alone (own). Every process follows within a second. Without a " +
        "stage, print the present one.",
    )
    .addArgument(api())
    .addArgument(new Argument("[stage]", "the stage").choices(STAGES))
    .addOption(
      new Option(
        "--percent <share>",
        "the share of users, always the same ones; the others stay in the stage before",
      ).argParser(share),
    )
    .addOption(
      new Option(
        "--only <parameter=value>",
        "calls with this value, besides the share; may be given again",
      )
        .argParser(named)
        .default([], "none"),
    )
    .addHelpText(
      "after",
      examples(
        "latchkey predecessor stage kokids mirror",
        "latchkey predecessor stage kokids fallback --percent 5",
      ),
    )
    .action(setStage);
  addNoiseCommand(predecessor, api());
  predecessor
    .command("learnt")
    .description(
      "List what was learnt from the traffic of an API: a line of JSON each, with the time.",
    )
    .addArgument(api())
    .action(async (name: DocumentedApiName) =>
      (await import("../state/learnt.ts")).listLearnt(name),
    );
  predecessor
    .command("discard")
    .description(
      "Forget what was learnt from the traffic of an API, unless it was used or changed since; " +
        "list the rest.",
    )
    .addArgument(api())
    .action(discard);
  addReportCommand(predecessor, api());
}

async function discard(name: DocumentedApiName): Promise<void> {
  const { withDomain } = await import("./with-domain.ts");
  await withDomain(async ({ domain: { moves }, context }) => {
    printJson({ api: name, ...(await moves.discard(context, name)) });
  });
}

const shown = ({ api: name, stage, before, percent, only }: StageSetting): object => ({
  api: name,
  stage,
  percent,
  ...((percent < 100 || only.length > 0) && { before }),
  ...(only.length > 0 && {
    only: only.map(({ name: parameter, value }) => `${parameter}=${value}`),
  }),
});

async function setStage(
  name: DocumentedApiName,
  stage: Stage | undefined,
  { percent, only }: StageOptions,
  command: Command,
): Promise<void> {
  const { withDomain } = await import("./with-domain.ts");
  await withDomain(async ({ config, store, domain: { stages }, context }) => {
    if (stage === undefined) {
      const found = (await store.stages.list()).find((each) => each.api === name);
      return printJson(shown(found ?? stages.of(name)));
    }
    if (stage !== "own" && config.apis[name].predecessor === undefined)
      command.error(`error: set ${name.toUpperCase()}_PREDECESSOR first: the server before`);
    // With `--only` alone, no other user is in the stage.
    const everyone = only.length > 0 ? 0 : 100;
    printJson(
      shown(await stages.set(context, name, { stage, percent: percent ?? everyone, only })),
    );
  });
}
