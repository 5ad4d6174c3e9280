import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type ImportFormat, recordsOf } from "../../src/commands/user-import/decode.ts";
import { linesOf } from "../../src/commands/user-import/lines.ts";
import { ReportFile } from "../../src/commands/user-import/report.ts";
import type { ImportLine } from "../../src/domain/accounts/import/user-imports.ts";

/** The text in pieces of that many bytes. */
async function* pieces(content: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let start = 0; start < content.length; start += size)
    yield content.subarray(start, start + size);
}

async function read(
  content: string | Buffer,
  format: ImportFormat,
  size = 7,
): Promise<ImportLine[]> {
  const records: ImportLine[] = [];
  for await (const record of recordsOf(linesOf(pieces(Buffer.from(content), size)), format, [
    "email",
    "username",
  ]))
    records.push(record);
  return records;
}

describe("JSON lines", () => {
  test.each([1, 3, 64, 100_000])(
    "keep their numbers and their letters, in pieces of %i bytes",
    async (size) => {
      const records = await read(
        '\uFEFF{"email":"ж@x.org"}\r\n\n  \n{"email":"密@x.org"}\n{"email":"last@x.org"}',
        "jsonl",
        size,
      );
      expect(records).toEqual([
        { number: 1, fields: { email: "ж@x.org" } },
        { number: 4, fields: { email: "密@x.org" } },
        { number: 5, fields: { email: "last@x.org" } },
      ]);
    },
  );

  test("a broken one is reported without its content, and takes no other with it", async () => {
    const broken = ['{"email":', "[]", "null", '"text"', "12", "{} {}"];
    const records = await read(
      Buffer.concat([
        Buffer.from(`${broken.join("\n")}\n`),
        Buffer.from([0xff, 0x0a]),
        Buffer.from(`${"x".repeat(70_000)}\n{"email":"a@b.c"}\n`),
      ]),
      "jsonl",
      1000,
    );
    expect(records).toEqual([
      ...broken.map((_, index) => ({ number: index + 1, fields: "is no JSON object" })),
      { number: 7, fields: "is not UTF-8" },
      { number: 8, fields: "is longer than 65536 bytes" },
      { number: 9, fields: { email: "a@b.c" } },
    ]);
  });
});

describe("CSV", () => {
  test("has quotes, commas and empty cells; a broken line takes no other with it", async () => {
    const records = await read(
      '\uFEFFEmail, username \r\n"a@b.c","Ada, ""the"" first"\r\n' +
        'b@b.c,\r\n"c@b.c,open\r\nd@b.c\r\na"b,c\r\ne@b.c,e,e\r\nf@b.c,f',
      "csv",
    );
    expect(records).toEqual([
      { number: 2, fields: { email: "a@b.c", username: 'Ada, "the" first' } },
      { number: 3, fields: { email: "b@b.c", username: "" } },
      { number: 4, fields: "is no CSV" },
      { number: 5, fields: "has 1 columns, the header 2" },
      { number: 6, fields: "is no CSV" },
      { number: 7, fields: "has 3 columns, the header 2" },
      { number: 8, fields: { email: "f@b.c", username: "f" } },
    ]);
  });

  test.each(["email,name\nx,y", "email,email\nx,y", "email;username\nx;y", '"email\nx'])(
    "a header that is none refuses the file: %j",
    async (content) => {
      await expect(read(content, "csv")).rejects.toThrow(/the first line/);
    },
  );
});

test("a report is cut back to what was committed, and an empty one is none", async () => {
  const folder = mkdtempSync(join(tmpdir(), "latchkey-report-"));
  const path = join(folder, "bad.jsonl");
  const problem = (line: number) => ({ line, field: "email", reason: "is wrong" });
  const first = await ReportFile.open(path, 0);
  const kept = await first.write(0, [problem(1)]);
  await first.write(kept, [problem(2), problem(3)]);
  // Cut off here: the second batch was not committed.
  const second = await ReportFile.open(path, kept);
  const length = await second.write(kept, [problem(2)]);
  await second.close(length);
  await first.close(length);
  expect(readFileSync(path, "utf8")).toBe(
    '{"line":1,"field":"email","reason":"is wrong"}\n' +
      '{"line":2,"field":"email","reason":"is wrong"}\n',
  );
  await expect(ReportFile.open(join(folder, "other.jsonl"), kept)).rejects.toThrow(
    /not the report that this import began/,
  );
  await (await ReportFile.open(path, 0)).close(0);
  expect(() => readFileSync(path)).toThrow(/ENOENT/);
  rmSync(folder, { recursive: true });
});
