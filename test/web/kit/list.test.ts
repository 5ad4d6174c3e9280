// Tables of lists: their order, their addresses, and the same as CSV.
import { expect, test } from "vitest";
import { csvFile } from "../../../src/web/kit/list/csv.ts";
import { filters, listTable, orderOf } from "../../../src/web/kit/list/list.ts";
import { html } from "../../../src/web/kit/html.ts";
import type { PageContext } from "../../../src/web/request/page-context.ts";

/** What lists read of a request. */
const asked = (query: string): PageContext =>
  ({
    path: "/list",
    language: "en",
    query: [...new URLSearchParams(query)],
    tooLong: new Set(),
  }) as unknown as PageContext;

test.each([
  ["", "created desc"],
  ["order=name", "name asc"],
  ["order=name+desc", "name desc"],
  ["order=name+asc", "name asc"],
  ["order=secret", "created desc"],
  ["order=name+down", "created desc"],
  ["order=name+desc+x", "created desc"],
  ["order=name&order=created", "created desc"],
])("the order of ?%s is %s", (query, expected) => {
  const { by, isDescending } = orderOf(asked(query), ["created", "name"]);
  expect(`${by} ${isDescending ? "desc" : "asc"}`).toBe(expected);
});

const NAME = { label: "Name", by: "name", cell: (name: string) => html`<b>${name}</b>` };
const SIZE = { label: "Size", cell: (name: string) => String(name.length) };

test("headings sort, and links keep the filters but not the place", async () => {
  const page = String(
    await listTable(asked("state=locked&order=name&page=old&notice=x&text="), {
      title: "Names",
      columns: [NAME, SIZE],
      items: ["<i>", "Bob"],
      order: { by: "name", isDescending: false },
      total: { count: 10_000, isMore: true },
      nextPageToken: "next",
      csvPath: "/list.csv",
    }),
  );
  expect(page).toContain('aria-sort="ascending"');
  expect(page.match(/aria-sort/g)).toHaveLength(1);
  expect(page).toContain('href="/list?state=locked&amp;order=name+desc"');
  expect(page).toContain('href="/list.csv?state=locked&amp;order=name" download');
  expect(page).toContain('href="/list?state=locked&amp;order=name&amp;page=next"');
  expect(page).toContain('href="/list?state=locked&amp;order=name">First page');
  expect(page).toContain("More than 10,000 found");
  expect(page).toContain("<b>&lt;i&gt;</b>");
});

test("an empty list has no table, no file and no pages", async () => {
  const page = String(
    await listTable(asked(""), {
      title: "Names",
      columns: [NAME],
      items: [],
      order: { by: "name", isDescending: true },
      total: { count: 0, isMore: false },
      nextPageToken: "",
      csvPath: "/list.csv",
    }),
  );
  expect(page).toContain("Nothing found.");
  expect(page).not.toMatch(/<table|<a /);
});

test("filters keep the order", async () => {
  const form = String(await filters(asked("order=name+desc&page=x"), "/list", html`<input />`));
  expect(form).toContain('name="order" value="name desc"');
  expect(form).not.toContain('value="x"');
});

async function* some(count: number): AsyncGenerator<number> {
  for (let index = 0; index < count; index++) yield index;
}

test("a CSV file has every item, quoted, and no formula", async () => {
  const values = ['a"b', "a,b", "a\nb", "=1+1", "@x", "-1", "+7 999", "\tx", "plain", ""];
  const response = csvFile(
    "names",
    [
      { name: "number", value: (index: number) => index },
      { name: "text", value: (index) => values[index % values.length] },
      { name: "is_even", value: (index) => index % 2 === 0 },
      { name: "nothing", value: () => undefined },
    ],
    some(450),
  );
  const parts: Buffer[] = [];
  for await (const part of response.parts) parts.push(Buffer.from(part));
  expect(parts).toHaveLength(3);
  const text = Buffer.concat(parts).toString();
  expect(text.split("\r\n")).toHaveLength(452);
  expect(text.split("\r\n").slice(0, 11)).toEqual([
    "\uFEFFnumber,text,is_even,nothing",
    '0,"a""b",true,',
    '1,"a,b",false,',
    '2,"a\nb",true,',
    "3,'=1+1,false,",
    "4,'@x,true,",
    "5,'-1,false,",
    "6,'+7 999,true,",
    "7,'\tx,false,",
    "8,plain,true,",
    "9,,false,",
  ]);
  expect(response.headers.get("content-disposition")).toBe('attachment; filename="names.csv"');
});
