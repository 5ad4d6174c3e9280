import { MAX_RECORD_BYTES } from "../../lines.ts";
import { plainName, type Selection, type SourceRecord } from "../source-record.ts";
import { copyValues } from "./copy-line.ts";
import { copyOf, createdTableOf, insertOf, type NamedTable } from "./statement.ts";
import { stringEnd } from "./string-literal.ts";
import { tupleAt } from "./tuple.ts";

/** The longest row; no server takes a longer packet by default. */
const MAX_ROW_BYTES = 64 * 1024 * 1024;
/** The longest statement that is read for its columns. */
const MAX_HEAD = 256 * 1024;
const BROKEN = "is no SQL";
/** Where reading goes on after a broken row: at the next row or the next statement. */
const RESUME = /\),\s*(?=\()|\n\s*(?=\(|(?:insert|copy|create)\b)/gi;
const RESUME_ROOM = 64;

/** What the first lines of a dump of MySQL or MariaDB say. */
const MYSQL = /^(?:--|\/\*).*(?:mysql|mariadb|phpmyadmin)/im;

/** What the text is at a place. */
type State = "code" | "rows" | "skip" | "copy" | "resume";

/** Reads the rows of the selected tables of a dump of MySQL, PostgreSQL, SQL Server or SQLite. */
export async function* sqlRows(
  source: AsyncIterable<Buffer>,
  selection: Selection,
): AsyncGenerator<SourceRecord> {
  const dump = new Dump(selection);
  for await (const chunk of source) yield* dump.read(chunk.toString("latin1"), false);
  yield* dump.read("", true);
}

class Dump {
  readonly #selection: Selection;
  /** The columns by CREATE TABLE. */
  readonly #created = new Map<string, readonly string[]>();
  #text = "";
  #at = 0;
  #state: State = "code";
  #head = "";
  #table = "";
  #columns: readonly string[] | undefined;
  /** Whether a backslash escapes in strings. */
  #escapes = false;
  #isMysql: boolean | undefined;
  #number = 0;

  constructor(selection: Selection) {
    this.#selection = selection;
  }

  /** Reads more of the text, which has a character for each byte. */
  *read(more: string, isLast: boolean): Generator<SourceRecord> {
    // After the end a line break lets each token be complete.
    this.#text = this.#text.slice(this.#at) + (isLast ? "\n" : more);
    this.#at = 0;
    this.#isMysql ??= MYSQL.test(more.slice(0, 4096));
    for (;;) {
      const before = this.#at;
      const state = this.#state;
      const record = this.#step(isLast);
      if (record !== undefined) yield record;
      else if (this.#at === before && this.#state === state) break;
    }
    if (this.#text.length - this.#at > MAX_ROW_BYTES)
      throw new Error("the dump has a row or a text that does not end");
  }

  /** Reads the next token, row or line; nothing when the text must go on for that. */
  #step(isLast: boolean): SourceRecord | undefined {
    if (this.#state === "code") return this.#readCode();
    if (this.#state === "rows") return this.#readRow(isLast);
    if (this.#state === "copy") return this.#readCopyLine();
    if (this.#state === "resume") return this.#resume();
    return this.#skip();
  }

  #readCode(): undefined {
    const text = this.#text;
    const letter = text[this.#at];
    if (letter === undefined) return;
    const end = this.#codeEnd(letter);
    if (end === -1) return;
    const token = text.slice(this.#at, end);
    this.#at = end;
    if (token.startsWith("--") || token.startsWith("/*") || token.startsWith("\\")) return;
    if (token === ";") this.#endStatement();
    else if (token === "(" && /values?\s*$/i.test(this.#head) && this.#begin(insertOf(this.#head)))
      this.#at -= 1;
    else this.#head = (this.#head + token).slice(-MAX_HEAD);
  }

  /** Returns the index behind the token at this place; -1 if it may go on. */
  #codeEnd(letter: string): number {
    const text = this.#text;
    const at = this.#at;
    const behind = (end: string, from: number): number => {
      const found = text.indexOf(end, from);
      return found === -1 ? -1 : found + end.length;
    };
    if (letter === "'" || letter === '"' || letter === "`")
      return stringEnd(text, at, this.#isMysql === true && letter !== "`");
    if (letter === "\\") return behind("\n", at);
    if (letter === "-" || letter === "/") {
      if (at + 1 === text.length) return -1;
      if (text.startsWith("--", at)) return behind("\n", at);
      return text.startsWith("/*", at) ? behind("*/", at + 2) : at + 1;
    }
    if (letter === "$") {
      const rest = text.slice(at, at + RESUME_ROOM);
      const tag = /^\$\w*\$/.exec(rest)?.[0];
      if (tag !== undefined) return behind(tag, at + tag.length);
      return /^\$\w*$/.test(rest) && rest.length < RESUME_ROOM ? -1 : at + 1;
    }
    if (letter === "(" || letter === ";") return at + 1;
    const plain = /[^'"`\\\-/$(;]+/y;
    plain.lastIndex = at;
    return plain.test(text) ? plain.lastIndex : at + 1;
  }

  #endStatement(): void {
    const head = this.#head;
    this.#head = "";
    const created = createdTableOf(head);
    if (created?.columns !== undefined) this.#created.set(created.table, created.columns);
    const copied = copyOf(head);
    if (copied === undefined) return;
    this.#select(copied);
    this.#state = "copy";
  }

  /** Begins the rows of an INSERT; returns whether there is one. */
  #begin(named: NamedTable | undefined): boolean {
    if (named === undefined) return false;
    const isSqlServer = this.#head.includes("[");
    this.#escapes = this.#isMysql === true || this.#head.includes("`");
    this.#head = "";
    this.#select(named);
    // A script of SQL Server ends no statement with a semicolon.
    this.#state = this.#columns === undefined && !isSqlServer ? "skip" : "rows";
    return true;
  }

  /** Keeps the columns of a table that is read. */
  #select({ table, columns = this.#created.get(table) }: NamedTable): void {
    const { reads, tables } = this.#selection;
    const plain = plainName(table);
    if (columns === undefined && tables.test(plain))
      throw new Error(
        "the dump names no columns of a table of users: " +
          "make it with CREATE TABLE, or with the names of the columns in each INSERT",
      );
    this.#table = plain;
    this.#columns = reads(plain, (columns ?? []).map(plainName)) ? columns : undefined;
  }

  #readRow(isLast: boolean): SourceRecord | undefined {
    const space = /[\s,]*/y;
    space.lastIndex = this.#at;
    space.test(this.#text);
    const from = space.lastIndex;
    const letter = this.#text[from];
    if (letter === undefined) return undefined;
    if (letter !== "(") {
      this.#at = letter === ";" ? from + 1 : from;
      this.#state = "code";
      return undefined;
    }
    const tuple = tupleAt(this.#text, from, this.#escapes);
    if (tuple === "incomplete" && !isLast) return undefined;
    if (tuple === "incomplete" || tuple === "broken") {
      this.#at = from + 1;
      this.#state = "resume";
      return this.#columns && this.#record(tuple === "broken" ? BROKEN : "is cut off");
    }
    this.#at = tuple.end;
    if (this.#columns === undefined) return undefined;
    return this.#record(
      tuple.end - from > MAX_RECORD_BYTES
        ? `is longer than ${MAX_RECORD_BYTES} bytes`
        : tuple.values,
    );
  }

  #record(values: readonly (string | undefined)[] | string): SourceRecord {
    return {
      number: ++this.#number,
      table: this.#table,
      values: typeof values === "string" ? values : rowOf(this.#columns!, values),
    };
  }

  #readCopyLine(): SourceRecord | undefined {
    const end = this.#text.indexOf("\n", this.#at);
    if (end === -1) return undefined;
    const line = this.#text.slice(this.#at, end).replace(/\r$/, "");
    this.#at = end + 1;
    if (line === String.raw`\.`) this.#state = "code";
    // The rest of the line of the statement is blank.
    else if (this.#columns !== undefined && line !== "")
      return this.#record(
        line.length > MAX_RECORD_BYTES
          ? `is longer than ${MAX_RECORD_BYTES} bytes`
          : copyValues(line),
      );
    return undefined;
  }

  #resume(): undefined {
    RESUME.lastIndex = this.#at;
    const found = RESUME.exec(this.#text);
    if (found === null) this.#at = Math.max(this.#at, this.#text.length - RESUME_ROOM);
    else {
      this.#at = RESUME.lastIndex;
      this.#state = this.#text[this.#at] === "(" ? "rows" : "code";
      if (this.#state === "code") this.#head = "\n";
    }
  }

  /** Skips the rest of a statement. */
  #skip(): undefined {
    const stop = /['";]/g;
    stop.lastIndex = this.#at;
    const found = stop.exec(this.#text);
    if (found === null) this.#at = this.#text.length;
    else if (found[0] === ";") {
      this.#at = stop.lastIndex;
      this.#state = "code";
    } else {
      const end = stringEnd(this.#text, found.index, this.#escapes);
      this.#at = end === -1 ? found.index : end;
    }
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function rowOf(
  columns: readonly string[],
  values: readonly (string | undefined)[],
): SourceRecord["values"] {
  if (columns.length !== values.length)
    return `has ${values.length} values for ${columns.length} columns`;
  try {
    return Object.fromEntries(
      values.flatMap((value, index) =>
        value === undefined ? [] : [[columns[index]!, utf8.decode(Buffer.from(value, "latin1"))]],
      ),
    );
  } catch {
    return "is not UTF-8";
  }
}
