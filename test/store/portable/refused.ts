// What TiDB or Vitess refuse, by their manuals. TiDB: "MySQL Compatibility", its unsupported
// features and limitations. Vitess: "MySQL Compatibility", and the list of queries that it names,
// unsupported_cases.json.
import { isSharded, PLAN } from "../../../torture/model/plan.ts";
import { parseStatement } from "../../../torture/model/statements.ts";

/** What one of them refuses of any table, with an example. */
export const REFUSED: readonly (readonly [string, RegExp, string])[] = [
  ["a stored program", /\b(?:procedure|function|trigger|event)\b|^call\b/i, "create trigger a"],
  ["a foreign key", /\bforeign key\b|\breferences\b/i, "a char(1) references b (c)"],
  ["a full text or spatial index", /\b(?:fulltext|spatial)\b/i, "create fulltext index a"],
  ["a descending index", /^(?:create|alter)\b.*\bdesc\b/is, "alter table a add key b (c desc)"],
  ["an id of the database", /\bauto_increment\b|\blast_insert_id\(\)|\bnextval\b/i, "nextval(a)"],
  ["rows that a change returns", /\breturning\b/i, "delete from a returning b"],
  ["a distributed transaction", /^xa\b/i, "xa start 'a'"],
  ["a lock of a table", /\b(?:lock|unlock|flush) tables\b/i, "lock tables a write"],
  ["a handler", /^handler\b/i, "handler a open"],
  ["a table from a query", /^create table [^(]*\bselect\b/i, "create table a select 1"],
  ["a temporary table", /\btemporary\b/i, "create temporary table a (b int)"],
  ["a database", /^(?:create|drop) (?:database|schema|tablespace)\b/i, "create tablespace a"],
  ["a variable from a query", /\binto @|@\w+ *:=/i, "select a into @b"],
  ["a file", /\binto (?:outfile|dumpfile)\b|^load data\b/i, "select a into outfile 'b'"],
  ["a lock that is shared", /\block in share mode\b|\bfor share\b/i, "select 1 for share"],
  ["a lock that is skipped", /\bskip locked\b|\bnowait\b/i, "select 1 for update skip locked"],
  ["a query with a name", /^with\b|\bwith recursive\b/i, "with a as (select 1) delete from b"],
  ["a window", /\bover\s*\(/i, "select rank() over (order by a)"],
  ["sums of sums", /\bwith rollup\b|\bgroup_concat\b/i, "select a from b group by a with rollup"],
  ["a count of rows left out", /\bsql_calc_found_rows\b/i, "select sql_calc_found_rows a from b"],
  ["a table from a neighbour", /\blateral\b|\bjson_table\b/i, "select 1 from a, lateral (b) as c"],
  ["columns that a join finds", /\bnatural\b|\bjoin\b[^()]*\busing\b/i, "a join b using (c)"],
  [
    "a query in a join's condition",
    /\bjoin\b[^()]*\bon\b(?:(?!\bwhere\b)[^()])*\(\s*select\b/i,
    "select 1 from a join b on a.c in (select 1)",
  ],
  [
    "a change of two tables",
    /^(?:update|delete)\b(?:(?!\bwhere\b).)*\bjoin\b/is,
    "update a join b on a.c = b.c set a.d = 1",
  ],
  ["a function of XML", /\b(?:extractvalue|updatexml)\b/i, "select extractvalue(a, b)"],
  ["a view or a sequence", /^create (?:or replace )?(?:view|sequence)\b/i, "create view a"],
  ["an upkeep of a table", /^(?:check|checksum|repair|optimize) table\b/i, "check table a"],
  ["a setting of a statement", /^set statement\b/i, "set statement a = 1 for select 1"],
];

/** A change of rows on many shards, and what its text says. */
const isChange = (text: string, verb: RegExp): boolean =>
  verb.test(text) && isSharded(parseStatement(text).table);

const columnsIn = (list: string): string[] =>
  [...list.matchAll(/(?:^|,)\s*`?(\w+)`?\s*(?:=|$|(?=,))/g)].map(([, name]) => name!);

/** Returns the columns by which rows of a table are found. */
const vindexesOf = (table: string): readonly string[] => {
  const { by = "", lookups = [] } = PLAN[table] ?? {};
  return [by, ...lookups];
};

/** Returns the columns that a statement of one table sets in the row that is there. */
function changed(text: string): string[] {
  const [, set = ""] = /\b(?:on duplicate key update|set)\b(.*?)(?:\bwhere\b|$)/is.exec(text) ?? [];
  return columnsIn(withoutCalls(set));
}

/** Whether a statement sets one of these columns to something else than a value. */
function computes(text: string, columns: readonly string[]): boolean {
  const [, set = ""] = /\bset\b(.*?)(?:\bwhere\b|$)/is.exec(text) ?? [];
  // An expression of which something is left when its calls are taken away.
  const parts = withoutCalls(set.replaceAll(/\bcase\b.*?\bend\b/gis, "chosen")).split(",");
  return parts.some((part) => {
    const [, column = "", value = ""] = /^\s*`?(\w+)`?\s*=(.*)$/s.exec(part) ?? [];
    return columns.includes(column) && !/^\s*(?:\?|null|''|-?\d+)\s*$/i.test(value);
  });
}

/** Leaves out what is in parentheses and in `case … end`. */
function withoutCalls(text: string): string {
  let rest = text.replaceAll(/\bcase\b.*?\bend\b/gis, "?");
  for (let before = ""; before !== rest;) {
    before = rest;
    rest = rest.replaceAll(/\([^()]*\)/g, "");
  }
  return rest;
}

/** What Vitess refuses of a table on many shards, with an example by the plan of these tables. */
export const REFUSED_ON_SHARDS: readonly (readonly [
  string,
  (statement: string) => boolean,
  string,
])[] = [
  [
    "a replaced row",
    (text) => isChange(text, /^replace\b/i),
    "replace into `devices` (`user_id`) values (?)",
  ],
  [
    "a query within a change",
    (text) => isChange(text, /^(?:update|delete)\b.*\(\s*select\b/is),
    "delete from `codes` where `hash` in (select 1)",
  ],
  [
    "a change of so many rows",
    (text) => isChange(text, /^(?:update|delete)\b.*\blimit\b/is),
    "delete from `codes` where `expires_at` <= ? order by `expires_at` limit ?",
  ],
  [
    "a row without what places it",
    (text) => {
      if (!isChange(text, /^insert\b/i)) return false;
      const { table } = parseStatement(text);
      const [, columns = ""] = /\(([^)]*)\)/.exec(text) ?? [];
      return !columnsIn(columns).includes(PLAN[table]!.by!);
    },
    "insert into `sessions` (`id`) values (?)",
  ],
  [
    "a row that moves",
    (text) =>
      isChange(text, /^update\b/i) && changed(text).includes(PLAN[parseStatement(text).table]!.by!),
    "update `grants` set `user_id` = ? where `id` = ?",
  ],
  [
    "a look-up by what the database computes",
    (text) =>
      isChange(text, /^update\b/i) &&
      computes(text, PLAN[parseStatement(text).table]?.lookups ?? []),
    "update `users` set `email_claim` = lower(`email`) where `id` = ?",
  ],
  [
    "an insert that changes what a row is found by",
    (text) =>
      isChange(text, /^insert\b.*\bon duplicate key update\b/is) &&
      changed(text).some((column) => vindexesOf(parseStatement(text).table).includes(column)),
    "insert into `mail_links` (`user_id`) values (?) on duplicate key update hash = values(hash)",
  ],
];
