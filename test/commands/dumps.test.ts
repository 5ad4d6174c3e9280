// What goes wrong in an export: the row is reported by its position, and takes no other with it.
import { describe, expect, test } from "vitest";
import { systemRecords } from "../../src/commands/user-import/systems/read-system.ts";
import type { SystemName } from "../../src/commands/user-import/systems/system-names.ts";
import type { ImportLine } from "../../src/domain/accounts/import/user-imports.ts";

async function* pieces(content: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let start = 0; start < content.length; start += size)
    yield content.subarray(start, start + size);
}

async function read(
  content: string | Buffer,
  system: SystemName,
  size = 1000,
): Promise<ImportLine[]> {
  const lines: ImportLine[] = [];
  for await (const line of systemRecords(pieces(Buffer.from(content), size), system, 0))
    lines.push(line);
  return lines;
}

/** Returns the addresses of the lines, and the reasons of those that can't be read. */
const short = (lines: readonly ImportLine[]): unknown[] =>
  lines.map(({ number, fields }) => [
    number,
    typeof fields === "string" ? fields : fields["email"],
  ]);

const INSERT =
  "INSERT INTO `wp_users` (`user_login`, `user_pass`, `user_email`, `display_name`) VALUES ";
const row = (name: string, more = "''"): string => `('${name}','x','${name}@x.org',${more})`;

describe("a dump", () => {
  test.each([1, 5, 1000])("with a quote that is missing, in pieces of %i bytes", async (size) => {
    const broken = "('b','x','b@x.org,'more')";
    const together = `${INSERT}${row("a")},${broken},${row("c")},\n${row("d")};\n`;
    const lines = await read(`${together}${INSERT}${row("e")};`, "wordpress", size);
    expect(short(lines)).toEqual([
      [1, "a@x.org"],
      [2, "is no SQL"],
      [3, "c@x.org"],
      [4, "d@x.org"],
      [5, "e@x.org"],
    ]);
  });

  test("that is cut off has its last row reported", async () => {
    expect(short(await read(`${INSERT}${row("a")},('b','x`, "wordpress"))).toEqual([
      [1, "a@x.org"],
      [2, "is cut off"],
    ]);
  });

  test("has a row that is too long, whose text is no SQL for that", async () => {
    const insert = `${INSERT}${row("forged")}`.replaceAll("`", "").replaceAll("'", "''");
    const forged = `${"x".repeat(70_000)}
${insert}`;
    const lines = await read(`${INSERT}${row("a", `'${forged}'`)},${row("b")};`, "wordpress");
    expect(short(lines)).toEqual([
      [1, "is longer than 65536 bytes"],
      [2, "b@x.org"],
    ]);
  });

  test("has texts in other tables that look like users", async () => {
    const text = `it's; ${INSERT}${row("forged")};`;
    const mysql = text.replaceAll("'", String.raw`\'`);
    const posts = "INSERT INTO `wp_posts` VALUES ";
    const lines = await read(
      `${posts}(1,'${mysql}\\\\'),(2,'${mysql}');\n` +
        `-- ${text}\n/* ${text} */\n${INSERT}${row("a")};`,
      "wordpress",
      3,
    );
    expect(short(lines)).toEqual([[1, "a@x.org"]]);
  });

  test("has bytes that are not UTF-8", async () => {
    const [before, after] = `${INSERT}${row("a", "'?'")},${row("b")};`.split("?");
    const content = Buffer.concat([Buffer.from(before!), Buffer.from([0xff]), Buffer.from(after!)]);
    expect(short(await read(content, "wordpress"))).toEqual([
      [1, "is not UTF-8"],
      [2, "b@x.org"],
    ]);
  });

  test("without the names of the columns says how to make one that has them", async () => {
    await expect(read("INSERT INTO `wp_users` VALUES (1,'a');", "wordpress")).rejects.toThrow(
      "the dump names no columns of a table of users",
    );
  });

  test("of SQL Server in UTF-16 has no semicolons", async () => {
    const columns = "([Id], [Email], [PasswordHash], [SecurityStamp])";
    const script =
      `USE [App]\r\nGO\r\nINSERT [dbo].[Logs] ([Text]) VALUES (N'a''b; (')\r\nGO\r\n` +
      `INSERT [dbo].[AspNetUsers] ${columns} VALUES (N'1', N'жора@x.org', N'x', NULL)\r\nGO\r\n`;
    expect(short(await read(Buffer.from(`\uFEFF${script}`, "utf16le"), "aspnet", 5))).toEqual([
      [1, "жора@x.org"],
    ]);
  });
});

describe("JSON", () => {
  test("of one document has a broken entry, and arrays of the same name elsewhere", async () => {
    const first = String.raw`{"email":"a@x.org","x":["]","\"users\":["]}`;
    const users = `${first},{"email":},{"email":"c@x.org"}`;
    const document = `{"k":"users","n":{"users":[{"email":"no@x.org"}]},"users":[${users}],"m":[]}`;
    for (const size of [1, 1000])
      expect(short(await read(document, "keycloak", size))).toEqual([
        [1, "a@x.org"],
        [2, "is no JSON object"],
        [3, "c@x.org"],
      ]);
  });

  test("of several realms counts on", async () => {
    const realm = (name: string): string =>
      `{"realm":"${name}","users":[{"email":"${name}@x.org"}]}`;
    expect(
      short(await read(`[${realm("a")},{"realm":"b","users":[]},${realm("c")}]`, "keycloak")),
    ).toEqual([
      [1, "a@x.org"],
      [2, "c@x.org"],
    ]);
  });

  test("without users, such as a partial export, is refused", async () => {
    await expect(read('{\n"realm": "a",\n"clients": []\n}', "keycloak")).rejects.toThrow(
      "the file has no list of users",
    );
  });

  test("that is cut off has its end reported", async () => {
    expect(short(await read('{"users": [\n{"email":"a@x.org"},\n{"em', "firebase"))).toEqual([
      [1, "a@x.org"],
      [2, "is cut off: the array does not end"],
    ]);
  });
});

describe("CSV", () => {
  test("has NULL as database tools write it, other columns, and broken rows", async () => {
    const lines = await read(
      "ID,user_login,user_pass,user_email,spam\n" +
        '1,a,NULL,a@x.org,1\n2,"b,x,b@x.org,0\n3,c,x\n4,d,x,d@x.org,0\n',
      "wordpress",
    );
    expect(lines).toEqual([
      {
        number: 2,
        fields: {
          username: "a",
          email: "a@x.org",
          locked: true,
          lock_reason: "marked as spam or deleted in WordPress",
        },
      },
      { number: 3, fields: "is no CSV" },
      { number: 4, fields: "has 3 columns, the header 5" },
      { number: 5, fields: { username: "d", email: "d@x.org", password_hash: "x" } },
    ]);
  });
});

test("a name that is an address is none, and a number is no id", async () => {
  const user = (more: object): string => JSON.stringify({ id: "12345678", ...more });
  const lines = await read(
    [
      user({ username: "A@x.org", email: "a@x.org" }),
      user({ username: "b@x.org" }),
      user({ username: "c@x.org", email: "d@x.org" }),
    ].join("\n"),
    "keycloak",
  );
  expect(lines.map(({ fields }) => fields)).toEqual([
    { email: "a@x.org", email_verified: false },
    { email: "b@x.org", email_verified: false },
    { username: "c@x.org", email: "d@x.org", email_verified: false },
  ]);
});
