import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type ImportFormat, recordsOf } from "../../src/commands/user-import/decode.ts";
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
  for await (const record of recordsOf(pieces(Buffer.from(content), size), format, [
    "email",
    "username",
    "password",
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

describe("CSV as RFC 4180 has it", () => {
  const header = "email,password";
  const two = [
    { number: 2, fields: { email: "a@b.c", password: " one " } },
    { number: 3, fields: { email: "b@b.c", password: "two  " } },
  ];

  test.each([
    ["CRLF", "\r\n"],
    ["LF", "\n"],
    ["CR", "\r"],
  ])("%s ends a line, and the space of a password is kept", async (_, end) => {
    for (const last of ["", end])
      for (const size of [1, 2, 5, 1000]) {
        const text = [header, "a@b.c , one ", "b@b.c,two  "].join(end) + last;
        expect(await read(text, "csv", size)).toEqual(two);
      }
  });

  test.each([
    ["UTF-8 with a mark", (text: string) => Buffer.from(`\uFEFF${text}`)],
    ["UTF-16LE", (text: string) => Buffer.from(text, "utf16le")],
    ["UTF-16LE with a mark", (text: string) => Buffer.from(`\uFEFF${text}`, "utf16le")],
    ["UTF-16BE", (text: string) => Buffer.from(text, "utf16le").swap16()],
    ["UTF-16BE with a mark", (text: string) => Buffer.from(`\uFEFF${text}`, "utf16le").swap16()],
  ])("%s is read", async (_, encode) => {
    for (const size of [1, 2, 3, 7, 1000]) {
      const bytes = encode(`${header}\r\nж@b.c,пароль 🔑 \r\n`);
      expect(await read(bytes, "csv", size)).toEqual([
        { number: 2, fields: { email: "ж@b.c", password: "пароль 🔑 " } },
      ]);
      expect(await read(encode('{"email":"🔑"}\n'), "jsonl", size)).toEqual([
        { number: 1, fields: { email: "🔑" } },
      ]);
    }
  });

  test("half a surrogate pair and half a character of UTF-16 are reported", async () => {
    const bytes = Buffer.from(`${header}\na@b.c,x\ud800y\nb@b.c,z\n`, "utf16le");
    expect(await read(Buffer.concat([bytes, Buffer.from([0x41])]), "csv")).toEqual([
      { number: 2, fields: "is not UTF-8" },
      { number: 3, fields: { email: "b@b.c", password: "z" } },
      { number: 4, fields: "is not UTF-8" },
    ]);
  });

  test("UTF-32 is refused", async () => {
    const bytes = Buffer.concat(
      header.split("").map((char) => Buffer.from([char.charCodeAt(0), 0, 0, 0])),
    );
    await expect(read(bytes, "csv")).rejects.toThrow("the file is in UTF-32: save it as UTF-8");
  });

  test("a value in quotes has line breaks, commas, quotes and a space at its ends", async () => {
    for (const size of [1, 3, 1000])
      expect(
        await read('email,password\r\na@b.c," one\r\ntwo,\n""three""\r "\r\nb@b.c,x', "csv", size),
      ).toEqual([
        { number: 2, fields: { email: "a@b.c", password: ' one\r\ntwo,\n"three"\r ' } },
        { number: 6, fields: { email: "b@b.c", password: "x" } },
      ]);
  });

  test("a quote that is never closed takes only its line with it", async () => {
    expect(await read(`${header}\na@b.c,"x\nb@b.c,y\n`, "csv")).toEqual([
      { number: 2, fields: "is no CSV" },
      { number: 3, fields: { email: "b@b.c", password: "y" } },
    ]);
    const long = `${"x".repeat(70)}\n`.repeat(1000);
    const records = await read(`${header}\na@b.c,"x\n${long}`, "csv", 4096);
    expect(records[0]).toEqual({ number: 2, fields: "is no CSV" });
    expect(records).toHaveLength(1001);
  });

  test("a header that is none is refused without a value of it", async () => {
    for (const content of [
      "ada@example.com,hunter2\nb@b.c,x",
      "hunter2\n",
      "a;hunter2\nx;y",
      '{"email":"ada@example.com","password":"hunter2"}\n',
    ]) {
      const error = await read(content, "csv").then(
        () => undefined,
        (cause: unknown) => cause,
      );
      expect(String(error)).toMatch(/the first line/);
      expect(String(error)).not.toMatch(/hunter2|ada@/);
    }
  });
});

test.each<[string, ImportFormat]>([
  ["", "csv"],
  ["\n \n", "jsonl"],
  ["[]", "jsonl"],
  ["email,password\nhidden@x.org,hunter2\n", "jsonl"],
  ["hidden@x.org,hunter2\nhidden@x.org,hunter2\n", "jsonl"],
  ['email,password\nhidden@x.org,"hunter2\n', "csv"],
  ['email,password\nhidden@x.org,hun"ter2\n', "csv"],
  ['{"email":"hidden@x.org","password":"hunter2"', "jsonl"],
  ['["hidden@x.org","hunter2"]', "jsonl"],
  ['["hidden@x.org","hunter2', "jsonl"],
  ['{"email":"hidden@x.org"\n"password":"hunter2"}\n', "jsonl"],
])("no record comes of %j as %s, and no value of it is in a problem", async (content, format) => {
  const records = await read(content, format);
  expect(records.filter(({ fields }) => typeof fields !== "string")).toEqual([]);
  expect(JSON.stringify(records)).not.toMatch(/hidden|hun"?ter2/);
});

describe("JSON of other shapes", () => {
  const users = [
    { email: "a@b.c", password: '[{"\\}]' },
    { email: "b@b.c", password: "two " },
    { email: "c@b.c", password: "]," },
  ];
  const entries = users.map((fields, index) => ({ number: index + 1, fields }));

  test.each([
    ["in one line", JSON.stringify(users)],
    ["in many lines", JSON.stringify(users, undefined, 2)],
    [
      "with an entry a line",
      `\uFEFF\r\n[\r\n${users.map((each) => JSON.stringify(each)).join(",\r\n")}\r\n]\n`,
    ],
  ])("an array %s has all of its entries", async (_, text) => {
    for (const size of [1, 2, 7, 1000]) expect(await read(text, "jsonl", size)).toEqual(entries);
  });

  test("bad entries of an array are reported by their number", async () => {
    const long = `{"email":"${"x".repeat(70_000)}"}`;
    expect(
      await read(`[1,{"email":"a@b.c"},,"x",[{}],${long},{"a":{"b":[1,2]}}]`, "jsonl"),
    ).toEqual([
      { number: 1, fields: "is no JSON object" },
      { number: 2, fields: { email: "a@b.c" } },
      { number: 3, fields: "is no JSON object" },
      { number: 4, fields: "is no JSON object" },
      { number: 5, fields: "is no JSON object" },
      { number: 6, fields: "is longer than 65536 bytes" },
      { number: 7, fields: { a: { b: [1, 2] } } },
    ]);
    expect(await read("[ \n ]", "jsonl")).toEqual([]);
  });

  test("an array that is cut off or goes on is reported after its entries", async () => {
    const first = { number: 1, fields: { email: "a@b.c" } };
    const cut = { number: 2, fields: "is cut off: the array does not end" };
    expect(await read('[{"email":"a@b.c"},{"email":"b', "jsonl")).toEqual([first, cut]);
    expect(await read('[{"email":"a@b.c"},', "jsonl")).toEqual([first, cut]);
    expect(await read('[{"email":"a@b.c"}]\n{"email":"b@b.c"}', "jsonl")).toEqual([
      first,
      { number: 2, fields: "follows the end of the array" },
    ]);
  });

  test("an object that spans lines is one record, before others too", async () => {
    const text = users.map((each) => JSON.stringify(each, undefined, 2)).join("\n");
    expect(await read(text, "jsonl")).toEqual(
      users.map((fields, index) => ({ number: 1 + 4 * index, fields })),
    );
  });

  test("lines that end with CR are all read", async () => {
    expect(await read('{"email":"a@b.c"}\r{"email":"b@b.c"}\r', "jsonl")).toEqual([
      { number: 1, fields: { email: "a@b.c" } },
      { number: 2, fields: { email: "b@b.c" } },
    ]);
  });
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
