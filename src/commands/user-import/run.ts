import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { IMPORT_FIELDS } from "../../domain/accounts/import/imported-user.ts";
import type { ImportLine, UserImport } from "../../domain/accounts/import/user-imports.ts";
import { systemClock } from "../../domain/clock.ts";
import { withDomain } from "../cli/with-domain.ts";
import { printJson } from "../cli/output.ts";
import { type ImportFormat, recordsOf } from "./decode.ts";
import { progressBar } from "./progress-bar.ts";
import { counted, cutOff, hashReadingOf, reportPathOf } from "./import-file.ts";
import { ReportFile } from "./report.ts";
import { systemRecords } from "./systems/read-system.ts";
import type { SystemName } from "./systems/system-names.ts";

/** The options of the command line. */
export interface ImportOptions {
  readonly realm: string;
  readonly format?: ImportFormat;
  /** The system whose export the file is. */
  readonly from?: SystemName;
  /** The rule of plain digests. */
  readonly scheme?: string;
  /** A file with the secrets that all hashes of the file share. */
  readonly parameters?: string;
  readonly dryRun: boolean;
  readonly errors?: string;
  /** Whether to continue an interrupted import or to begin again; undefined: refuse to decide. */
  readonly resume?: boolean;
  readonly batch: number;
}

const STANDARD_INPUT = "-";

/** Imports the file; ends with 1 when any line could not be imported, or there was none. */
export async function importUsers(file: string, options: ImportOptions): Promise<void> {
  const isStandardInput = file === STANDARD_INPUT;
  const { size: total, isFile } = isStandardInput
    ? { size: 0, isFile: false }
    : await stat(file).then((found) => ({ size: found.size, isFile: found.isFile() }));
  const errors = reportPathOf(file, isFile, options);
  // A pipe is read once: a digest of it would leave nothing to import.
  const reading = await hashReadingOf(options);
  const id = isFile ? await digestOf(file, options) : undefined;
  await withDomain(async ({ domain: { openImport }, context }) => {
    const users = await openImport({
      id,
      realm: options.realm,
      dryRun: options.dryRun,
      anew: options.resume === false,
      ...reading,
    });
    const { lines, reportBytes } = users.progress;
    if (lines > 0 && !options.resume) throw cutOff(lines);
    const report = await ReportFile.open(errors, reportBytes);
    const bar = await progressBar(total);
    const source = counted(isStandardInput ? process.stdin : createReadStream(file), (bytes) =>
      bar.advance(bytes),
    );
    try {
      const format = options.format ?? (/\.csv$/i.test(file) ? "csv" : "jsonl");
      const records =
        options.from === undefined
          ? recordsOf(source, format, IMPORT_FIELDS)
          : systemRecords(source, options.from, systemClock.now());
      for await (const batch of batchesOf(records, users, options.batch))
        await users.take(batch, (after, problems) => report.write(after, problems));
      await users.finish(context);
    } finally {
      bar.stop();
      await report.close(users.progress.reportBytes);
    }
    summarize(users, options, errors);
  });
}

/** Hashes file, realm and system, to recognise the same import. */
async function digestOf(file: string, { realm, from }: ImportOptions): Promise<string> {
  const hash = createHash("sha256").update(`${realm}\n${from === undefined ? "" : `${from}\n`}`);
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return hash.digest("hex");
}

/** Yields batches of the records that the import has not taken before. */
async function* batchesOf(
  records: AsyncIterable<ImportLine>,
  users: UserImport,
  size: number,
): AsyncGenerator<ImportLine[]> {
  const after = users.progress.lines;
  let batch: ImportLine[] = [];
  let skipped = 0;
  for await (const record of records) {
    if (record.number <= after) {
      users.skip(++skipped);
      continue;
    }
    batch.push(record);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** Prints the counts; ends with 1 when a line was bad or the file has no user. */
function summarize(
  { progress: { lines, imported, duplicates, invalid }, unchanged }: UserImport,
  { dryRun }: ImportOptions,
  errors: string,
): void {
  const bad = duplicates + invalid;
  printJson({
    lines,
    imported,
    ...(unchanged > 0 && { unchanged }),
    duplicates,
    invalid,
    dry_run: dryRun,
    ...(bad > 0 && { errors }),
  });
  if (bad === 0 && imported === 0 && unchanged === 0)
    process.stderr.write("Nothing is imported: the file has no user.\n");
  if (bad > 0 || imported + unchanged === 0) process.exitCode = 1;
}
