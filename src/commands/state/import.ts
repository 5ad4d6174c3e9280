import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { systemClock } from "../../domain/clock.ts";
import { rankOf, RANKS, type StateLine } from "../../domain/state/lines.ts";
import type { StateImport } from "../../domain/state/state-import.ts";
import { printJson } from "../cli/output.ts";
import { withDomain } from "../cli/with-domain.ts";
import { recordsOf } from "../user-import/decode.ts";
import { counted, cutOff, hashReadingOf, reportPathOf } from "../user-import/import-file.ts";
import { progressBar } from "../user-import/progress-bar.ts";
import { ReportFile } from "../user-import/report.ts";
import { systemRecords } from "../user-import/systems/read-system.ts";
import type { SystemName } from "../user-import/systems/system-names.ts";
import { type Spool, spoolOfFile, spoolOfPipe } from "./spool.ts";

/** The options of the command line. */
export interface StateImportOptions {
  readonly realm: string;
  readonly from?: SystemName;
  /** The rule of plain digests. */
  readonly scheme?: string;
  /** A file with what all hashes of the file share. */
  readonly parameters?: string;
  readonly dryRun: boolean;
  readonly errors?: string;
  /** Whether to go on with an import that was cut off, or to begin anew; undefined: refuse. */
  readonly resume?: boolean;
  readonly batch: number;
}

const STANDARD_INPUT = "-";

/** Imports a file of state; ends with 1 when a line was refused. */
export async function importState(file: string, options: StateImportOptions): Promise<void> {
  const isFile = file !== STANDARD_INPUT && (await stat(file)).isFile();
  const errors = reportPathOf(file, isFile, options);
  const spool = isFile ? await spoolOfFile(file) : await spoolOfPipe(process.stdin);
  try {
    await importSpool(spool, isFile ? await digestOf(spool, options) : "", errors, options);
  } finally {
    await spool.close();
  }
}

async function importSpool(
  spool: Spool,
  file: string,
  errors: string,
  options: StateImportOptions,
): Promise<void> {
  await withDomain(async ({ domain: { openStateImport }, context }) => {
    const { realm, dryRun, resume } = options;
    const reading = await hashReadingOf(options);
    const anew = resume === false;
    const state = await openStateImport({ file, realm, dryRun, anew, ...reading });
    const { line, reportBytes } = state.progress;
    if (state.progress.lines > 0 && !resume) throw cutOff(line);
    const report = await ReportFile.open(errors, reportBytes);
    const bar = await progressBar(spool.bytes * RANKS.length);
    try {
      for (const rank of RANKS.filter((each) => each >= state.progress.rank))
        await readRank(spool, rank, state, {
          options,
          report,
          advance: (bytes) => bar.advance(bytes),
        });
      await state.finish(context);
    } finally {
      bar.stop();
      await report.close(state.progress.reportBytes);
    }
    summarize(state, options, errors);
  });
}

/** Hashes file, realm and system, to recognise the same import. */
async function digestOf(
  spool: Spool,
  { realm, from, scheme }: StateImportOptions,
): Promise<string> {
  const hash = createHash("sha256").update(`state\n${realm}\n${from ?? ""}\n${scheme ?? ""}\n`);
  for await (const chunk of spool.read()) hash.update(chunk);
  return hash.digest("hex");
}

interface Reading {
  readonly options: StateImportOptions;
  readonly report: ReportFile;
  readonly advance: (bytes: number) => void;
}

/** Reads the file once and takes the lines of one rank. */
async function readRank(
  spool: Spool,
  rank: number,
  state: StateImport,
  { options, report, advance }: Reading,
): Promise<void> {
  const after = rank === state.progress.rank ? state.progress.line : 0;
  let batch: StateLine[] = [];
  let last = after;
  const take = async (): Promise<void> => {
    await state.take(rank, batch, last, (from, problems) => report.write(from, problems));
    batch = [];
  };
  for await (const line of linesOf(spool, options, advance)) {
    // What holds for the lines after it holds after a resumption too.
    if (line.number <= after && rank === 0) state.note(line);
    if (line.number <= after) continue;
    last = line.number;
    if (rankOf(line) !== rank) continue;
    batch.push(line);
    if (batch.length >= options.batch) await take();
  }
  await take();
}

async function* linesOf(
  spool: Spool,
  { from }: StateImportOptions,
  advance: (bytes: number) => void,
): AsyncGenerator<StateLine> {
  const source = counted(spool.read(), advance);
  if (from === undefined) return yield* recordsOf(source, "jsonl", []);
  for await (const { number, fields } of systemRecords(source, from, systemClock.now()))
    yield { number, fields: typeof fields === "string" ? fields : { kind: "user", ...fields } };
}

/** Prints the counts as one JSON object; ends with 1 when a line was refused. */
function summarize(
  { progress: { id, lines, imported, unchanged, invalid } }: StateImport,
  { dryRun }: StateImportOptions,
  errors: string,
): void {
  printJson({
    batch: id,
    lines,
    imported,
    unchanged,
    invalid,
    ...(dryRun && { dry_run: true }),
    ...(invalid > 0 && { errors }),
  });
  if (lines === 0) process.stderr.write("Nothing is imported: the file has no line.\n");
  if (invalid > 0 || lines === 0) process.exitCode = 1;
}
